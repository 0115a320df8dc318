"""The tickets in the database. Each method is one transaction, writes its event in it, and may safely be repeated."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from tickets.events import Json, Kind
from tickets.masking import mask, mask_json
from tickets.numbers import normalise
from tickets.store.changing import move
from tickets.store.errors import TransitionRefused
from tickets.store.events import log
from tickets.store.rows import hypotheses_json, ticket_of
from tickets.store.tables import RecordingRow, TicketRow, TurnRow
from tickets.store.ticket_edits import TicketEdits
from tickets.store.ticket_notes import TicketNotes
from tickets.store.ticket_queries import TicketQueries
from tickets.store.ticket_talks import TicketTalks
from tickets.ticket import Reading, RecordingKind, Status, Ticket, Turn, derive_subject, derive_summary, may_become

# A decision that is a result in itself also moves the ticket.
_STATUS_BY_DECISION = {
    "solved": Status.SOLVED,
    "leave_message": Status.WAITING,
    "join_outage": Status.WAITING,
    "request_callback": Status.WAITING,
}


class TicketStore(TicketQueries, TicketNotes, TicketTalks, TicketEdits):
    """Every method raises `TicketNotFound` for an unknown number and `DatabaseUnavailable` when the database does
    not answer. `at` is an aware UTC time."""

    def open_for_call(
        self, call_id: str, sip_call_id: str, caller: str, dialled: str, language: str, at: datetime
    ) -> Ticket:
        """The ticket of a call that was just answered; the same call gets the same ticket again."""
        with self._database.writing() as session:
            row = session.scalar(select(TicketRow).where(TicketRow.call_id == call_id))
            if row is None:
                row = TicketRow(
                    call_id=call_id,
                    sip_call_id=sip_call_id,
                    status=Status.OPEN,
                    caller=normalise(caller, self._region),
                    dialled=dialled,
                    language=language,
                    created_at=at,
                    updated_at=at,
                )
                session.add(row)
                session.flush()
                opened: dict[str, Json] = {"caller": row.caller, "dialled": dialled, "language": language}
                log(session, row, Kind.TICKET_OPENED, at, opened)
            return ticket_of(row)

    def record_turn(
        self, number: str, turn: Turn, prompts: tuple[str, ...] = (), question: str | None = None
    ) -> Ticket:
        """Something that the line or an agent said; of the line the keys of its prompts, and what it asks."""
        with self._changing(number, turn.at) as (session, row):
            added = _add_turn(session, row, turn)
            if added is not None:
                said: dict[str, Json] = {"turn": added.id, "who": turn.who}
                said |= {"prompts": list(prompts), "question": question} if prompts else {}
                log(session, row, Kind.SAID, turn.at, said)
            return ticket_of(row)

    def record_heard(
        self, number: str, question: str, heard: Mapping[str, Json], at: datetime, turn: Turn | None = None
    ) -> Ticket:
        """What the caller answered to `question`: the journal's entry and, if there were words or keys, its turn."""
        with self._changing(number, at) as (session, row):
            added = _add_turn(session, row, turn) if turn else None
            if turn and added is None:
                return ticket_of(row)
            entry: dict[str, Json] = {"question": question, "heard": mask_json(dict(heard))}
            if added is not None:
                entry["turn"] = added.id
            log(session, row, Kind.HEARD, at, entry)
            return ticket_of(row)

    def decide(self, number: str, kind: str, details: Mapping[str, Json], at: datetime) -> Ticket:
        """What the flow decided: `kind` of the decision and its fields."""
        with self._changing(number, at) as (session, row):
            row.outcome = kind
            log(session, row, Kind.DECIDED, at, {"decision": kind, **details})
            if kind in _STATUS_BY_DECISION:
                move(session, row, _STATUS_BY_DECISION[kind], at)
            return ticket_of(row)

    def queue_entered(self, number: str, group: str, reason: str, at: datetime) -> Ticket:
        return self._queue(number, Kind.QUEUE_ENTERED, at, {"group": group, "reason": reason}, Status.WAITING)

    def queue_offered(self, number: str, agent: str, at: datetime) -> Ticket:
        return self._queue(number, Kind.QUEUE_OFFERED, at, {"agent": agent}, None)

    def queue_refused(self, number: str, agent: str, reason: str, at: datetime) -> Ticket:
        """The agent did not answer, or declined."""
        return self._queue(number, Kind.QUEUE_REFUSED, at, {"agent": agent, "reason": reason}, None)

    def queue_answered(self, number: str, agent: str, at: datetime) -> Ticket:
        with self._changing(number, at) as (session, row):
            row.agent = agent
            row.answered_at = row.answered_at or at
            log(session, row, Kind.QUEUE_ANSWERED, at, {"agent": agent})
            move(session, row, Status.IN_PROGRESS, at)
            return ticket_of(row)

    def queue_abandoned(self, number: str, at: datetime) -> Ticket:
        """The caller hung up while waiting."""
        return self._queue(number, Kind.QUEUE_ABANDONED, at, {}, Status.OPEN)

    def queue_left(self, number: str, reason: str, at: datetime) -> Ticket:
        """The caller left the queue for something else: nobody there, a message, back to the menu."""
        return self._queue(number, Kind.QUEUE_LEFT, at, {"reason": reason}, Status.OPEN)

    def solve(self, number: str, at: datetime) -> Ticket:
        with self._changing(number, at) as (session, row):
            move(session, row, Status.SOLVED, at)
            return ticket_of(row)

    def set_status(self, number: str, status: Status, at: datetime, by: str) -> Ticket:
        """A person moves the ticket.

        Raises:
            TransitionRefused: a ticket in its status cannot become `status`.
        """
        with self._changing(number, at) as (session, row):
            if not may_become(Status(row.status), status):
                raise TransitionRefused(f"ticket {number} is {row.status} and cannot become {status}")
            move(session, row, status, at, by)
            return ticket_of(row)

    def call_resumed(self, number: str, at: datetime) -> Ticket:
        """The controller was away and took the call up again."""
        return self._queue(number, Kind.CALL_RESUMED, at, {}, None)

    def finish_call(self, number: str, at: datetime, cause: int | None = None) -> Ticket:
        """The caller is gone; `cause` is the number of Q.850. Only the first time counts."""
        with self._changing(number, at) as (session, row):
            if row.ended_at is None:
                row.ended_at, row.hangup_cause = at, cause
                log(session, row, Kind.CALL_FINISHED, at, {"cause": cause})
            return ticket_of(row)

    def attach_recording(self, number: str, path: str, seconds: float, kind: RecordingKind, at: datetime) -> Ticket:
        """A finished recording. `path` is relative to the recordings folder, without `..`.

        Raises:
            ValueError: the path is not of that form.
        """
        pure = PurePosixPath(path)
        if pure.is_absolute() or ".." in pure.parts or not pure.parts:
            raise ValueError(f"not a path below the recordings folder: {path}")
        with self._changing(number, at) as (session, row):
            known = next((entry for entry in row.recordings if entry.path == str(pure)), None)
            if known is None:
                recording = RecordingRow(path=str(pure), seconds=seconds, kind=kind)
                row.recordings.append(recording)
                session.flush()
                attached: dict[str, Json] = {"recording": recording.id, "kind": kind, "seconds": seconds}
                log(session, row, Kind.RECORDING_ATTACHED, at, attached)
            else:
                known.seconds = seconds
            return ticket_of(row)

    def _queue(self, number: str, kind: Kind, at: datetime, data: Mapping[str, Json], status: Status | None) -> Ticket:
        with self._changing(number, at) as (session, row):
            if log(session, row, kind, at, data) and status:
                move(session, row, status, at)
            return ticket_of(row)


def _add_turn(session: Session, row: TicketRow, turn: Turn) -> TurnRow | None:
    """The new row, masked; None when this turn is there already. The caller's words also make the subject, until
    somebody writes a better one."""
    twin = select(TurnRow.id).where(TurnRow.ticket_id == row.id, TurnRow.at == turn.at, TurnRow.who == turn.who)
    if session.scalar(twin) is not None:
        return None
    readings = tuple(Reading(mask(reading.text), reading.confidence) for reading in turn.hypotheses)
    masked = Turn(turn.who, mask(turn.text), turn.at, turn.confidence, readings, mask(turn.keys))
    is_ours = row.subject == derive_subject(_said_by_caller(session, row))
    added = TurnRow(
        ticket_id=row.id,
        who=masked.who,
        text=masked.text,
        at=masked.at,
        confidence=masked.confidence,
        hypotheses=hypotheses_json(masked),
        keys=masked.keys,
    )
    session.add(added)
    session.flush()
    if masked.who == "caller":
        sentences = _said_by_caller(session, row)
        row.subject = derive_subject(sentences) if is_ours else row.subject
        row.summary = derive_summary(sentences)
    return added


def _said_by_caller(session: Session, row: TicketRow) -> Sequence[str]:
    said = select(TurnRow.text).where(TurnRow.ticket_id == row.id, TurnRow.who == "caller")
    return session.scalars(said.order_by(TurnRow.at, TurnRow.id)).all()
