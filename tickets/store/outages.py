"""The outages in the database. Each method is one transaction, writes its event in it, and may safely be repeated."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tickets.events import Json, Kind
from tickets.outage import PARENT_CALL, Declaration, Outage
from tickets.store.changing import move, row_of
from tickets.store.database import Database
from tickets.store.errors import OutageEnded, OutageNotFound
from tickets.store.events import log
from tickets.store.rows import number_of, ticket_of
from tickets.store.tables import OutageRow, TicketRow
from tickets.ticket import Status, Ticket


class OutageStore:
    """Every method raises `OutageNotFound` for an unknown id and `DatabaseUnavailable` when the database does not
    answer. `at` is an aware UTC time, `by` who does it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def declare(self, declared: Declaration, by: str, at: datetime) -> Outage:
        """From now on callers hear of it; its parent ticket is opened. The same declared again while it is active
        is the same outage: a form sent twice changes nothing."""
        with self._database.writing() as session:
            twins = select(OutageRow).where(OutageRow.ended_at.is_(None), OutageRow.title == declared.title)
            same = (row for row in session.scalars(twins) if _is_same(row, declared))
            row = next(same, None) or _add(session, declared, by, at)
            return _outage_of(session, row)

    def change(
        self, outage_id: int, texts: Mapping[str, str], expected_end: datetime | None, at: datetime, by: str
    ) -> Outage:
        """New texts and a new expected end (None: not known).

        Raises:
            OutageEnded: nobody would hear them.
        """
        with self._changing(outage_id) as (session, row, parent):
            if row.ended_at is not None:
                raise OutageEnded(outage_id)
            if (row.texts, row.expected_end) != (dict(texts), expected_end):
                row.texts, row.expected_end = dict(texts), expected_end
                told: dict[str, Json] = {"outage": outage_id, "by": by, "expected_end": _iso(expected_end)}
                log(session, parent, Kind.OUTAGE_CHANGED, at, told)
                parent.updated_at = max(parent.updated_at, at)
            return _outage_of(session, row)

    def end(self, outage_id: int, at: datetime, by: str) -> Outage:
        """Callers hear no more of it; the parent ticket is solved. Only the first time counts."""
        with self._changing(outage_id) as (session, row, parent):
            if row.ended_at is None:
                row.ended_at, row.ended_by = at, by
                log(session, parent, Kind.OUTAGE_ENDED, at, {"outage": outage_id, "by": by})
                move(session, parent, Status.SOLVED, at, by)
                parent.updated_at = max(parent.updated_at, at)
            return _outage_of(session, row)

    def join(self, outage_id: int, number: str, at: datetime) -> Ticket:
        """The caller of ticket `number` is one of those whom the outage concerns: his ticket waits for its end. He
        may join one that ended while he heard of it: he was promised to be told.

        Raises:
            TicketNotFound: there is no such ticket.
        """
        with self._changing(outage_id) as (session, _, parent):
            row = row_of(session, number)
            if row.outage_id != outage_id:
                row.outage_id, row.updated_at = outage_id, max(row.updated_at, at)
                joined: dict[str, Json] = {"outage": outage_id, "parent": number_of(parent.id)}
                log(session, row, Kind.OUTAGE_JOINED, at, joined)
                move(session, row, Status.WAITING, at)
            return ticket_of(row)

    def joined(self, outage_id: int) -> list[Ticket]:
        """The tickets of the callers who joined, in the order of their calls."""
        with self._database.reading() as session:
            _row(session, outage_id)
            rows = session.scalars(select(TicketRow).where(TicketRow.outage_id == outage_id).order_by(TicketRow.id))
            return [ticket_of(row) for row in rows]

    def get(self, outage_id: int) -> Outage:
        with self._database.reading() as session:
            return _outage_of(session, _row(session, outage_id))

    def active(self) -> list[Outage]:
        """What is down now, oldest first."""
        with self._database.reading() as session:
            rows = session.scalars(select(OutageRow).where(OutageRow.ended_at.is_(None)).order_by(OutageRow.id))
            return [_outage_of(session, row) for row in rows]

    def past(self, limit: int = 50) -> list[Outage]:
        """What is over, the latest ended first."""
        with self._database.reading() as session:
            ended = select(OutageRow).where(OutageRow.ended_at.is_not(None))
            rows = session.scalars(ended.order_by(OutageRow.ended_at.desc(), OutageRow.id.desc()).limit(limit))
            return [_outage_of(session, row) for row in rows]

    @contextmanager
    def _changing(self, outage_id: int) -> Iterator[tuple[Session, OutageRow, TicketRow]]:
        """The outage and its parent ticket."""
        with self._database.writing() as session:
            row = _row(session, outage_id)
            yield session, row, _parent(session, row)


def _add(session: Session, declared: Declaration, by: str, at: datetime) -> OutageRow:
    row = OutageRow(
        title=declared.title,
        systems=sorted(declared.systems),
        sites=sorted(declared.sites),
        texts=dict(declared.texts),
        started_at=at,
        expected_end=declared.expected_end,
        declared_by=by,
    )
    session.add(row)
    session.flush()
    parent = TicketRow(
        call_id=f"{PARENT_CALL}{row.id}",
        sip_call_id="",
        status=Status.IN_PROGRESS,
        caller="",
        dialled="",
        language=next(iter(declared.texts), ""),
        agent=by,
        subject=declared.title,
        created_at=at,
        updated_at=at,
        ended_at=at,  # there is no caller on the line
    )
    session.add(parent)
    session.flush()
    row.ticket_id = parent.id
    told: dict[str, Json] = {"outage": row.id, "by": by, "systems": [*row.systems], "sites": [*row.sites]}
    log(session, parent, Kind.OUTAGE_DECLARED, at, told)
    return row


def _is_same(row: OutageRow, declared: Declaration) -> bool:
    names = (row.systems, row.sites) == (sorted(declared.systems), sorted(declared.sites))
    return names and row.texts == dict(declared.texts)


def _row(session: Session, outage_id: int) -> OutageRow:
    # A number that no column can hold is no outage's either.
    row = session.get(OutageRow, outage_id) if 0 < outage_id < 2**31 else None
    if row is None:
        raise OutageNotFound(outage_id)
    return row


def _parent(session: Session, row: OutageRow) -> TicketRow:
    return session.get_one(TicketRow, row.ticket_id)


def _outage_of(session: Session, row: OutageRow) -> Outage:
    return Outage(
        id=row.id,
        title=row.title,
        systems=frozenset(str(name) for name in row.systems),
        sites=frozenset(str(name) for name in row.sites),
        texts={language: str(text) for language, text in row.texts.items()},
        started_at=row.started_at,
        declared_by=row.declared_by,
        ticket=number_of(_parent(session, row).id),
        expected_end=row.expected_end,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        joined=session.scalar(select(func.count()).where(TicketRow.outage_id == row.id)) or 0,
    )


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
