"""Calls without a telephone: the flow, the knowledge base and the tickets are the real ones, the caller is not."""

import asyncio
import itertools
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from dialplan.loader import Dialplan
from ivr.conversation import Call, CallerHungUp, Conversation
from ivr.decision import Decision, EnterQueue
from ivr.desk import Articles, CallRecord, Matcher, Messenger, Outages, People, Recorder, Tickets
from ivr.empty_desk import Forgotten, NoOutages, NoPeople, NothingSent, NothingToRecord, NoTickets
from ivr.flow import take_call
from ivr.journal import JournalledConversation, JournalledRecord
from ivr.record import open_record
from ivr.scenario import Scenario
from ivr.scripted import OutOfStep, ScriptedCaller, ScriptedConversation
from ivr.service_desk import DeclaredOutages, Directory, OtherTickets
from ivr.speech.wording import Wording, WordingError
from ivr.transcript import TranscribedConversation
from tickets.store import Store
from tickets.ticket import Ticket, Turn

_SCENARIOS_BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


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
class Result:
    """What came of a scenario; `why` it failed, with `file:line`, or None. `call` is None when it broke off."""

    scenario: Scenario
    why: str | None
    call: SimulatedCall | None
    prompts: tuple[str, ...]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.scenario.script.name,
            "file": str(self.scenario.file),
            "line": self.scenario.line,
            "ok": self.why is None,
            "why": self.why,
            "decision": decision_as_json(self.call.decision) if self.call else None,
            "ticket": _ticket_as_json(self.call.ticket) if self.call else None,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True)
class Simulator:
    """Where calls are simulated; their tickets go to `store`."""

    dialplan: Dialplan
    matcher: Matcher
    articles: Articles
    store: Store

    async def take(self, call: Call, conversation: Conversation, now: Callable[[], datetime]) -> SimulatedCall:
        """One call from greeting to decision. Who is queued waits; the others are gone afterwards."""
        record = await open_record(self.store, call, call.id, now)
        transcribed = TranscribedConversation(conversation, Wording(self.dialplan.prompts), record.said)
        journalled = JournalledConversation(transcribed, record.heard)
        desk = SimulatedDesk(
            now,
            self.dialplan,
            self.matcher,
            self.articles,
            record=JournalledRecord(record, journalled),
            people=Directory(self.store, now),
            outages=DeclaredOutages(self.store),
            tickets=OtherTickets(self.store, record.number),
        )
        decision: Decision | None = None
        try:
            decision = await take_call(call, journalled, desk)
            await record.decided(decision)
        except CallerHungUp:
            pass
        if not isinstance(decision, EnterQueue):
            await record.finished()
        ticket = await asyncio.to_thread(self.store.tickets.get, record.number)
        transcript = await asyncio.to_thread(self.store.tickets.transcript, record.number)
        return SimulatedCall(decision, ticket, tuple(transcript))

    async def run(self, scenario: Scenario) -> Result:
        """One scenario, in text; its clock starts at a fixed time and goes on by a second at every look."""
        ticks = itertools.count()
        caller = ScriptedCaller(scenario)
        conversation = ScriptedConversation(caller)
        began = time.perf_counter()
        outcome: SimulatedCall | None = None
        try:
            call = self.call_of(scenario)
            outcome = await self.take(call, conversation, lambda: _SCENARIOS_BEGIN + timedelta(seconds=next(ticks)))
            caller.check_finished()
            why = difference(scenario, outcome, tuple(caller.prompts))
        except (OutOfStep, WordingError) as error:
            why = str(error)
        return Result(scenario, why, outcome, tuple(caller.prompts), time.perf_counter() - began)

    def call_of(self, scenario: Scenario) -> Call:
        """
        Raises:
            OutOfStep: the dialplan does not speak the scenario's language.
        """
        script = scenario.script
        language = script.language or self.dialplan.entry(script.dialled).language
        if language not in self.dialplan.menus.languages:
            raise OutOfStep(f"the dialplan has no language '{language}' ({scenario.file}:{scenario.line})")
        return new_call(script.caller, script.dialled, language, _SCENARIOS_BEGIN)


def new_call(caller: str, dialled: str, language: str, at: datetime) -> Call:
    return Call(f"simulated-{uuid.uuid4().hex}", caller, dialled, language, at)


def difference(scenario: Scenario, call: SimulatedCall, prompts: tuple[str, ...]) -> str | None:
    """The first thing that is not as the scenario expects, with its place; None when all is."""
    expected = scenario.script.expect
    got = decision_as_json(call.decision)
    if expected.decision == "none" and got is not None:
        return f"no decision was expected, but there is {got} ({scenario.place_of_expectation('decision')})"
    if expected.decision is not None and expected.decision != "none":
        wanted = expected.decision.model_dump(exclude_none=True)
        if got is None or any(got.get(key) != value for key, value in wanted.items()):
            return f"decision {wanted} was expected, not {got} ({scenario.place_of_expectation('decision')})"
    if expected.category is not None and call.ticket.category != expected.category:
        place = scenario.place_of_expectation("category")
        return f"category '{expected.category}' was expected, not '{call.ticket.category}' ({place})"
    if expected.ticket is not None and call.ticket.status != expected.ticket.status:
        place = scenario.place_of_expectation("ticket")
        return f"ticket status '{expected.ticket.status}' was expected, not '{call.ticket.status}' ({place})"
    return _difference_of_prompts(scenario, prompts)


def _difference_of_prompts(scenario: Scenario, prompts: tuple[str, ...]) -> str | None:
    left = iter(prompts)
    for key in scenario.script.expect.hears:
        if key not in left:  # the iterator goes on behind each find, so order counts
            place = scenario.place_of_expectation("hears")
            return f"'{key}' was not heard in its place among {', '.join(prompts)} ({place})"
    for key in scenario.script.expect.never_hears:
        if key in prompts:
            return f"'{key}' was heard ({scenario.place_of_expectation('never_hears')})"
    return None


def decision_as_json(decision: Decision | None) -> dict[str, Any] | None:
    return {"kind": decision.kind, **asdict(decision)} if decision else None


def in_words(decision: Decision) -> str:
    """A decision as people read it: "enter_queue (group helpdesk, reason asked)"."""
    details = ", ".join(f"{name} {value}" for name, value in asdict(decision).items())
    return f"{decision.kind} ({details})"


def _ticket_as_json(ticket: Ticket) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "status": str(ticket.status),
        "category": ticket.category,
        "intent": ticket.intent,
        "confidence": ticket.confidence,
        "articles": [{"id": tried.article, "helped": tried.helped} for tried in ticket.articles],
    }
