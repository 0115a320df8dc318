"""Who talks with the caller now: each is followed, and each agent among them can be given commands."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

from ari_app.ari.events import (
    ChannelDestroyed,
    ChannelDtmfReceived,
    ChannelHangupRequest,
    ChannelHold,
    ChannelUnhold,
    ChannelVanished,
    StasisEnd,
)
from ari_app.distributor import Distributor
from ari_app.legs import AgentLeg, Leg
from ari_app.talk.messages import KeyPressed, LegEnded, Message, TelephoneHeld, TelephoneUnheld
from ari_app.talk.stage import Stage
from ari_app.talk.transcription import Transcription
from ari_app.talks import Give, Talk, Talks
from ivr.record import TicketRecord
from tickets.events import Kind

_BROKEN = frozenset({27, 38, 41, 44, 102})
"""Q.850: nobody hung up, a network or a telephone failed."""


@dataclass(slots=True)
class Roster:
    """`post` takes what happens to them, `give` what the agents among them want; `transcription` writes down what these
    say."""

    stage: Stage
    distributor: Distributor
    talks: Talks
    record: TicketRecord
    post: Callable[[Message], None]
    give: Give
    transcription: Transcription | None = None
    _legs: dict[str, Leg] = field(default_factory=dict, init=False)
    _talks: dict[str, Talk] = field(default_factory=dict, init=False)
    _tasks: "set[asyncio.Task[None]]" = field(default_factory=set, init=False)

    def __iter__(self) -> Iterator[Leg]:
        return iter(tuple(self._legs.values()))

    def __len__(self) -> int:
        return len(self._legs)

    def agent(self, name: str) -> AgentLeg | None:
        return next((leg for leg in self if isinstance(leg, AgentLeg) and leg.agent == name), None)

    def leg(self, id: str) -> Leg | None:
        return self._legs.get(id)

    def enter(self, leg: Leg) -> None:
        self._legs[leg.id] = leg
        self.watch(self._follow(leg))
        if isinstance(leg, AgentLeg):
            talk = self._talks[leg.id] = Talk(leg.agent, self.stage.call_id, self.give, leg.id)
            self.talks.enter(talk)
            if self.transcription is not None:
                self.transcription.hear_agent(leg.id)

    async def release(self, leg: Leg, reason: str) -> None:
        """He talks with this caller no more; an agent wraps up."""
        self._legs.pop(leg.id, None)
        leg.events.close()
        if self.transcription is not None:
            self.transcription.stop(leg.id)
        if isinstance(leg, AgentLeg):
            self.distributor.hang_up(leg.agent)
            if leg.id in self._talks:
                self.talks.leave(self._talks.pop(leg.id))
        await self.stage.send_away(leg.id)
        await self.record.talked(Kind.TALK_LEFT, {"party": leg.name, "reason": reason})

    def watch(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Goes on beside the talk, and ends with it."""
        task = asyncio.create_task(work, name=f"talk {self.stage.call_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        """Nobody is followed any more; who still talks goes on talking."""
        for talk in self._talks.values():
            self.talks.leave(talk)
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, leg: Leg) -> None:
        is_lost = False
        async for event in leg.events:
            match event:
                case ChannelHold():
                    self.post(TelephoneHeld(leg.id))
                case ChannelUnhold():
                    self.post(TelephoneUnheld(leg.id))
                case ChannelDtmfReceived(digit=key):
                    self.post(KeyPressed(leg.id, key))
                case ChannelHangupRequest(cause=cause, is_without_sound=is_silent):
                    is_lost = is_lost or cause in _BROKEN or is_silent
                case StasisEnd() | ChannelDestroyed() | ChannelVanished():
                    break
        self.post(LegEnded(leg.id, is_lost))
