"""The ticket of a call as its flow writes it: on the store of the service desk, in a thread.

A database that does not answer never stops a call: after a moment the call goes on, while what it wrote waits in order
and is tried again; what could not be written within a minute is logged.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar, cast

from ivr.conversation import Call, Deaf, Digits, Heard, Hypothesis, NoInput, Utterance
from ivr.decision import Decision, EnterQueue, JoinOutage, RequestCallback, details_of
from ivr.desk import Channel, HowKnown, KnownPerson, SoFar
from ivr.journal import Answered
from ivr.service_desk import so_far
from ivr.transcript import Said
from tickets.events import Event, Json, Kind
from tickets.store import DatabaseUnavailable, Store, StoreError
from tickets.ticket import Reading, RecordingKind, Ticket, Turn

log = logging.getLogger(__name__)
Written = TypeVar("Written")

_CALL_WAITS_S = 0.3
_OPENING_TRIED_FOR_S = 8.0
_TRY_AGAIN_S = 0.1

# Who writes is alone anyway (`tickets.store.database`). The threads of asyncio are few and everybody's: writers that
# wait for a locked database would take them all, and no caller would be understood meanwhile.
_WRITER = ThreadPoolExecutor(1, thread_name_prefix="tickets")


@dataclass(frozen=True, slots=True)
class TicketRecord:
    """`CallRecord` on the ticket `number`; `now` is the time, aware UTC; each write is tried for `tried_for_s`.

    `language` is what was spoken when the ticket was opened, or when the call was taken up again.
    """

    store: Store
    number: str
    now: Callable[[], datetime]
    language: str
    is_proven: bool = False
    tried_for_s: float = 60.0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)

    async def said(self, said: Said) -> None:
        """What the line says now."""
        turn = Turn("line", said.text, self.now())
        await self._write(self.store.tickets.record_turn, turn, said.prompts, said.question)

    async def heard(self, answered: Answered) -> None:
        """The caller answered: the transcript's turn, and the journal's entry from which `journal_of` reads."""
        at = self.now()
        turn = _turn(answered.heard, at)
        await self._write(self.store.tickets.record_heard, answered.question, heard_as_json(answered.heard), at, turn)

    async def overheard(self, who: Literal["caller", "agent"], said: tuple[Hypothesis, ...], at: datetime) -> None:
        """One of those who talk said this, beginning at `at`."""
        readings = tuple(Reading(reading.text, reading.confidence) for reading in said)
        turn = Turn(who, said[0].text, at, said[0].confidence, readings)
        await self._write(self.store.tickets.record_turn, turn)

    async def served_by(self, dialplan: str) -> None:
        """The version of the dialplan that serves the call."""
        await self._write(self.store.tickets.note_dialplan, dialplan, self.now())

    async def so_far(self) -> SoFar:
        return await so_far(self.store, self.number)

    async def speaks(self, language: str) -> None:
        await self._write(self.store.tickets.note_language, language, self.now())

    async def understood(self, intent: str, confidence: float, category: str | None) -> None:
        await self._write(self.store.tickets.note_understanding, intent, confidence, category, self.now())

    async def article_tried(self, article_id: str, helped: bool | None) -> None:
        await self._write(self.store.tickets.note_article, article_id, helped, self.now())

    async def articles_sent(self, articles: Sequence[str], by: Channel) -> None:
        await self._write(self.store.tickets.note_articles_sent, tuple(articles), by, self.now())

    async def identified(self, person: KnownPerson, how: HowKnown) -> None:
        await self._write(self.store.tickets.identify, person.id, how, self.now())

    async def noted(self, fields: Mapping[str, str]) -> None:
        if fields:
            await self._write(self.store.tickets.note_fields, dict(fields), self.now())

    async def scored(self, mark: int) -> None:
        await self._write(self.store.tickets.note_mark, mark, self.now())

    async def decided(self, decision: Decision) -> None:
        """What the flow decided. A caller who is queued waits from now on, one whom an outage concerns joins it, and
        who wants to be called back is promised it."""
        await self._write(self.store.tickets.decide, decision.kind, details_of(decision), self.now())
        if isinstance(decision, JoinOutage):
            await self._write(self._join, decision.outage, self.now())
        if isinstance(decision, RequestCallback):
            await self._write(self._request, decision, self.now())
        if isinstance(decision, EnterQueue):
            await self.entered(decision)

    async def entered(self, decision: EnterQueue) -> None:
        """The caller waits from now on."""
        await self._write(self.store.tickets.queue_entered, decision.group, decision.reason, self.now())

    async def handed_on(self, decision: EnterQueue, since: datetime) -> None:
        """An agent hands the caller on: he waits again, in the place of one who came at `since`."""
        place = {**details_of(decision), "since": since.isoformat()}
        await self._write(self.store.tickets.queue_reentered, place, self.now())

    async def talked(self, kind: Kind, what: Mapping[str, Json], agent: str | None = None) -> None:
        """`kind` happened in the talk with agents; the ticket is that of `agent` from now on, if there is one."""
        await self._write(self.store.tickets.note_talk, kind, what, self.now(), agent)

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

    async def resumed(self) -> None:
        """The controller came back and took the call up again."""
        await self._write(self.store.tickets.call_resumed, self.now())

    async def finished(self, cause: int | None = None) -> None:
        """The caller is gone; `cause` is the number of Q.850. Returns when all is written that can be."""
        await self._write_in_turn(self.store.tickets.finish_call, self.now(), cause)

    def _join(self, number: str, outage: int, at: datetime) -> Ticket:
        return self.store.outages.join(outage, number, at)

    def _request(self, number: str, wanted: RequestCallback, at: datetime) -> Ticket:
        to, group = wanted.number, wanted.group
        self.store.callbacks.request(number, to, group, at, wanted.entered_at, wanted.priority)
        return self.store.tickets.get(number)

    async def settled(self) -> None:
        """Returns when all that was told before is written, if it can be."""
        async with self._turn:
            return

    async def _write(self, write: Callable[..., Ticket], *what: object) -> None:
        await asyncio.wait({asyncio.create_task(self._write_in_turn(write, *what))}, timeout=_CALL_WAITS_S)

    async def _write_in_turn(self, write: Callable[..., Ticket], *what: object) -> None:
        async with self._turn:
            try:
                await _tried(self.tried_for_s, write, self.number, *what)
            except StoreError as error:
                log.error("ticket %s not written: %s", self.number, error)


async def open_record(store: Store, call: Call, sip_call_id: str, now: Callable[[], datetime]) -> TicketRecord:
    """The ticket of `call`, opened now; after a crash it is the one that was opened before.

    Raises:
        StoreError: the database does not answer, for longer than a caller would listen to nothing.
    """
    opening = (call.id, sip_call_id, call.caller, call.dialled, call.language, call.arrived_at)
    ticket = await _tried(_OPENING_TRIED_FOR_S, store.tickets.open_for_call, *opening)
    return TicketRecord(store, ticket.number, now, ticket.language, is_proven=ticket.known_by == "pin")


async def _tried(for_s: float, write: Callable[..., Written], *what: object) -> Written:
    """
    Raises:
        StoreError: it failed; because of the database, again and again for so many seconds.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + for_s
    while True:
        try:
            return await loop.run_in_executor(_WRITER, lambda: write(*what))
        except DatabaseUnavailable:
            if loop.time() >= deadline:
                raise
        await asyncio.sleep(_TRY_AGAIN_S)


async def journal_of(store: Store, call_id: str) -> tuple[Answered, ...]:
    """What the caller has answered so far, in order: the call's flow can be run again over it.

    Raises:
        StoreError: the database does not answer.
    """
    return answered_in(await asyncio.to_thread(store.events.journal, call_id))


def answered_in(history: Iterable[Event]) -> tuple[Answered, ...]:
    """The journal in a call's history."""
    return tuple(_answered(event) for event in history if event.kind == Kind.HEARD)


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
