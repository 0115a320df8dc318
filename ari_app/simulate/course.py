"""How a call over SIP goes, read from its ticket's events as they are written: what is said, heard and decided."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ivr.conversation import Digits, Heard
from ivr.record import heard_from_json
from tickets.events import Event, Kind
from tickets.ticket import Status


@dataclass(frozen=True, slots=True)
class Breath:
    """What the line says in one breath: the keys of its prompts, and the name of the question, if it asks one. `at` is
    when it began, by the clock of the line."""

    prompts: tuple[str, ...]
    question: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What was heard as the answer to a question."""

    question: str
    heard: Heard


@dataclass(slots=True)
class Course:
    """Reads events in order. `decision` is as `decision_as_json` writes it; `status` is what the ticket
    became by it, None while it is as it was opened."""

    decision: dict[str, Any] | None = field(default=None, init=False)
    status: Status | None = field(default=None, init=False)
    is_settled: bool = field(default=False, init=False)
    """What follows from the decision has been written as well."""
    _last_id: int = field(default=0, init=False)
    _queued_at: Any = field(default=None, init=False)

    def read(self, events: Sequence[Event]) -> Iterator[Breath | Answer]:
        """What is new in the log of the ticket."""
        for event in events:
            if event.id <= self._last_id:
                continue
            self._last_id = event.id
            match event.kind:
                case Kind.SAID if "prompts" in event.data:
                    yield _breath(event)
                case Kind.HEARD:
                    yield Answer(str(event.data["question"]), heard_from_json(_mapping(event.data["heard"])))
                case _:
                    self._note(event)

    def _note(self, event: Event) -> None:
        """The decision, and the status of the ticket until the decision is carried out."""
        match event.kind:
            case Kind.DECIDED if self.decision is None:
                details = {key: value for key, value in event.data.items() if key != "decision"}
                self.decision = {"kind": event.data["decision"], **details}
                self.is_settled = event.data["decision"] != "enter_queue"
            case Kind.QUEUE_ENTERED if not self.is_settled:
                self._queued_at, self.is_settled = event.at, True
            case Kind.STATUS_CHANGED if self._queued_at in (None, event.at):
                self.status = Status(str(event.data["new"]))


def keys_of(heard: Heard) -> str:
    return heard.digits if isinstance(heard, Digits) else ""


def _breath(event: Event) -> Breath:
    prompts, question = event.data["prompts"], event.data.get("question")
    return Breath(tuple(map(str, prompts if isinstance(prompts, list) else ())), _text(question), event.at)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _mapping(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}
