"""Between rows and values. A ticket's number is its row's id, moved up so that it always has six digits to speak."""

from typing import cast

from tickets.events import Event, Json
from tickets.people import KnownBy
from tickets.store.errors import TicketNotFound
from tickets.store.tables import EventRow, TicketRow, TurnRow
from tickets.ticket import ArticleTried, Reading, Recording, RecordingKind, Speaker, Status, Ticket, Turn

_FIRST_NUMBER = 100_000


def number_of(ticket_id: int) -> str:
    return str(_FIRST_NUMBER + ticket_id)


def id_of(number: str) -> int:
    """Raises TicketNotFound for what cannot be a ticket's number."""
    if not (number.isascii() and number.isdigit() and len(number) <= 9) or int(number) <= _FIRST_NUMBER:
        raise TicketNotFound(number)
    return int(number) - _FIRST_NUMBER


def ticket_of(row: TicketRow) -> Ticket:
    return Ticket(
        number=number_of(row.id),
        call_id=row.call_id,
        sip_call_id=row.sip_call_id,
        status=Status(row.status),
        caller=row.caller,
        dialled=row.dialled,
        language=row.language,
        created_at=row.created_at,
        updated_at=row.updated_at,
        category=row.category,
        intent=row.intent,
        confidence=row.confidence,
        outcome=row.outcome,
        agent=row.agent,
        subject=row.subject,
        summary=row.summary,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        hangup_cause=row.hangup_cause,
        articles=tuple(ArticleTried(article.article, article.helped, article.at) for article in row.articles),
        recordings=tuple(
            Recording(recording.id, recording.path, recording.seconds, cast(RecordingKind, recording.kind))
            for recording in row.recordings
        ),
        person_id=row.person_id,
        person_name=row.person_name or "",
        known_by=cast(KnownBy | None, row.known_by),
        fields={name: str(value) for name, value in row.fields.items()},
        outage_id=row.outage_id,
        mark=row.mark,
        dialplan=row.dialplan,
    )


def turn_of(row: TurnRow) -> Turn:
    return Turn(
        who=cast(Speaker, row.who),
        text=row.text,
        at=row.at,
        confidence=row.confidence,
        hypotheses=tuple(_reading(entry) for entry in row.hypotheses),
        keys=row.keys,
    )


def hypotheses_json(turn: Turn) -> list[Json]:
    return [{"text": reading.text, "confidence": reading.confidence} for reading in turn.hypotheses]


def event_of(row: EventRow) -> Event:
    number = None if row.ticket_id is None else number_of(row.ticket_id)
    return Event(row.id, row.at, row.kind, row.call_id, number, row.data)


def _reading(entry: Json) -> Reading:
    stored = cast(dict[str, Json], entry)
    confidence = stored["confidence"]
    return Reading(str(stored["text"]), None if confidence is None else float(cast(float, confidence)))
