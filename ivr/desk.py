"""What a flow may consult and tell, as narrow protocols. `ari_app` wires the real ones to them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from dialplan.loader import Dialplan
from ivr.conversation import Hypothesis

Outcome = Literal["accept", "confirm", "nomatch"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing the caller may have meant; `confidence` is a probability, 0…1."""

    target: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates, best first, and whether to take the best, to confirm it, or to ask again. `nearest` is the target
    that has the nearest phrasing; "" where that is none."""

    outcome: Outcome
    candidates: tuple[Candidate, ...]
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class SpokenArticle:
    """An article as the caller hears it; `topic` completes "Is this about …?", `system` is what it is about. A long
    answer has `parts`, told one after the other; a short one is told whole."""

    id: str
    category: str
    topic: str
    answer: str
    system: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """An employee as the directory knows him. `site`, `department` and `labels` are names of the dialplan."""

    id: int
    employee_number: str
    name: str
    site: str | None = None
    department: str | None = None
    language: str | None = None
    labels: frozenset[str] = frozenset()
    mobile: str = ""
    email: str = ""
    has_pin: bool = False


Channel = Literal["sms", "email"]
HowKnown = Literal["number", "said_so", "employee_number", "agent", "pin"]
"""How we know who calls: by his telephone number, by his yes, by his employee number, from an agent; only a PIN proves
it."""


@dataclass(frozen=True, slots=True)
class ActiveOutage:
    """Something that is down now. No `systems` or no `sites` means all; `notice` is what callers hear, by language."""

    id: int
    systems: frozenset[str]
    sites: frozenset[str]
    notice: Mapping[str, str]

    @property
    def is_company_wide(self) -> bool:
        return not self.sites


@dataclass(frozen=True, slots=True)
class Switched:
    """What supervisors have switched: groups open (True) or closed against their calendars, announcements on."""

    groups: Mapping[str, bool] = field(default_factory=dict)
    announcements: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TicketState:
    """A ticket as it is told by voice; `status` is a word of `tickets.ticket.Status`."""

    number: str
    status: str
    subject: str
    person_id: int | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class SoFar:
    """What has become clear in a call: its language ("": as it was called), who calls, about what, his sentence that
    tells it best, and the articles that were read to him."""

    language: str = ""
    person: KnownPerson | None = None
    known_by: HowKnown | None = None
    category: str | None = None
    said: str = ""
    articles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ExpectedWait:
    """The place in the queue (1 is next), and how long the caller will still wait, at least and at most; `is_ringing`:
    an agent's telephone rings for him."""

    position: int
    low: timedelta
    high: timedelta
    is_ringing: bool = False


class Matcher(Protocol):
    async def rank(self, hypotheses: tuple[Hypothesis, ...], language: str) -> Ranking:
        """Which target of the open question is meant: `article:<id>`, `intent:<name>`, `category:<name>` or
        `operator`."""


class Articles(Protocol):
    def spoken(self, article_id: str, language: str) -> SpokenArticle | None: ...

    def not_for(self, site: str | None, labels: frozenset[str], language: str) -> frozenset[str]:
        """Ids of the articles that are for others: of another site than his (None: unknown, then of none), or for
        labels that he does not have."""

    def link(self, article_id: str, language: str) -> str | None:
        """What he is sent: the question and where its page is; None where employees cannot reach the pages."""


class CallRecord(Protocol):
    """The ticket of this call, as far as a flow reads and writes it."""

    @property
    def number(self) -> str: ...

    @property
    def is_proven(self) -> bool:
        """The caller had proven who he is before the call was taken up again."""

    async def so_far(self) -> SoFar: ...

    async def speaks(self, language: str) -> None:
        """The language of the call from now on."""

    async def understood(self, intent: str, confidence: float, category: str | None) -> None: ...

    async def article_tried(self, article_id: str, helped: bool | None) -> None: ...

    async def articles_sent(self, articles: Sequence[str], by: Channel) -> None:
        """Links to these are on their way to the caller."""

    async def identified(self, person: KnownPerson, how: HowKnown) -> None: ...

    async def noted(self, fields: Mapping[str, str]) -> None:
        """What the slots of an intent were filled with, by the names of the slots."""

    async def scored(self, mark: int) -> None:
        """The mark of the survey, 1 to 5."""


class People(Protocol):
    """The directory. One that is empty knows nobody, and nobody is asked who he is."""

    async def is_empty(self) -> bool: ...

    async def of_number(self, number: str) -> tuple[KnownPerson, ...]:
        """Who may call from this telephone: several where it is shared."""

    async def of_employee_number(self, digits: str) -> KnownPerson | None: ...

    async def pin_is(self, person: KnownPerson, pin: str) -> bool:
        """Whether this is his PIN; after too many wrong ones it never is, for a while."""


class Outages(Protocol):
    async def active(self) -> tuple[ActiveOutage, ...]: ...


class Switches(Protocol):
    async def now(self) -> Switched: ...


class Tickets(Protocol):
    """The tickets of others than this call."""

    async def open_of(self, person: KnownPerson) -> tuple[TicketState, ...]:
        """His tickets that are not solved or closed, newest first, without that of this call."""

    async def get(self, number: str) -> TicketState | None: ...

    async def last_agent(self, since: datetime) -> str | None:
        """The agent with whom the caller of this call has talked last, since then, about something that is still
        open."""


Measured = Literal["ok", "fault", "unknown"]
"""What a measurement says; unknown: it could not be made."""


class Probes(Protocol):
    async def measure(self, probe: str) -> Measured:
        """Measure what `probe` of the dialplan names, for the caller of this call. It may take seconds, and never
        fails."""


class Messenger(Protocol):
    async def send(self, by: Channel, to: str, text: str) -> bool:
        """Whether the message is on its way; False where nothing is set up to send it."""


class Recorder(Protocol):
    async def start(self) -> None:
        """Record the call from now on: the caller has been told. Starting twice is starting once."""


class Queues(Protocol):
    def is_full(self, group: str) -> bool:
        """Whether as many callers wait for the group as may."""


class Trunk(Protocol):
    async def may_call(self, number: str) -> bool:
        """Whether somebody there can be called back; True also where people do that by hand."""


class Place(Protocol):
    """The place of a waiting caller. `over` is set once an agent has answered, or nobody will; he waits since
    `entered_at` (aware UTC)."""

    @property
    def over(self) -> asyncio.Event: ...

    @property
    def entered_at(self) -> datetime: ...

    def expected(self) -> ExpectedWait | None:
        """How it stands now; None where nobody can say."""


class HelpDesk(Protocol):
    def now(self) -> datetime:
        """The time, aware UTC."""

    @property
    def dialplan(self) -> Dialplan: ...

    @property
    def matcher(self) -> Matcher: ...

    @property
    def articles(self) -> Articles: ...

    @property
    def people(self) -> People: ...

    @property
    def outages(self) -> Outages: ...

    @property
    def switches(self) -> Switches: ...

    @property
    def tickets(self) -> Tickets: ...

    @property
    def probes(self) -> Probes: ...

    @property
    def messenger(self) -> Messenger: ...

    @property
    def queues(self) -> Queues: ...

    @property
    def trunk(self) -> Trunk: ...

    @property
    def record(self) -> CallRecord: ...

    @property
    def recorder(self) -> Recorder: ...
