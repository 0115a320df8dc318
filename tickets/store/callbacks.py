"""Requests to be called back in the database. Each method is one transaction, and writes its event in it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tickets.callback import CallbackRecord
from tickets.events import Json, Kind
from tickets.numbers import normalise
from tickets.store.changing import move, row_of
from tickets.store.database import Database
from tickets.store.events import log
from tickets.store.rows import number_of
from tickets.store.tables import CallbackRow, TicketRow
from tickets.ticket import Status

_OPEN = ("waiting", "dialling")


class CallbackStore:
    """Every method raises `DatabaseUnavailable` when the database does not answer. `at` is an aware UTC time."""

    def __init__(self, database: Database, region: str) -> None:
        self._database = database
        self._region = region

    def request(
        self,
        ticket: str,
        number: str,
        group: str,
        at: datetime,
        entered_at: datetime | None = None,
        priority: int = 0,
    ) -> CallbackRecord:
        """The caller of `ticket` wants to be called at `number`; he has been waiting since `entered_at` (None: `at`).

        The ticket waits for it, and as long as it does the same request is not made twice. Those that he made in
        earlier calls are cancelled: if they were for this group, he keeps his place.

        Raises:
            TicketNotFound: there is no such ticket.
        """
        number = normalise(number, self._region)
        with self._database.writing() as session:
            of = row_of(session, ticket)
            same = select(CallbackRow).where(CallbackRow.ticket_id == of.id, CallbackRow.status.in_(_OPEN))
            row = session.scalar(same)
            if row is None:
                since = [entered_at or at, *_cancel_waiting(session, number, group, at)]
                row = CallbackRow(
                    ticket_id=of.id,
                    call_id=of.call_id,
                    number=number,
                    group=group,
                    language=of.language,
                    priority=priority,
                    entered_at=min(since),
                    requested_at=at,
                    status="waiting",
                    tries=0,
                )
                session.add(row)
                session.flush()
                asked: dict[str, Json] = {"callback": row.id, "number": number, "group": group}
                log(session, of, Kind.CALLBACK_REQUESTED, at, asked)
                move(session, of, Status.WAITING, at)
                of.updated_at = max(of.updated_at, at)
            return _record(row)

    def take_back(self, number: str, group: str, at: datetime) -> datetime | None:
        """He has called again and waits on the line: his requests that wait are cancelled. Since when he has been
        waiting for `group`; None when he has not."""
        number = normalise(number, self._region)
        with self._database.writing() as session:
            return min(_cancel_waiting(session, number, group, at), default=None)

    def change(
        self,
        before: CallbackRecord,
        after: CallbackRecord,
        kind: Kind | None,
        data: Mapping[str, Json],
        at: datetime,
        status: Status | None = None,
    ) -> bool:
        """Make `after` of the request, if it still is as it was `before`; False when it is not, and nothing is changed.
        `kind` is what is told of it (None: nothing), `status` what becomes of the ticket (None: it stays)."""
        with self._database.writing() as session:
            row = session.get(CallbackRow, before.id)
            if row is None or _record(row) != before:
                return False
            row.status, row.tries, row.not_before = after.state, after.tries, after.not_before
            row.agent, row.ended_at = after.agent, after.ended_at
            of = session.get_one(TicketRow, row.ticket_id)
            if kind is not None:
                log(session, of, kind, at, {"callback": row.id, **data})
            if status is not None:
                move(session, of, status, at)
            of.updated_at = max(of.updated_at, at)
            return True

    def get(self, callback_id: int) -> CallbackRecord | None:
        with self._database.reading() as session:
            row = session.get(CallbackRow, callback_id)
            return _record(row) if row else None

    def open(self) -> list[CallbackRecord]:
        """Those that are not over, in the order of their places."""
        with self._database.reading() as session:
            return _listed(session, _OPEN)

    def latest(self, limit: int = 50) -> list[CallbackRecord]:
        """All requests, those that are over too, the newest first."""
        with self._database.reading() as session:
            rows = session.scalars(select(CallbackRow).order_by(CallbackRow.id.desc()).limit(limit))
            return [_record(row) for row in rows]


def _listed(session: Session, states: tuple[str, ...]) -> list[CallbackRecord]:
    wanted = select(CallbackRow).where(CallbackRow.status.in_(states))
    in_order = wanted.order_by(CallbackRow.priority.desc(), CallbackRow.entered_at, CallbackRow.id)
    return [_record(row) for row in session.scalars(in_order)]


def _cancel_waiting(session: Session, number: str, group: str, at: datetime) -> list[datetime]:
    """The caller of `number` cancels his requests by calling again; since when he has been waiting for `group`."""
    if not number:
        return []
    since = []
    waiting = select(CallbackRow).where(CallbackRow.number == number, CallbackRow.status == "waiting")
    for row in session.scalars(waiting).all():
        row.status, row.not_before, row.ended_at = "cancelled", None, at
        of = session.get_one(TicketRow, row.ticket_id)
        log(session, of, Kind.CALLBACK_CANCELLED, at, {"callback": row.id, "by": "caller"})
        move(session, of, Status.OPEN, at)
        of.updated_at = max(of.updated_at, at)
        if row.group == group:
            since.append(row.entered_at)
    return since


def _record(row: CallbackRow) -> CallbackRecord:
    return CallbackRecord(
        id=row.id,
        ticket=number_of(row.ticket_id),
        number=row.number,
        group=row.group,
        language=row.language,
        entered_at=row.entered_at,
        requested_at=row.requested_at,
        priority=row.priority,
        state=row.status,
        tries=row.tries,
        not_before=row.not_before,
        agent=row.agent,
        ended_at=row.ended_at,
    )
