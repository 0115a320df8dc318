"""Carries the pure queue of each group through the day: one place a waiting caller, offers as they arise."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from ari_app.acd import queue as acd
from ari_app.acd.agents import Agent
from ari_app.acd.queue import GroupQueue, Offer
from dialplan.schema import Group

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Place:
    """A caller's place in a group's queue: `next_offer` waits for an agent to ring, or for None: nobody will come."""

    group: str
    call_id: str
    _offers: asyncio.Queue[Offer | None] = field(default_factory=asyncio.Queue)

    async def next_offer(self) -> Offer | None:
        return await self._offers.get()

    def show(self, offer: Offer | None) -> None:
        self._offers.put_nowait(offer)


class Distributor:
    """All groups. Every method changes one queue at once and offers whatever has become possible.

    When all agents of a group have gone, its callers wait `patience_s` for one to come back: a telephone may only be
    registering anew.
    """

    def __init__(self, groups: Mapping[str, Group], now: Callable[[], datetime], patience_s: float = 20.0) -> None:
        self._now = now
        self._patience_s = patience_s
        self._groups: dict[str, Group] = {}
        self._groups_of: dict[str, str] = {}
        self._leaving: dict[str, str | None] = {}
        self._queues: dict[str, GroupQueue] = {}
        self._places: dict[str, Place] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._deserted: dict[str, asyncio.TimerHandle] = {}
        self.regroup(groups)

    def regroup(self, groups: Mapping[str, Group]) -> None:
        """The groups were edited. Whoever waits goes on waiting, and an agent changes his group when he is free; those
        whom nobody knew before have to be logged in.

        A group that is gone keeps its callers, and the agents whom no other group got: calls that still know it may
        come to it.
        """
        self._groups.update(groups)
        for name, group in groups.items():
            queue = self._queues.get(name, GroupQueue(timedelta()))
            self._queues[name] = replace(queue, wrap_up=timedelta(seconds=group.wrap_up_s))
        members = {agent: name for name, group in groups.items() for agent in group.agents}
        self._leaving = {
            agent: members.get(agent)
            for agent, name in self._groups_of.items()
            if members.get(agent) != name and (name in groups or agent in members)
        }
        self._groups_of = {**members, **self._groups_of}
        for agent in [agent for agent in self._leaving if agent not in self._queues[self._groups_of[agent]].agents]:
            self._move(agent)
        for name in {self._groups_of[agent] for agent in self._leaving}:
            self._change(name, self._queues[name])

    @property
    def agents(self) -> tuple[str, ...]:
        """All agents of all groups, whether they are there or not."""
        return tuple(self._groups_of)

    def is_staffed(self, group: str) -> bool:
        """Whether an agent of the group is there; nobody is in one that there is not."""
        return group in self._queues and self._queues[group].is_staffed

    def ring_s(self, group: str) -> int:
        """How long an agent's telephone rings."""
        return self._groups[group].ring_s

    def join(self, group: str, call_id: str, entered_at: datetime, priority: int = 0) -> Place:
        """A caller begins to wait; after a restart, with the time at which he once did."""
        place = self._places[call_id] = Place(group, call_id)
        self._change(group, acd.join(self._queues[group], call_id, entered_at, priority))
        return place

    def leave(self, place: Place) -> None:
        self._places.pop(place.call_id, None)
        self._change(place.group, acd.leave(self._queues[place.group], place.call_id, self._now()))

    def refuse(self, place: Place, offer: Offer) -> None:
        self._change(place.group, acd.refuse(self._queues[place.group], offer, self._now()))

    def answer(self, place: Place, offer: Offer) -> None:
        self._places.pop(place.call_id, None)
        self._change(place.group, acd.answer(self._queues[place.group], offer, self._now()))

    def hang_up(self, agent: str) -> None:
        self._change_of(agent, acd.hang_up)

    def resume_talk(self, agent: str) -> None:
        """An agent was found talking when we came (back)."""
        self._change_of(agent, acd.resume_talk)

    def log_in(self, agent: str) -> None:
        self._change_of(agent, acd.log_in)

    def log_out(self, agent: str) -> None:
        self._change_of(agent, lambda queue, name, _: acd.log_out(queue, name))

    def close(self) -> None:
        for timer in (*self._timers.values(), *self._deserted.values()):
            timer.cancel()

    def _change_of(self, agent: str, change: Callable[[GroupQueue, str, datetime], GroupQueue]) -> None:
        group = self._groups_of.get(agent)
        if group is not None:
            self._change(group, change(self._queues[group], agent, self._now()))

    def _change(self, group: str, queue: GroupQueue) -> None:
        queue, leavers = self._let_go(group, acd.end_pauses(queue, self._now()))
        queue, offers = acd.offer_next(queue, self._now())
        self._queues[group] = queue
        for offer in offers:
            log.info("offer", call=offer.call_id, agent=offer.agent)
            self._places[offer.call_id].show(offer)
        self._wake_at_next_change(group)
        self._watch_staff(group)
        for agent in leavers:
            if agent.is_logged_in:
                self.log_in(agent.name)

    def _let_go(self, group: str, queue: GroupQueue) -> tuple[GroupQueue, list[Agent]]:
        """The queue without its free agents who belong elsewhere by now, and those."""
        leavers = [agent for agent in queue.free_agents if agent.name in self._leaving]
        for agent in leavers:
            queue = acd.remove(queue, agent.name)
            self._move(agent.name)
        return queue, leavers

    def _move(self, agent: str) -> None:
        to = self._leaving.pop(agent)
        if to is None:
            del self._groups_of[agent]
        else:
            self._groups_of[agent] = to

    def _watch_staff(self, group: str) -> None:
        is_staffed = self._queues[group].is_staffed
        if is_staffed and group in self._deserted:
            self._deserted.pop(group).cancel()
        elif not is_staffed and group not in self._deserted:
            loop = asyncio.get_running_loop()
            self._deserted[group] = loop.call_later(self._patience_s, self._send_away, group)

    def _send_away(self, group: str) -> None:
        del self._deserted[group]
        for place in self._places.values():
            if place.group == group:
                place.show(None)

    def _wake_at_next_change(self, group: str) -> None:
        timer = self._timers.pop(group, None)
        if timer is not None:
            timer.cancel()
        at = acd.next_change(self._queues[group])
        if at is not None:
            delay_s = max(0.0, (at - self._now()).total_seconds())
            loop = asyncio.get_running_loop()
            self._timers[group] = loop.call_later(delay_s, lambda: self._change(group, self._queues[group]))
