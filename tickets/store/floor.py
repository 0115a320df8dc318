"""Agents and queue entries in the database: what a controller that comes back goes on with."""

from dataclasses import asdict
from datetime import datetime
from typing import cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tickets.floor import AgentRecord, EntryRecord, FloorChange, FloorEvent, SavedFloor
from tickets.store.database import Database
from tickets.store.tables import AgentRow, EventRow, QueueEntryRow


class FloorStore:
    """Every method raises `DatabaseUnavailable` when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, change: FloorChange) -> None:
        """One transaction, with its events; it may safely be repeated."""
        with self._database.writing() as session:
            for agent in change.agents:
                session.merge(AgentRow(**asdict(agent)))
            for entry in change.entries:
                session.merge(_entry_row(entry))
            if change.left:
                session.execute(delete(QueueEntryRow).where(QueueEntryRow.call_id.in_(change.left)))
            told = _told(session, {event.at for event in change.events})
            for event in change.events:
                if event not in told:
                    session.add(EventRow(at=event.at, kind=event.kind, data=dict(event.data)))
                    session.flush()

    def load(self) -> SavedFloor:
        with self._database.reading() as session:
            agents = session.scalars(select(AgentRow).order_by(AgentRow.name))
            entries = session.scalars(select(QueueEntryRow).order_by(QueueEntryRow.entered_at, QueueEntryRow.call_id))
            return SavedFloor(tuple(map(_agent, agents)), tuple(map(_entry, entries)))


def _told(session: Session, at: set[datetime]) -> list[FloorEvent]:
    """The events of these moments that are there already: the answer to a commit may have been lost."""
    rows = session.scalars(select(EventRow).where(EventRow.at.in_(at), EventRow.ticket_id.is_(None)))
    return [FloorEvent(row.at, row.kind, row.data) for row in rows]


def _agent(row: AgentRow) -> AgentRecord:
    return AgentRecord(**{name: getattr(row, name) for name in AgentRecord.__dataclass_fields__})


def _entry_row(entry: EntryRecord) -> QueueEntryRow:
    return QueueEntryRow(
        call_id=entry.call_id,
        group=entry.group,
        entered_at=entry.entered_at,
        priority=entry.priority,
        skills=dict(entry.skills),
        wants=entry.wants,
        level=entry.level,
        callback_id=entry.callback,
    )


def _entry(row: QueueEntryRow) -> EntryRecord:
    return EntryRecord(
        call_id=row.call_id,
        group=row.group,
        entered_at=row.entered_at,
        priority=row.priority,
        skills=cast(dict[str, int], row.skills),
        wants=row.wants,
        level=row.level,
        callback=row.callback_id,
    )
