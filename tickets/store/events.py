"""The event log in the database: append, follow, read back."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tickets.events import Event, Json, Kind
from tickets.store.database import Database
from tickets.store.rows import event_of, id_of
from tickets.store.tables import EventRow, TicketRow


class EventStore:
    """Every method raises `DatabaseUnavailable` when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(
        self,
        kind: str,
        at: datetime,
        call_id: str | None = None,
        ticket: str | None = None,
        data: Mapping[str, Json] | None = None,
    ) -> Event:
        """Log a fact of the system. What people say belongs into `TicketStore.record_…`, which masks it."""
        with self._database.writing() as session:
            row = EventRow(at=at, kind=kind, call_id=call_id, ticket_id=ticket and id_of(ticket), data=dict(data or {}))
            session.add(row)
            session.flush()
            return event_of(row)

    def after(self, event_id: int, limit: int = 500) -> list[Event]:
        """The events that follow `event_id`, oldest first."""
        with self._database.reading() as session:
            rows = session.scalars(select(EventRow).where(EventRow.id > event_id).order_by(EventRow.id).limit(limit))
            return [event_of(row) for row in rows]

    def since(self, at: datetime | None, kinds: Sequence[str]) -> Iterator[Event]:
        """The events of these kinds since then (all when None), oldest first; read as they are asked for."""
        wanted = _in_order().where(EventRow.kind.in_(kinds))
        if at is not None:
            wanted = wanted.where(EventRow.at >= at)
        with self._database.reading() as session:
            for row in session.scalars(wanted.execution_options(yield_per=1000)):
                yield event_of(row)

    def latest(self, kinds: Sequence[str]) -> Event | None:
        """The newest event of the system (of no call) that is of one of these kinds."""
        of_system = select(EventRow).where(EventRow.call_id.is_(None), EventRow.kind.in_(kinds))
        with self._database.reading() as session:
            row = session.scalar(of_system.order_by(EventRow.id.desc()).limit(1))
            return event_of(row) if row else None

    def last_id(self) -> int:
        """The id of the newest event; 0 when there is none."""
        with self._database.reading() as session:
            return session.scalar(select(func.max(EventRow.id))) or 0

    def of_ticket(self, number: str) -> list[Event]:
        with self._database.reading() as session:
            return _events(session.scalars(_in_order().where(EventRow.ticket_id == id_of(number))).all())

    def of_call(self, call_id: str) -> list[Event]:
        with self._database.reading() as session:
            return _events(session.scalars(_in_order().where(EventRow.call_id == call_id)).all())

    def of_calls(self, since: datetime | None = None) -> Iterator[list[Event]]:
        """The events of each call that began since then (of all when None), in the order of the calls' beginnings."""
        opened = select(EventRow.call_id).where(EventRow.kind == Kind.TICKET_OPENED, EventRow.call_id.is_not(None))
        if since is not None:
            opened = opened.where(EventRow.at >= since)
        with self._database.reading() as session:
            for call_id in session.scalars(opened.order_by(EventRow.id)).all():
                yield _events(session.scalars(_in_order().where(EventRow.call_id == call_id)).all())

    def journal(self, call_id: str) -> list[Event]:
        """What the caller answered, question by question: enough to run the call's flow again."""
        with self._database.reading() as session:
            of_call = _in_order().where(EventRow.call_id == call_id, EventRow.kind == Kind.HEARD)
            return _events(session.scalars(of_call).all())


def log(session: Session, ticket: TicketRow, kind: Kind, at: datetime, data: Mapping[str, Json] | None = None) -> bool:
    """Write an event about `ticket` in the running transaction; False when this very event is there already."""
    wanted = dict(data or {})
    twins = select(EventRow.data).where(EventRow.ticket_id == ticket.id, EventRow.kind == kind, EventRow.at == at)
    if wanted in session.scalars(twins):
        return False
    session.add(EventRow(at=at, kind=kind, call_id=ticket.call_id, ticket_id=ticket.id, data=wanted))
    return True


def log_of_system(session: Session, kind: str, at: datetime, data: Mapping[str, Json]) -> None:
    """Write an event of no call and no ticket in the running transaction."""
    session.add(EventRow(at=at, kind=kind, data=dict(data)))


def _in_order() -> Select[EventRow]:
    return select(EventRow).order_by(EventRow.id)


def _events(rows: Sequence[EventRow]) -> list[Event]:
    return [event_of(row) for row in rows]
