"""What a flow may consult and tell, as narrow protocols. `ari_app` wires the real ones to them."""

from dataclasses import dataclass
from datetime import datetime
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
    """The candidates, best first, and whether to take the best, to confirm it, or to ask again."""

    outcome: Outcome
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class SpokenArticle:
    """An article as the caller hears it; `topic` completes "Is this about …?"."""

    id: str
    category: str
    topic: str
    answer: str


class Matcher(Protocol):
    async def rank(self, hypotheses: tuple[Hypothesis, ...], language: str) -> Ranking:
        """Which target of the open question is meant. Targets are `article:<id>`, `category:<id>` and `operator`."""


class Articles(Protocol):
    def spoken(self, article_id: str, language: str) -> SpokenArticle | None: ...


class CallRecord(Protocol):
    """The ticket of this call, as far as a flow reads and writes it."""

    @property
    def number(self) -> str: ...

    async def understood(self, intent: str, confidence: float, category: str | None) -> None: ...

    async def article_tried(self, article_id: str, helped: bool | None) -> None: ...


class Recorder(Protocol):
    async def start(self) -> None:
        """Record the call from now on: the caller has been told. Starting twice is starting once."""


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
    def record(self) -> CallRecord: ...

    @property
    def recorder(self) -> Recorder: ...
