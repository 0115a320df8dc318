"""The ticket of a call as its flow writes it: on the store of the service desk, in threads.

A database that does not answer never stops a call: what could not be written is logged, and the call goes on.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import cast

from ivr.conversation import Call, Deaf, Digits, Heard, Hypothesis, NoInput, Utterance
from ivr.decision import Decision, EnterQueue
from ivr.journal import Answered
from tickets.events import Event, Json
from tickets.store import Store, StoreError
from tickets.ticket import Reading, RecordingKind, Ticket, Turn

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TicketRecord:
    """`CallRecord` on the ticket `number`; `now` is the time, aware UTC."""

    store: Store
    number: str
    now: Callable[[], datetime]

    async def said(self, text: str) -> None:
        """The line said `text`."""
        await self._write(self.store.tickets.record_turn, Turn("line", text, self.now()))

    async def heard(self, answered: Answered) -> None:
        """The caller answered: the transcript's turn, and the journal's entry from which `journal_of` reads."""
        at = self.now()
        turn = _turn(answered.heard, at)
        await self._write(self.store.tickets.record_heard, answered.question, heard_as_json(answered.heard), at, turn)

    async def understood(self, intent: str, confidence: float, category: str | None) -> None:
        await self._write(self.store.tickets.note_understanding, intent, confidence, category, self.now())

    async def article_tried(self, article_id: str, helped: bool | None) -> None:
        await self._write(self.store.tickets.note_article, article_id, helped, self.now())

    async def decided(self, decision: Decision) -> None:
        """What the flow decided; a caller who is queued waits from now on."""
        await self._write(self.store.tickets.decide, decision.kind, asdict(decision), self.now())
        if isinstance(decision, EnterQueue):
            await self._write(self.store.tickets.queue_entered, decision.group, decision.reason, self.now())

    async def offered(self, agent: str) -> None:
        """An agent's telephone rings for this caller."""
        await self._write(self.store.tickets.queue_offered, agent, self.now())

    async def refused(self, agent: str, reason: str) -> None:
        await self._write(self.store.tickets.queue_refused, agent, reason, self.now())

    async def answered(self, agent: str) -> None:
        await self._write(self.store.tickets.queue_answered, agent, self.now())

    async def abandoned(self) -> None:
        """The caller hung up while he waited."""
        await self._write(self.store.tickets.queue_abandoned, self.now())

    async def left_queue(self, reason: str) -> None:
        await self._write(self.store.tickets.queue_left, reason, self.now())

    async def recorded(self, path: str, seconds: float, kind: RecordingKind) -> None:
        """A recording lies at `path`, relative to the folder of recordings."""
        await self._write(self.store.tickets.attach_recording, path, seconds, kind, self.now())

    async def finished(self, cause: int | None = None) -> None:
        """The caller is gone; `cause` is the number of Q.850."""
        await self._write(self.store.tickets.finish_call, self.now(), cause)

    async def _write(self, write: Callable[..., Ticket], *what: object) -> None:
        try:
            await asyncio.to_thread(write, self.number, *what)
        except StoreError as error:
            log.error("ticket %s not written: %s", self.number, error)


async def open_record(store: Store, call: Call, sip_call_id: str, now: Callable[[], datetime]) -> TicketRecord:
    """The ticket of `call`, opened now; after a crash it is the one that was opened before.

    Raises:
        StoreError: the database does not answer.
    """
    opening = (call.id, sip_call_id, call.caller, call.dialled, call.language, call.arrived_at)
    ticket = await asyncio.to_thread(store.tickets.open_for_call, *opening)
    return TicketRecord(store, ticket.number, now)


async def journal_of(store: Store, call_id: str) -> tuple[Answered, ...]:
    """What the caller has answered so far, in order: the call's flow can be run again over it.

    Raises:
        StoreError: the database does not answer.
    """
    return tuple(_answered(event) for event in await asyncio.to_thread(store.events.journal, call_id))


def heard_as_json(heard: Heard) -> dict[str, Json]:
    """An answer as the journal keeps it; `heard_from_json` reads it back."""
    match heard:
        case Utterance(hypotheses):
            readings: list[Json] = [{"text": reading.text, "confidence": reading.confidence} for reading in hypotheses]
            return {"kind": "utterance", "hypotheses": readings}
        case Digits(digits):
            return {"kind": "digits", "digits": digits}
        case Deaf(reason):
            return {"kind": "deaf", "reason": reason}
        case NoInput():
            return {"kind": "no_input"}


def heard_from_json(kept: Mapping[str, Json]) -> Heard:
    """The answer that `heard_as_json` wrote; what is unknown counts as silence."""
    match kept:
        case {"kind": "utterance", "hypotheses": list(readings)}:
            found = (cast(dict[str, Json], reading) for reading in readings)
            return Utterance(tuple(Hypothesis(str(one["text"]), _number(one["confidence"])) for one in found))
        case {"kind": "digits", "digits": str(digits)}:
            return Digits(digits)
        case {"kind": "deaf", "reason": str(reason)}:
            return Deaf(reason)
        case _:
            return NoInput()


def _answered(event: Event) -> Answered:
    return Answered(str(event.data["question"]), heard_from_json(cast(dict[str, Json], event.data["heard"])))


def _turn(heard: Heard, at: datetime) -> Turn | None:
    """The turn of the transcript: none for silence, and none for what the line could not listen to."""
    match heard:
        case Utterance(hypotheses) if hypotheses:
            readings = tuple(Reading(reading.text, reading.confidence) for reading in hypotheses)
            return Turn("caller", heard.text, at, heard.confidence, readings)
        case Digits(digits):
            return Turn("caller", "", at, keys=digits)
        case _:
            return None


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) else None
