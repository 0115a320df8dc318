"""A call as the event log has it: its facts, what was heard in it, the way it went, and where it led."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from ivr.conversation import Call, Digits, Heard, Utterance
from ivr.desk import Measured
from ivr.record import heard_from_json
from tickets.events import Event, Json, Kind


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of this name was answered by `said`: words, keys, or "" for silence."""

    question: str
    said: str


@dataclass(frozen=True, slots=True)
class Understood:
    """What that meant, and how sure it was, 0…1."""

    target: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Read:
    """An article was read."""

    article: str


@dataclass(frozen=True, slots=True)
class Decided:
    """`kind` of a decision, and where it leads: the group, article or outage of its fields."""

    kind: str
    details: Mapping[str, Json]


Mark = Asked | Understood | Read | Decided
"""A step of the way."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a call led; without `decision` the caller had hung up before there was one."""

    decision: str | None = None
    group: str | None = None
    article: str | None = None
    outage: int | None = None
    category: str | None = None

    @classmethod
    def of(cls, decision: Decided | None, category: str | None) -> "Outcome":
        if decision is None:
            return cls(category=category)
        of = decision.details.get
        return cls(
            decision.kind, _text(of("group")), _text(of("article")), cast(int | None, of("outage")), _text(category)
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer of the journal: when (aware UTC) and to what; `article` is the one that had been read by then."""

    at: datetime
    question: str
    heard: Heard
    article: str | None


@dataclass(frozen=True, slots=True)
class JournalledCall:
    """`way` ends with the decision, where there was one; `is_proven` when the caller gave his PIN; `measured` are the
    verdicts of the probes that were run in it."""

    call: Call
    ticket: str
    dialplan: str | None
    journal: tuple[Entry, ...]
    way: tuple[Mark, ...]
    outcome: Outcome
    is_proven: bool
    measured: Mapping[str, Measured]


def read_calls(events: Iterable[Sequence[Event]]) -> Iterator[JournalledCall]:
    """The calls of the log, given the events of each; one whose beginning is missing is left out."""
    for history in events:
        if history and history[0].kind == Kind.TICKET_OPENED and history[0].call_id and history[0].ticket:
            yield _read(history, history[0].call_id, history[0].ticket)


def _read(history: Sequence[Event], call_id: str, ticket: str) -> JournalledCall:
    opened = cast(Mapping[str, str], history[0].data)
    call = Call(call_id, opened["caller"], opened["dialled"], opened["language"], history[0].at)
    journal: list[Entry] = []
    way: list[Mark] = []
    article = category = dialplan = None
    is_proven = False
    measured: dict[str, Measured] = {}
    for event in history:
        data = cast(Mapping[str, Any], event.data)
        match event.kind:
            case Kind.DIALPLAN_USED:
                dialplan = data["version"]
            case Kind.IDENTIFIED:
                is_proven = is_proven or data["how"] == "pin"
            case Kind.DIAGNOSED:
                measured[data["probe"]] = data["verdict"]
            case Kind.HEARD:
                entry = Entry(event.at, data["question"], heard_from_json(data["heard"]), article)
                journal.append(entry)
                way.append(Asked(entry.question, in_words(entry.heard)))
            case Kind.UNDERSTOOD:
                way.append(Understood(data["intent"], data["confidence"]))
                category = data["category"] or category
            case Kind.ARTICLE_TRIED if data["helped"] is None:
                article = data["article"]
                way.append(Read(data["article"]))
            case Kind.DECIDED:
                details = {name: value for name, value in data.items() if name != "decision"}
                way.append(Decided(data["decision"], details))
                break  # what follows is not the flow's any more: the queue, a message
    decided = way[-1] if way and isinstance(way[-1], Decided) else None
    outcome = Outcome.of(decided, category)
    return JournalledCall(call, ticket, dialplan, tuple(journal), tuple(way), outcome, is_proven, measured)


def in_words(heard: Heard) -> str:
    """An answer as people read it."""
    if isinstance(heard, Digits):
        return f"key {heard.digits}"
    return heard.text if isinstance(heard, Utterance) else ""


def _text(value: Json) -> str | None:
    return None if value is None else str(value)
