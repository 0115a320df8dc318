"""What a flow talks to and consults, in memory: each another transport of its port."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from dialplan.loader import Dialplan, load_dialplan
from ivr.conversation import Call, CallerHungUp, Digits, Expecting, Heard, Hypothesis, NoInput, Prompt, Utterance
from ivr.desk import (
    ActiveOutage,
    Candidate,
    Channel,
    HowKnown,
    KnownPerson,
    Outcome,
    Probes,
    Ranking,
    SoFar,
    SpokenArticle,
    Switched,
    TicketState,
)
from ivr.empty_desk import KnownVerdicts
from ivr.text import EndsWithWait

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CALL = Call("call-1", "1001", "5000", "en", NINE)


@cache
def shipped() -> Dialplan:
    """The shipped dialplan, read once."""
    return load_dialplan()


def said(text: str) -> Utterance:
    return Utterance((Hypothesis(text),))


def answers(*given: str | Heard) -> deque[Heard]:
    """Texts are said, digits are pressed, "" is silence."""
    return deque(_answer(answer) for answer in given)


def _answer(given: str | Heard) -> Heard:
    if not isinstance(given, str):
        return given
    if not given:
        return NoInput()
    return Digits(given) if set(given) <= set("0123456789*#") else said(given)


class AnsweringConversation(EndsWithWait):
    """`WaitingConversation` with a caller who gives these answers one by one, also while he waits, and then hangs
    up."""

    def __init__(self, *given: str | Heard) -> None:
        self.left = answers(*given)
        self.prompts: list[str] = []
        self.questions: list[str] = []

    async def say(self, prompt: Prompt) -> None:
        self.go_on()
        self.prompts.append(prompt.key)

    async def ask(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...] = ()) -> Heard:
        return await self.wait((*lead, prompt), expecting)

    async def wait(self, parts: tuple[Prompt, ...], expecting: Expecting) -> Heard:
        self.go_on()
        self.prompts += [part.key for part in parts]
        self.questions.append(expecting.name)
        if not self.left:
            raise CallerHungUp
        return self.left.popleft()


@dataclass
class PhraseMatcher:
    """`Matcher` that knows exact phrases: each means one target, with an outcome and a confidence."""

    meanings: Mapping[str, tuple[Outcome, str, float]]

    async def rank(self, hypotheses: tuple[Hypothesis, ...], language: str) -> Ranking:
        meaning = self.meanings.get(hypotheses[0].text) if hypotheses else None
        if meaning is None:
            return Ranking("nomatch", ())
        outcome, target, confidence = meaning
        return Ranking(outcome, (Candidate(target, confidence), Candidate("category:other", confidence / 2)))


@dataclass
class FewArticles:
    """`Articles` with those of `ids`, all in the category "accounts"; `parts` are long answers, `audiences` the label
    that an article is for, by id; `pages` is where links lead."""

    ids: Iterable[str]
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    audiences: Mapping[str, str] = field(default_factory=dict)
    pages: str = ""

    def spoken(self, article_id: str, language: str) -> SpokenArticle | None:
        topic, answer = f"the topic of {article_id}", f"The answer of {article_id}."
        if article_id not in self.ids:
            return None
        return SpokenArticle(article_id, "accounts", topic, answer, parts=self.parts.get(article_id, ()))

    def not_for(self, site: str | None, labels: frozenset[str], language: str) -> frozenset[str]:
        return frozenset(id for id, label in self.audiences.items() if label not in labels)

    def link(self, article_id: str, language: str) -> str | None:
        return f"{self.pages}/{language}/{article_id}" if self.pages else None


@dataclass
class RememberingRecord:
    """`CallRecord` that remembers what it was told."""

    number: str = "100001"
    is_proven: bool = False
    known: SoFar = field(default_factory=SoFar)
    told: list[tuple[object, ...]] = field(default_factory=list)

    async def so_far(self) -> SoFar:
        return self.known

    async def speaks(self, language: str) -> None:
        self.told.append(("speaks", language))

    async def understood(self, intent: str, confidence: float, category: str | None) -> None:
        self.told.append(("understood", intent, confidence, category))

    async def article_tried(self, article_id: str, helped: bool | None) -> None:
        self.told.append(("article_tried", article_id, helped))

    async def articles_sent(self, articles: Sequence[str], by: Channel) -> None:
        self.told.append(("articles_sent", tuple(articles), by))

    async def identified(self, person: KnownPerson, how: HowKnown) -> None:
        self.told.append(("identified", person.name, how))

    async def noted(self, fields: Mapping[str, str]) -> None:
        self.told.append(("noted", dict(fields)))

    async def scored(self, mark: int) -> None:
        self.told.append(("scored", mark))


@dataclass
class FewPeople:
    """`People`: who calls from which telephone; `pins` by employee number."""

    by_number: Mapping[str, tuple[KnownPerson, ...]] = field(default_factory=dict)
    others: tuple[KnownPerson, ...] = ()
    pins: Mapping[str, str] = field(default_factory=dict)

    def _all(self) -> tuple[KnownPerson, ...]:
        return (*self.others, *(person for people in self.by_number.values() for person in people))

    async def is_empty(self) -> bool:
        return not self._all()

    async def of_number(self, number: str) -> tuple[KnownPerson, ...]:
        return self.by_number.get(number, ())

    async def of_employee_number(self, digits: str) -> KnownPerson | None:
        return next((person for person in self._all() if person.employee_number == digits), None)

    async def pin_is(self, person: KnownPerson, pin: str) -> bool:
        return self.pins.get(person.employee_number) == pin


@dataclass
class FewOutages:
    """`Outages` with those that are given."""

    given: tuple[ActiveOutage, ...] = ()

    async def active(self) -> tuple[ActiveOutage, ...]:
        return self.given


@dataclass
class FewSwitches:
    """`Switches` as they are given."""

    given: Switched = field(default_factory=Switched)

    async def now(self) -> Switched:
        return self.given


@dataclass
class FewTickets:
    """`Tickets` with those that are given, all open; the caller has talked with `agent`."""

    given: tuple[TicketState, ...] = ()
    agent: str | None = None

    async def open_of(self, person: KnownPerson) -> tuple[TicketState, ...]:
        return tuple(ticket for ticket in self.given if ticket.person_id == person.id)

    async def get(self, number: str) -> TicketState | None:
        return next((ticket for ticket in self.given if ticket.number == number), None)

    async def last_agent(self, since: datetime) -> str | None:
        return self.agent


@dataclass
class Outbox:
    """`Messenger` that keeps what it sends, unless it is `broken`."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)
    is_broken: bool = False

    async def send(self, by: Channel, to: str, text: str) -> bool:
        if not self.is_broken:
            self.sent.append((by, to, text))
        return not self.is_broken


@dataclass
class CountingRecorder:
    """`Recorder` that counts its starts."""

    starts: int = 0

    async def start(self) -> None:
        self.starts += 1


@dataclass
class FullQueues:
    """`Queues` of which those named are full."""

    full: tuple[str, ...] = ()

    def is_full(self, group: str) -> bool:
        return group in self.full


@dataclass
class FewNumbers:
    """`Trunk` that calls everybody but these."""

    refused: frozenset[str] = frozenset()

    async def may_call(self, number: str) -> bool:
        return number not in self.refused


@dataclass
class Desk:
    """`HelpDesk` in memory; every look at the clock takes `tick`."""

    dialplan: Dialplan = field(default_factory=shipped)
    matcher: PhraseMatcher = field(
        default_factory=lambda: PhraseMatcher(
            {
                "locked": ("accept", "article:account-locked", 0.9),
                "forgotten": ("accept", "article:password-forgotten", 0.9),
                "slow": ("confirm", "article:laptop-slow", 0.4),
                "retired": ("accept", "article:retired", 0.9),
                "e-mail please": ("accept", "category:email", 0.9),
                "something with mail": ("confirm", "category:email", 0.4),
                "somebody nice": ("accept", "operator", 0.9),
            }
        )
    )
    articles: FewArticles = field(
        default_factory=lambda: FewArticles(["account-locked", "password-forgotten", "laptop-slow", "mailbox-full"])
    )
    record: RememberingRecord = field(default_factory=RememberingRecord)
    recorder: CountingRecorder = field(default_factory=CountingRecorder)
    people: FewPeople = field(default_factory=FewPeople)
    outages: FewOutages = field(default_factory=FewOutages)
    switches: FewSwitches = field(default_factory=FewSwitches)
    tickets: FewTickets = field(default_factory=FewTickets)
    probes: Probes = field(default_factory=KnownVerdicts)
    messenger: Outbox = field(default_factory=Outbox)
    queues: FullQueues = field(default_factory=FullQueues)
    trunk: FewNumbers = field(default_factory=FewNumbers)
    tick: timedelta = timedelta(seconds=1)
    time: datetime = NINE

    def now(self) -> datetime:
        self.time += self.tick
        return self.time
