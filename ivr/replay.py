"""Journalled calls run again on another dialplan: who would go elsewhere, and why.

The flow is the real one; it is answered from the journal, by the names of its questions. An answer that no question
asks for any more is passed over; a question that was never asked cannot be answered, and ends the replay of its call.
"""

import asyncio
import os
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from dialplan.loader import Dialplan
from ivr.conversation import Expecting, Heard, Hypothesis, Prompt
from ivr.decision import details_of
from ivr.desk import ActiveOutage, Articles, KnownPerson, Matcher, People, Ranking, Switched, Tickets, TicketState
from ivr.empty_desk import Forgotten, KnownVerdicts
from ivr.flow import take_call
from ivr.journalled_call import Asked, Decided, Entry, JournalledCall, Mark, Outcome, Read, Understood, in_words
from ivr.replay_why import leads_elsewhere, parting, why
from ivr.simulator import SimulatedDesk


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The call would lead somewhere else. Without `after.decision` only the beginning of its new way can be told."""

    call: JournalledCall
    after: Outcome
    why: str


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The other dialplan asks `question`, to which the caller was never asked to answer."""

    call: JournalledCall
    question: str
    why: str


@dataclass(frozen=True, slots=True)
class Same:
    call: JournalledCall


Verdict = Same | Elsewhere | CannotTell


@dataclass(frozen=True, slots=True)
class OtherWorld:
    """What calls are replayed on. `people` are those of today; `outages_at` were active, groups
    were `switched_at` a time (aware UTC)."""

    dialplan: Dialplan
    matcher: Matcher
    articles: Articles
    people: People
    tickets: Tickets
    outages_at: Callable[[datetime], tuple[ActiveOutage, ...]]
    switched_at: Callable[[datetime], Switched]


class _Unanswered(Exception):
    """Nobody asked the caller this."""

    def __init__(self, question: str) -> None:
        super().__init__(question)
        self.question = question


@dataclass(slots=True)
class RememberedMatcher:
    """`matcher`, which ranks the same sentence only once."""

    matcher: Matcher
    _known: dict[tuple[tuple[Hypothesis, ...], str], asyncio.Task[Ranking]] = field(default_factory=dict, init=False)

    async def rank(self, hypotheses: tuple[Hypothesis, ...], language: str) -> Ranking:
        key = hypotheses, language
        if key not in self._known:
            self._known[key] = asyncio.create_task(self._rank(hypotheses, language))
        return await self._known[key]

    async def _rank(self, hypotheses: tuple[Hypothesis, ...], language: str) -> Ranking:
        return await self.matcher.rank(hypotheses, language)


class _Way(Forgotten):
    """`Conversation` that answers from the journal, and `CallRecord` that keeps the way the call goes."""

    def __init__(self, call: JournalledCall) -> None:
        self.number = call.ticket
        self.is_proven = call.is_proven
        self.now = call.call.arrived_at
        self.way: list[Mark] = []
        self.category: str | None = None
        self._journal = deque(call.journal)
        self._article: str | None = None

    async def say(self, prompt: Prompt) -> None:
        return

    async def ask(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...] = ()) -> Heard:
        while self._journal:
            entry = self._journal.popleft()
            if entry.question == expecting.name and self._fits(entry):
                self.now = entry.at
                self.way.append(Asked(entry.question, in_words(entry.heard)))
                return entry.heard
        raise _Unanswered(expecting.name)

    def _fits(self, entry: Entry) -> bool:
        """Whether an article helped can only be told of that article."""
        return entry.question != "helped" or entry.article == self._article

    async def understood(self, intent: str, confidence: float, category: str | None) -> None:
        self.way.append(Understood(intent, confidence))
        self.category = category or self.category

    async def article_tried(self, article_id: str, helped: bool | None) -> None:
        if helped is None:
            self.way.append(Read(article_id))
            self._article = article_id


@dataclass(frozen=True, slots=True)
class _OutagesThen:
    active_then: tuple[ActiveOutage, ...]

    async def active(self) -> tuple[ActiveOutage, ...]:
        return self.active_then


@dataclass(frozen=True, slots=True)
class _SwitchesThen:
    switched_then: Switched

    async def now(self) -> Switched:
        return self.switched_then


@dataclass(frozen=True, slots=True)
class _TicketsThen:
    """What is open today says nothing of then: the caller had an open ticket if he was asked about it."""

    tickets: Tickets
    call: JournalledCall

    async def open_of(self, person: KnownPerson) -> tuple[TicketState, ...]:
        if not any(entry.question == "open_ticket" for entry in self.call.journal):
            return ()
        return (TicketState(self.call.ticket, "open", "", person.id, self.call.call.arrived_at),)

    async def get(self, number: str) -> TicketState | None:
        return await self.tickets.get(number)

    async def last_agent(self, since: datetime) -> str | None:
        return await self.tickets.last_agent(since)


async def replay(calls: Iterable[JournalledCall], world: OtherWorld) -> list[Verdict]:
    """The verdict on each call, in their order. As many at once as there are processors: ranking takes them."""
    room = asyncio.Semaphore(os.cpu_count() or 1)

    async def in_turn(call: JournalledCall) -> Verdict:
        async with room:
            return await replay_call(call, world)

    return list(await asyncio.gather(*map(in_turn, calls)))


async def replay_call(call: JournalledCall, world: OtherWorld) -> Verdict:
    way = _Way(call)
    desk = SimulatedDesk(
        lambda: way.now,
        world.dialplan,
        world.matcher,
        world.articles,
        record=way,
        people=world.people,
        outages=_OutagesThen(world.outages_at(call.call.arrived_at)),
        switches=_SwitchesThen(world.switched_at(call.call.arrived_at)),
        tickets=_TicketsThen(world.tickets, call),
        probes=KnownVerdicts(call.measured),
    )
    try:
        decision = await take_call(call.call, way, desk)
    except _Unanswered as stopped:
        return _broken_off(call, way, stopped.question)
    decided = Decided(decision.kind, details_of(decision))
    way.way.append(decided)
    after = Outcome.of(decided, way.category)
    if after == call.outcome:
        return Same(call)
    return Elsewhere(call, after, why(call.way, way.way))


def _broken_off(call: JournalledCall, way: _Way, question: str) -> Verdict:
    place = parting(call.way, way.way)
    if call.outcome.decision is None and place is None and len(way.way) == len(call.way):
        return Same(call)  # he hung up here, then as now
    if place is not None and leads_elsewhere(call.way[place], way.way[place]):
        return Elsewhere(call, Outcome(category=way.category, article=_last_article(way)), why(call.way, way.way))
    return CannotTell(call, question, why(call.way, [*way.way, Asked(question, "")]))


def _last_article(way: _Way) -> str | None:
    return next((mark.article for mark in reversed(way.way) if isinstance(mark, Read)), None)
