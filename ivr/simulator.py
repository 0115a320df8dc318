"""Calls without a telephone: the flow, the knowledge base and the tickets are the real ones, the caller is not."""

import asyncio
import contextlib
import uuid
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dialplan.loader import Dialplan
from ivr.conversation import Call, CallerHungUp, WaitingConversation
from ivr.decision import BackToMenu, Decision, EnterQueue, details_of
from ivr.desk import (
    Articles,
    CallRecord,
    ExpectedWait,
    Matcher,
    Messenger,
    Outages,
    People,
    Probes,
    Queues,
    Recorder,
    Switches,
    Tickets,
    Trunk,
)
from ivr.empty_desk import (
    EmptyQueues,
    Forgotten,
    KnownVerdicts,
    NoOutages,
    NoPeople,
    NoSwitches,
    NothingSent,
    NothingToRecord,
    NoTickets,
    NoTrunk,
)
from ivr.flow import return_to_menu, take_call
from ivr.journal import JournalledConversation, JournalledRecord
from ivr.record import TicketRecord, open_record
from ivr.service_desk import DeclaredOutages, Directory, OtherTickets, SetSwitches
from ivr.speech.wording import Wording
from ivr.transcript import TranscribedConversation
from ivr.waiting import wait_for_agent
from tickets.store import Store
from tickets.ticket import Ticket, Turn


@dataclass(frozen=True, slots=True)
class SimulatedDesk:
    """`HelpDesk` without a telephone; what is not given knows nobody and nothing."""

    now: Callable[[], datetime]
    dialplan: Dialplan
    matcher: Matcher
    articles: Articles
    record: CallRecord = field(default_factory=Forgotten)
    recorder: Recorder = field(default_factory=NothingToRecord)
    people: People = field(default_factory=NoPeople)
    outages: Outages = field(default_factory=NoOutages)
    switches: Switches = field(default_factory=NoSwitches)
    tickets: Tickets = field(default_factory=NoTickets)
    probes: Probes = field(default_factory=KnownVerdicts)
    messenger: Messenger = field(default_factory=NothingSent)
    queues: Queues = field(default_factory=EmptyQueues)
    trunk: Trunk = field(default_factory=NoTrunk)


@dataclass(frozen=True, slots=True)
class SimulatedCall:
    """What came of a call; no decision when the caller hung up before there was one."""

    decision: Decision | None
    ticket: Ticket
    transcript: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Simulator:
    """Where calls are simulated."""

    dialplan: Dialplan
    matcher: Matcher
    articles: Articles

    async def take(
        self,
        call: Call,
        conversation: WaitingConversation,
        now: Callable[[], datetime],
        store: Store,
        waits: Iterable[ExpectedWait] = (),
        probes: Probes | None = None,
    ) -> SimulatedCall:
        """One call from greeting to decision, on the directory, outages and tickets of `store`. Who is queued is told
        how it stands once for each of `waits`, and then waits for ever; the others are gone afterwards. Without
        `probes` nothing can be measured."""
        record = await open_record(store, call, call.id, now)
        transcribed = TranscribedConversation(conversation, Wording(self.dialplan.prompts), record.said)
        journalled = JournalledConversation(transcribed, record.heard)
        desk = SimulatedDesk(
            now,
            self.dialplan,
            self.matcher,
            self.articles,
            record=JournalledRecord(record, journalled),
            people=Directory(store, now),
            outages=DeclaredOutages(store),
            switches=SetSwitches(store),
            tickets=OtherTickets(store, record.number),
            probes=probes or KnownVerdicts(),
        )
        decision: Decision | None = None
        with contextlib.suppress(CallerHungUp):
            decision = await _decide(call, journalled, desk, record, deque(waits))
        if isinstance(decision, EnterQueue):
            await record.settled()
        else:
            await record.finished()
        ticket = await asyncio.to_thread(store.tickets.get, record.number)
        transcript = await asyncio.to_thread(store.tickets.transcript, record.number)
        return SimulatedCall(decision, ticket, tuple(transcript))


@dataclass(slots=True)
class _Place:
    """`Place` of a caller who is told how it stands as often as there are `waits`; then he is answered."""

    entered_at: datetime
    waits: deque[ExpectedWait]
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def expected(self) -> ExpectedWait | None:
        if self.waits:
            return self.waits.popleft()
        self.over.set()
        return None


async def _decide(
    call: Call, conversation: WaitingConversation, desk: SimulatedDesk, record: TicketRecord, waits: deque[ExpectedWait]
) -> Decision:
    """Until there is a decision that ends the call or brings him to an agent."""
    began = desk.now()
    decision = await take_call(call, conversation, desk)
    while True:
        await record.decided(decision)
        if isinstance(decision, BackToMenu):
            decision = await return_to_menu(call, conversation, desk)
        elif isinstance(decision, EnterQueue) and waits:
            try:
                chosen = await wait_for_agent(call, conversation, desk, decision, _Place(began, waits))
            except CallerHungUp:
                await record.abandoned()
                return decision
            if chosen is None:
                return decision
            await record.left_queue(chosen.kind)
            decision = chosen
        else:
            return decision


def new_call(caller: str, dialled: str, language: str, at: datetime) -> Call:
    return Call(f"simulated-{uuid.uuid4().hex}", caller, dialled, language, at)


def decision_as_json(decision: Decision | None) -> dict[str, Any] | None:
    return {"kind": decision.kind, **details_of(decision)} if decision else None


def in_words(decision: Decision) -> str:
    """A decision as people read it: "enter_queue (group helpdesk, reason asked)"."""
    details = ", ".join(f"{name} {value}" for name, value in details_of(decision).items())
    return f"{decision.kind} ({details})"
