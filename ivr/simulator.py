"""Calls without a telephone: the flow, the knowledge base and the tickets are the real ones, the caller is not."""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dialplan.loader import Dialplan
from ivr.conversation import Call, CallerHungUp, Conversation
from ivr.decision import Decision, EnterQueue, details_of
from ivr.desk import Articles, CallRecord, Matcher, Messenger, Outages, People, Recorder, Tickets
from ivr.empty_desk import Forgotten, NoOutages, NoPeople, NothingSent, NothingToRecord, NoTickets
from ivr.flow import take_call
from ivr.journal import JournalledConversation, JournalledRecord
from ivr.record import open_record
from ivr.service_desk import DeclaredOutages, Directory, OtherTickets
from ivr.speech.wording import Wording
from ivr.transcript import TranscribedConversation
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
    tickets: Tickets = field(default_factory=NoTickets)
    messenger: Messenger = field(default_factory=NothingSent)


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
        self, call: Call, conversation: Conversation, now: Callable[[], datetime], store: Store
    ) -> SimulatedCall:
        """One call from greeting to decision, on the directory, outages and tickets of `store`. Who is queued waits;
        the others are gone afterwards."""
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
            tickets=OtherTickets(store, record.number),
        )
        decision: Decision | None = None
        try:
            decision = await take_call(call, journalled, desk)
            await record.decided(decision)
        except CallerHungUp:
            pass
        if isinstance(decision, EnterQueue):
            await record.settled()
        else:
            await record.finished()
        ticket = await asyncio.to_thread(store.tickets.get, record.number)
        transcript = await asyncio.to_thread(store.tickets.transcript, record.number)
        return SimulatedCall(decision, ticket, tuple(transcript))


def new_call(caller: str, dialled: str, language: str, at: datetime) -> Call:
    return Call(f"simulated-{uuid.uuid4().hex}", caller, dialled, language, at)


def decision_as_json(decision: Decision | None) -> dict[str, Any] | None:
    return {"kind": decision.kind, **details_of(decision)} if decision else None


def in_words(decision: Decision) -> str:
    """A decision as people read it: "enter_queue (group helpdesk, reason asked)"."""
    details = ", ".join(f"{name} {value}" for name, value in details_of(decision).items())
    return f"{decision.kind} ({details})"
