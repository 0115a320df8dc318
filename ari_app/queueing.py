"""A caller in a queue: he is kept company, agents are rung one after the other, the first who answers gets him."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from ari_app.acd.queue import Offer, QueueEntry
from ari_app.agents.telephones import endpoint_of
from ari_app.ari.errors import AriError
from ari_app.distributor import Move, Place
from ari_app.exchange import Exchange
from ari_app.legs import AgentLeg, CallerLeg, ring_agent
from ari_app.racing import unless_gone
from ivr.conversation import Call, CallerHungUp, Expecting, WaitingConversation, WaitOver
from ivr.decision import Decision, EnterQueue
from ivr.desk import ExpectedWait, HelpDesk
from ivr.record import TicketRecord
from ivr.waiting import wait_for_agent
from tickets.events import Json, Kind

log = structlog.get_logger(__name__)
_REMEMBERED = timedelta(days=1)
"""So long a caller who calls again about an open ticket rather gets the agent whom he has talked with."""
_ALL_DAY = Expecting("waiting", no_input_s=86_400)


@dataclass(frozen=True, slots=True)
class QueuedPlace:
    """`ivr.desk.Place` on the floor."""

    exchange: Exchange
    call_id: str
    entered_at: datetime
    over: asyncio.Event

    def expected(self) -> ExpectedWait | None:
        distributor = self.exchange.distributor
        wait, entry = distributor.expected_wait(self.call_id), distributor.floor.entries.get(self.call_id)
        if wait is None or entry is None:
            return None
        return ExpectedWait(wait.position, wait.low, wait.high, is_ringing=entry.offered_to is not None)


@dataclass(frozen=True, slots=True)
class Queued:
    """One caller in the queue of `decision.group`, where he waits since `since`."""

    exchange: Exchange
    call: Call
    record: TicketRecord
    caller: CallerLeg
    conversation: WaitingConversation
    desk: HelpDesk
    decision: EnterQueue
    since: datetime
    first: tuple[str, ...]
    """The prompts that he hears first."""

    async def wait(self) -> AgentLeg | Decision | None:
        """The agent who answered, or what the caller has chosen instead, or where a supervisor has sent him; None when
        nobody is at work (any more).

        Raises:
            CallerHungUp: the caller did not wait any longer, or his sound was lost.
        """
        distributor = self.exchange.distributor
        if not distributor.is_staffed(self.decision.group):
            distributor.give_up(self.call.id)  # the place that he had before a restart
            await self.record.left_queue("nobody")
            return None
        place = distributor.join(await self._entry())
        over, leaving = asyncio.Event(), asyncio.Event()
        ringing = asyncio.create_task(self._ring_until_answered(place, leaving), name=f"queue {self.call.id}")
        company = asyncio.create_task(self._keep_company(over), name=f"company {self.call.id}")
        moving = asyncio.create_task(place.moved(), name=f"move {self.call.id}")
        try:
            await asyncio.wait({ringing, company, moving}, return_when=asyncio.FIRST_COMPLETED)
            leaving.set()
            await asyncio.wait({ringing})
            # Who is answered at the very moment of his choice is answered; who hangs up in the goodbye has chosen.
            is_unanswered = isinstance(ringing.exception(), CallerHungUp)
            if is_unanswered and moving.done() and not company.done():
                return await self._moved(moving.result())
            left = await company if is_unanswered else ringing.result()
        except CallerHungUp:
            if self.caller.gone.is_set():
                await self.record.abandoned()
            raise
        finally:
            over.set()
            ringing.cancel()
            moving.cancel()
            distributor.leave(place)
            await asyncio.gather(ringing, company, moving, return_exceptions=True)
        if not isinstance(left, AgentLeg):
            await self.record.left_queue("nobody" if left is None else left.kind)
        return left

    async def _moved(self, move: Move) -> EnterQueue:
        """He waits elsewhere from now on, in his old place; skills that he needed here are not asked for there."""
        log.info("moved", to=move.group, by=move.by)
        elsewhere = EnterQueue(move.group, "moved", self.decision.priority)
        told: dict[str, Json] = {"from": self.decision.group, "to": move.group, "by": move.by}
        await self.record.talked(Kind.CALLER_MOVED, told)
        await self.record.handed_on(elsewhere, self.since)
        return elsewhere

    async def _entry(self) -> QueueEntry:
        wanted = self.decision
        wants = wanted.agent or await self.desk.tickets.last_agent(self.exchange.now() - _REMEMBERED)
        return QueueEntry(
            self.call.id, wanted.group, self.since, wanted.priority, wanted.skills, wants, level=wanted.level
        )

    async def _keep_company(self, over: asyncio.Event) -> Decision | None:
        """None once `over` is set."""
        place = QueuedPlace(self.exchange, self.call.id, self.since, over)
        try:
            parts = (self.call, self.conversation, self.desk, self.decision, place)
            return await wait_for_agent(*parts, self.first)
        except (CallerHungUp, AriError):
            raise
        except Exception:
            log.exception("nothing can be told to the waiting caller; he hears music")
        try:
            with self.conversation.until(over):
                while True:
                    await self.conversation.wait((), _ALL_DAY)
        except WaitOver:
            return None

    async def _ring_until_answered(self, place: Place, leaving: asyncio.Event) -> AgentLeg | None:
        """The agent who answered, or None when all have gone.

        Raises:
            CallerHungUp: before any agent answered, or `leaving` was set.
        """
        while True:
            offer = await unless_gone(place.next_offer(), self.caller.gone, leaving)
            if offer is None:
                return None
            leg = await unless_gone(self._ring(place, offer), self.caller.gone, leaving)
            if leg is not None:
                return leg

    async def _ring(self, place: Place, offer: Offer) -> AgentLeg | None:
        exchange = self.exchange
        await self.record.offered(offer.agent)
        log.info("ringing", agent=offer.agent)
        ring_s = exchange.distributor.group(place.group).ring_s
        endpoint = endpoint_of(exchange, offer.agent)
        leg = await ring_agent(exchange.client, self.call.id, offer.agent, endpoint, self.call.caller, ring_s)
        if leg is None:
            agent = exchange.distributor.floor.agents[offer.agent]
            # Attendance gives an offer back at once when the telephone goes, even if he has another.
            is_there = agent.is_reachable and agent.rings_for(self.call.id)
            exchange.distributor.refuse(offer)
            await self.record.refused(offer.agent, "no answer" if is_there else "telephone gone")
        else:
            exchange.distributor.answer(offer)
        return leg
