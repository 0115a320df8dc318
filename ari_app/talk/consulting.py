"""An agent asks somebody else while his caller hears music; then one of them has the caller, or both."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from ari_app.ari.errors import AriRefused
from ari_app.legs import AgentLeg, Leg
from ari_app.talk.errors import NotNow, TalkError, Unreachable
from ari_app.talk.holding import Holding
from ari_app.talk.messages import Rung, confirm, refuse
from ari_app.talk.reach import Reach
from ari_app.talk.roster import Roster
from ari_app.talk.stage import Stage
from ari_app.talk.targets import Target
from ivr.record import TicketRecord
from tickets.events import Kind


@dataclass(slots=True)
class Consultation:
    """`by` asks `to`; `leg` is there once that one has answered, of which `told` then tells the agent."""

    by: AgentLeg
    to: Target | None
    told: "asyncio.Future[None] | None" = None
    leg: Leg | None = None
    ringing: "asyncio.Task[None] | None" = None


@dataclass(slots=True)
class Consulting:
    """At most one consultation at a time; `post` takes how its ringing ended."""

    stage: Stage
    roster: Roster
    holding: Holding
    reach: Reach
    record: TicketRecord
    post: Callable[[Rung], None]
    now: Consultation | None = field(default=None, init=False)
    _attempt: int = field(default=0, init=False)

    async def begin(self, by: AgentLeg, to: Target, told: "asyncio.Future[None]") -> None:
        """Ring `to`; the caller is on hold from now on.

        Raises:
            TalkError: there is nobody to ring.
        """
        someone = await self.reach.someone(to)
        await self.holding.begin(by.agent)
        self._attempt += 1
        attempt = self._attempt

        async def ring() -> None:
            self.post(Rung(attempt, await self.reach.ring(someone)))

        await self.stage.ring_back()
        self.now = Consultation(by, to, told, ringing=self.roster.watch(ring()))

    def resume(self, by: AgentLeg, leg: Leg) -> None:
        """They were consulting before a restart of the controller."""
        self.now = Consultation(by, None, leg=leg)

    async def take(self, rung: Rung) -> None:
        """The ringing is over."""
        now, leg = self.now, rung.leg
        if now is None or now.to is None or now.told is None or rung.attempt != self._attempt:
            if leg is not None:  # answered in the very moment in which it was given up
                await self.roster.release(leg, "cancelled")
            return
        await self.stage.stop_ring_back()
        if leg is None or not await self._is_brought(leg):
            self.now = None
            failed = {"agent": now.by.agent, "to": str(now.to), "reason": "no answer"}
            await self.record.talked(Kind.CONSULT_FAILED, {**failed})
            refuse(now.told, Unreachable(f"{now.to} does not answer"))
            return
        now.leg = leg
        self.roster.enter(leg)
        await self.record.talked(Kind.CONSULTED, {"agent": now.by.agent, "to": leg.name})
        confirm(now.told)

    async def complete(self) -> None:
        """The agent leaves, the caller talks with whom he asked.

        Raises:
            NotNow: nobody has answered.
        """
        now, leg = self._answered()
        self.now = None
        await self.record.talked(
            Kind.TRANSFERRED,
            {"from": now.by.agent, "to": leg.name, "warm": True},
            leg.agent if isinstance(leg, AgentLeg) else None,
        )
        await self.holding.end(now.by.agent)
        await self.roster.release(now.by, "transferred")

    async def confer(self) -> None:
        """All of them talk with each other.

        Raises:
            NotNow: nobody has answered.
        """
        now, leg = self._answered()
        self.now = None
        await self.holding.end(now.by.agent)
        await self.record.talked(Kind.CONFERENCE_JOINED, {"agent": now.by.agent, "to": leg.name})

    async def cancel(self) -> None:
        """The agent is alone with the caller again.

        Raises:
            NotNow: there is nothing to cancel.
        """
        now = self.now
        if now is None:
            raise NotNow("nobody is being consulted")
        await self.give_up(NotNow("cancelled"))
        if now.leg is not None:
            await self.roster.release(now.leg, "cancelled")
        await self.holding.end(now.by.agent)

    async def give_up(self, why: TalkError) -> None:
        """It is over; a telephone that rings for it stops."""
        now, self.now = self.now, None
        if now is None:
            return
        if now.ringing is not None:
            now.ringing.cancel()
        if now.told is not None:
            refuse(now.told, why)
        if now.leg is None:
            await self.stage.stop_ring_back()

    def _answered(self) -> tuple[Consultation, Leg]:
        if self.now is None:
            raise NotNow("nobody is being consulted: consult first")
        if self.now.leg is None:
            raise NotNow(f"{self.now.to} has not answered yet")
        return self.now, self.now.leg

    async def _is_brought(self, leg: Leg) -> bool:
        try:
            await self.stage.bring(leg.id)
        except AriRefused:  # he has hung up already
            await self.roster.release(leg, "hung_up")
            return False
        return True
