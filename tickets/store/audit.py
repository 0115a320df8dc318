"""The audit log: those events that tell what somebody did (`tickets.audit`), newest first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, case, or_, select

from tickets.audit import AUDITED, Subject
from tickets.events import Event, Kind
from tickets.store.database import Database
from tickets.store.rows import event_of
from tickets.store.tables import EventRow

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What is looked for; None and "" are everything. `until` is the first moment that is too late, `before` the id of
    the first event that is too new."""

    who: str = ""
    about: Subject | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


class AuditStore:
    """Every method raises `DatabaseUnavailable` when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, wanted: AuditFilter, limit: int) -> list[Event]:
        """The newest of them."""
        found = select(EventRow).where(*_conditions(wanted)).order_by(EventRow.id.desc()).limit(limit)
        with self._database.reading() as session:
            return [event_of(row) for row in session.scalars(found)]

    def all(self, wanted: AuditFilter) -> Iterator[Event]:
        """All of them; the database is asked for some at a time, so that it is not held while they are sent."""
        while events := self.page(wanted, _AT_ONCE):
            yield from events
            wanted = replace(wanted, before=events[-1].id)


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    who = _who()
    kinds = [kind for kind, audited in AUDITED.items() if wanted.about in (None, audited.about)]
    of_itself = [kind for kind in kinds if AUDITED[kind].also_of_itself]
    conditions = [EventRow.kind.in_(kinds), or_(EventRow.kind.not_in(of_itself), who.is_not(None))]
    if wanted.who:
        conditions.append(who == wanted.who)
    if wanted.since is not None:
        conditions.append(EventRow.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(EventRow.at < wanted.until)
    if wanted.before is not None:
        conditions.append(EventRow.id < wanted.before)
    return conditions


def _who() -> ColumnElement[str]:
    """Who did it, in the field in which its kind says so."""
    fields: dict[str, list[Kind]] = {}
    for kind, audited in AUDITED.items():
        fields.setdefault(audited.who, []).append(kind)
    return case(*((EventRow.kind.in_(kinds), EventRow.data[field].as_string()) for field, kinds in fields.items()))
