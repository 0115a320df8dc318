"""The ticket: one call from the moment it is answered, and everything that came of it. Pure values and rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from tickets.people import KnownBy

SUBJECT_LENGTH = 80
SUMMARY_LENGTH = 400

_COURTESIES = frozenset(
    {
        "yes",
        "no",
        "yeah",
        "nope",
        "ok",
        "okay",
        "right",
        "please",
        "thank",
        "thanks",
        "you",
        "hello",
        "hi",
        "good",
        "bye",
        "",
    }
)

Speaker = Literal["caller", "line", "agent"]
RecordingKind = Literal["call", "message"]


class Status(StrEnum):
    OPEN = "open"
    """Talks with the line, or ended without a result: somebody should look at it."""
    IN_PROGRESS = "in_progress"
    """An agent has it."""
    WAITING = "waiting"
    """Waits for a person: in the queue, or as a message that wants a call back."""
    SUSPENDED = "suspended"
    """Set aside for an approved reason."""
    SOLVED = "solved"
    CLOSED = "closed"


_ALLOWED: dict[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.IN_PROGRESS, Status.WAITING, Status.SUSPENDED, Status.SOLVED, Status.CLOSED}),
    Status.IN_PROGRESS: frozenset({Status.OPEN, Status.WAITING, Status.SUSPENDED, Status.SOLVED, Status.CLOSED}),
    Status.WAITING: frozenset({Status.OPEN, Status.IN_PROGRESS, Status.SUSPENDED, Status.SOLVED, Status.CLOSED}),
    Status.SUSPENDED: frozenset({Status.OPEN, Status.IN_PROGRESS, Status.WAITING, Status.CLOSED}),
    Status.SOLVED: frozenset({Status.OPEN, Status.IN_PROGRESS, Status.WAITING, Status.CLOSED}),
    Status.CLOSED: frozenset(),
}


ENDED = frozenset({Status.SOLVED, Status.CLOSED})
"""Nobody has to do anything more about such a ticket."""


def may_become(current: Status, wanted: Status) -> bool:
    """Whether a ticket may go from `current` to `wanted`. Staying is allowed; a closed ticket stays closed."""
    return current is wanted or wanted in _ALLOWED[current]


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of what was said; `confidence` is 0…1, or None where the recognizer gives none."""

    text: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One entry of the transcript: somebody spoke, or the caller pressed `keys`. `at` is an aware UTC time."""

    who: Speaker
    text: str
    at: datetime
    confidence: float | None = None
    hypotheses: tuple[Reading, ...] = ()
    keys: str = ""


@dataclass(frozen=True, slots=True)
class ArticleTried:
    """An article that was read to the caller. `helped` is None as long as nobody said whether it did."""

    article: str
    helped: bool | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Recording:
    """`path` is relative to the recordings folder."""

    id: int
    path: str
    seconds: float
    kind: RecordingKind


@dataclass(frozen=True, slots=True)
class Ticket:
    """`caller` is E.164, an extension, or "" when withheld; times are aware UTC.

    `created_at` is when the line answered the call, `answered_at` when an agent did, `ended_at` when the caller was
    gone. `outcome` is the kind of the last decision (enter_queue, solved, …), None while the line still talks.
    `dialplan` is the version of the dialplan that served the call.
    """

    number: str
    call_id: str
    sip_call_id: str
    status: Status
    caller: str
    dialled: str
    language: str
    created_at: datetime
    updated_at: datetime
    category: str | None = None
    intent: str | None = None
    confidence: float | None = None
    outcome: str | None = None
    agent: str | None = None
    subject: str = ""
    summary: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    hangup_cause: int | None = None
    """The number of ITU-T Q.850."""
    articles: tuple[ArticleTried, ...] = ()
    recordings: tuple[Recording, ...] = ()
    person_id: int | None = None
    person_name: str = ""
    known_by: KnownBy | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    """What the caller was asked for his request, by the names of the slots."""
    outage_id: int | None = None
    """The outage that the caller joined."""
    mark: int | None = None
    """What the caller gave us in the survey: 1 (bad) to 5 (good)."""
    dialplan: str | None = None

    @property
    def is_verified(self) -> bool:
        """The caller has proved who he is; knowing his number or his employee number is no proof."""
        return self.known_by == "pin"

    @property
    def is_live(self) -> bool:
        """The caller is still there."""
        return self.ended_at is None


def derive_subject(said: Iterable[str]) -> str:
    """What the caller wants, in the caller's words: the first sentence that says something, else the longest; ""
    when nothing but courtesies were said."""
    sentences = [text.strip() for text in said if _weight(text)]
    telling = [text for text in sentences if _weight(text) >= 4]
    chosen = telling[0] if telling else max(sentences, key=_weight, default="")
    return _shorten(chosen[:1].upper() + chosen[1:], SUBJECT_LENGTH)


def derive_summary(said: Sequence[str]) -> str:
    """All that the caller said, as one paragraph."""
    sentences = (text.strip().rstrip(".。") for text in said if _weight(text))
    return _shorten(". ".join(text[:1].upper() + text[1:] for text in sentences), SUMMARY_LENGTH)


def _weight(text: str) -> int:
    """The number of words that say something; two Chinese characters count as one."""
    chinese = sum("\u4e00" <= character <= "\u9fff" for character in text)
    words = (word.strip(".,!?").casefold() for word in text.split())
    return sum(word not in _COURTESIES for word in words) + chinese // 2


def _shorten(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,.") + "…"
