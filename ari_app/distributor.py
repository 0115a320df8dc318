"""Carries the pure floor through the day: it has the clock, the timers, and a place for each waiting caller."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from ari_app.acd import floor as acd
from ari_app.acd.agents import Agent, AgentState
from ari_app.acd.floor import Floor
from ari_app.acd.queue import Offer, QueueEntry
from ari_app.acd.routing import next_change, offer_next
from ari_app.acd.wait import HandlingTimes, Wait, expected_wait
from ari_app.group_rules import cards_of, rules_of
from dialplan.groups import AgentCard, Group

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Doer:
    """`by` changed what `agent` is at."""

    agent: str
    by: str


Watcher = Callable[[Floor, Floor, Doer | None], None]
"""Told of every change: the floor before and after it, and who did it if somebody did. It must be quick, and must not
change the floor."""


@dataclass(frozen=True, slots=True)
class Move:
    """`by` sends a waiting caller to `group`."""

    group: str
    by: str


@dataclass(slots=True)
class Place:
    """A caller's place in a group's queue: `next_offer` waits for an agent to ring, or for None: nobody will come;
    `moved` for a supervisor who sends him elsewhere."""

    group: str
    call_id: str
    _offers: asyncio.Queue[Offer | None] = field(default_factory=asyncio.Queue)
    _moves: asyncio.Queue[Move] = field(default_factory=asyncio.Queue)

    async def next_offer(self) -> Offer | None:
        return await self._offers.get()

    def show(self, offer: Offer | None) -> None:
        self._offers.put_nowait(offer)

    async def moved(self) -> Move:
        return await self._moves.get()

    def move(self, move: Move) -> None:
        self._moves.put_nowait(move)


class Distributor:
    """All groups and agents. Every method changes the floor at once and offers whatever has become possible.

    When all agents of a group have gone, its callers wait `patience_s` for one to come back: a telephone may only be
    registering anew.
    """

    def __init__(
        self,
        groups: Mapping[str, Group],
        now: Callable[[], datetime],
        patience_s: float = 20.0,
        agents: Mapping[str, AgentCard] | None = None,
    ) -> None:
        self.now = now
        self._patience_s = patience_s
        self._groups = dict(groups)
        self._floor = Floor(rules_of(groups), cards_of(agents or {}))
        self._places: dict[str, Place] = {}
        self._unclaimed: dict[str, asyncio.Event] = {}
        self._watchers: list[Watcher] = []
        self._times = HandlingTimes()
        self._answered: dict[str, datetime] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._deserted: dict[str, asyncio.TimerHandle] = {}

    @property
    def floor(self) -> Floor:
        return self._floor

    @property
    def agents(self) -> tuple[str, ...]:
        """All agents of all groups, whether they are there or not."""
        return self._floor.members

    def watch(self, watcher: Watcher) -> None:
        self._watchers.append(watcher)

    def regroup(self, groups: Mapping[str, Group], agents: Mapping[str, AgentCard] | None = None) -> None:
        """The groups were edited. Whoever waits goes on waiting, and an agent with a caller brings his call to its end;
        those whom nobody knew before have to be noticed."""
        self._groups.update(groups)
        self.change(acd.regroup(self._floor, rules_of(groups), cards_of(agents or {})))

    def is_staffed(self, group: str) -> bool:
        """Whether an agent is there for the group; nobody is in one that there is not."""
        return self._floor.is_staffed(group)

    def group(self, name: str) -> Group:
        """What groups.yaml says of it."""
        return self._groups[name]

    def restore(self, agents: Iterable[Agent]) -> None:
        """The agents as they were before a restart; before anybody watches, or looks at their telephones."""
        self._floor = replace(self._floor, agents={agent.name: agent for agent in agents})

    def remember(self, times: HandlingTimes) -> None:
        """How long talks took before a restart."""
        self._times = times

    def rejoin(self, entries: Iterable[QueueEntry]) -> None:
        """All who waited before a restart wait again, and only then is anybody offered: they keep their order. Each has
        a place, which `join` gives to who comes for it, and `give_up` to nobody."""
        floor = self._floor
        for entry in entries:
            self._places.setdefault(entry.call_id, Place(entry.group, entry.call_id))
            self._unclaimed[entry.call_id] = asyncio.Event()
            floor = acd.join(floor, entry)
        self.change(floor)

    def give_up(self, call_id: str) -> None:
        """Nobody will come for the place that this call had before the restart; that of one who came stays his."""
        if call_id in self._unclaimed:
            self.leave(self._places[call_id])

    async def until_claimed(self, call_ids: Iterable[str]) -> None:
        """Until whichever of these calls had a place before the restart has come to it, or is gone."""
        for call_id in call_ids:
            if call_id in self._unclaimed:
                await self._unclaimed[call_id].wait()

    def join(self, entry: QueueEntry) -> Place:
        """A caller begins to wait; one who has a place already gets that, with the time at which he took it."""
        self._claim(entry.call_id)
        if entry.call_id in self._places:
            return self._places[entry.call_id]
        place = self._places[entry.call_id] = Place(entry.group, entry.call_id)
        self.change(acd.join(self._floor, entry))
        return place

    def leave(self, place: Place) -> None:
        self._places.pop(place.call_id, None)
        self._claim(place.call_id)
        self.change(acd.leave(self._floor, place.call_id, self.now()))

    def move(self, call_id: str, move: Move) -> None:
        """A supervisor sends who waits to another group; his call carries it out."""
        if call_id in self._places:
            self._places[call_id].move(move)

    def ring(self, agent: str, call_id: str, group: str) -> bool:
        """A colleague rings him about a caller of his; `answer` or `refuse` follows. False: he is not available."""
        self.change(acd.ring(self._floor, agent, call_id, group, self.now()))
        rung = self._floor.agents.get(agent)
        return rung is not None and rung.state is AgentState.RINGING and rung.call_id == call_id

    def refuse(self, offer: Offer, is_missed: bool = True) -> None:
        """The agent did not answer; a ring that he could not hear out is not held against him."""
        self.change(acd.refuse(self._floor, offer, self.now(), is_missed))

    def is_full(self, group: str) -> bool:
        """Whether as many callers wait for the group as may."""
        return self._floor.is_full(group)

    def expected_wait(self, call_id: str) -> Wait | None:
        """How long the caller will still wait; None where nobody can say."""
        return expected_wait(self._floor, self._times, call_id, self.now())

    def stop_ringing(self, agent: str) -> None:
        """His telephone rings no more, which is not his doing."""
        self.change(acd.stop_ringing(self._floor, agent, self.now()))

    def answer(self, offer: Offer) -> None:
        self._answered[offer.agent] = self.now()
        self._places.pop(offer.call_id, None)
        self.change(acd.answer(self._floor, offer, self.now()))

    def hang_up(self, agent: str) -> None:
        self._note_time(agent)
        self.change(acd.hang_up(self._floor, agent, self.now()))

    def resume_talk(self, agent: str, call_id: str, group: str) -> None:
        """An agent was found talking when we came (back), or got a caller from another agent."""
        self.change(acd.resume_talk(self._floor, agent, call_id, group, self.now()))

    def hold(self, agent: str) -> None:
        self.change(acd.hold(self._floor, agent, self.now()))

    def unhold(self, agent: str) -> None:
        self.change(acd.unhold(self._floor, agent, self.now()))

    def miss_sound(self, agent: str) -> None:
        """Nothing is heard from him although he talks."""
        self.change(acd.miss_sound(self._floor, agent))

    def hear(self, agent: str) -> None:
        self.change(acd.hear(self._floor, agent))

    def reach(self, agent: str) -> None:
        """His telephone is registered."""
        self.change(acd.reach(self._floor, agent, self.now()))

    def lose(self, agent: str) -> None:
        """His telephone is gone."""
        self.change(acd.lose(self._floor, agent, self.now()))

    def log_in(self, agent: str, by: str | None = None) -> None:
        self.change(acd.log_in(self._floor, agent, self.now()), _doer(agent, by))

    def log_out(self, agent: str, by: str | None = None) -> None:
        self.change(acd.log_out(self._floor, agent, self.now()), _doer(agent, by))

    def pause(self, agent: str, reason: str, by: str | None = None) -> None:
        self.change(acd.pause(self._floor, agent, reason, self.now()), _doer(agent, by))

    def end_pause(self, agent: str) -> None:
        """The pause is over; a wrap-up goes on."""
        self.change(acd.end_pause(self._floor, agent, self.now()))

    def get_ready(self, agent: str, by: str | None = None) -> None:
        self.change(acd.get_ready(self._floor, agent, self.now()), _doer(agent, by))

    def change(self, floor: Floor, doer: Doer | None = None) -> None:
        """The floor is so from now on; whatever has become possible by that is offered."""
        before, now = self._floor, self.now()
        self._floor, offers = offer_next(acd.end_pauses(floor, now), now)
        for offer in offers:
            log.info("offer", call=offer.call_id, agent=offer.agent)
            self._places[offer.call_id].show(offer)
        self._wake_at_next_change()
        for group in self._floor.rules:
            self._watch_staff(group)
        for watcher in self._watchers:
            watcher(before, self._floor, doer)

    def close(self) -> None:
        """Nobody is told of anything any more, and nothing changes by itself."""
        self._watchers.clear()
        for timer in (self._timer, *self._deserted.values()):
            if timer is not None:
                timer.cancel()

    def _note_time(self, name: str) -> None:
        """How long the talk has taken. Of one that had begun before we came nobody knows."""
        agent, began = self._floor.agents.get(name), self._answered.pop(name, None)
        if began is not None and agent is not None and agent.group is not None:
            self._times = self._times.note(agent.group, (self.now() - began).total_seconds())

    def _claim(self, call_id: str) -> None:
        come = self._unclaimed.pop(call_id, None)
        if come is not None:
            come.set()

    def _watch_staff(self, group: str) -> None:
        is_staffed = self._floor.is_staffed(group)
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

    def _wake_at_next_change(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        at = next_change(self._floor, self.now())
        if at is not None:
            delay_s = max(0.0, (at - self.now()).total_seconds())
            self._timer = asyncio.get_running_loop().call_later(delay_s, lambda: self.change(self._floor))


def _doer(agent: str, by: str | None) -> Doer | None:
    return Doer(agent, by) if by is not None else None
