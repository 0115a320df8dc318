"""Agents and queue entries in the database: what a controller that comes back goes on with."""

from dataclasses import asdict
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
            for event in change.events:
                if not _is_told(session, event):
                    session.add(EventRow(at=event.at, kind=event.kind, data=dict(event.data)))
                    session.flush()

    def load(self) -> SavedFloor:
        with self._database.reading() as session:
            agents = session.scalars(select(AgentRow).order_by(AgentRow.name))
            entries = session.scalars(select(QueueEntryRow).order_by(QueueEntryRow.entered_at, QueueEntryRow.call_id))
            return SavedFloor(tuple(map(_agent, agents)), tuple(map(_entry, entries)))


def _is_told(session: Session, event: FloorEvent) -> bool:
    """Whether it was written before: the answer to a commit may have been lost."""
    same = select(EventRow).where(EventRow.at == event.at, EventRow.kind == event.kind)
    return any(row.data == dict(event.data) for row in session.scalars(same))


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
        callback=row.callback_id,
    )
