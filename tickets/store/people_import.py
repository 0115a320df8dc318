"""Many people at once: what is new or changed is written with a few statements, the rest is left alone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from tickets.people import Entry, ImportCounts
from tickets.store.tables import PersonNumberRow, PersonRow

# SQLite takes 32,766 values in a statement; so many ids stay far below it.
_AT_ONCE = 500
_KEPT = (
    PersonRow.id, PersonRow.employee_number, PersonRow.name, PersonRow.department, PersonRow.site, PersonRow.language,
    PersonRow.labels, PersonRow.mobile, PersonRow.email, PersonRow.left_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import has to write; `ids` are those of the people who are kept already, by employee number."""

    new: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    leaving: tuple[int, ...]
    unchanged: int
    ids: Mapping[str, int]

    @property
    def counts(self) -> ImportCounts:
        return ImportCounts(len(self.new), len(self.changed), self.unchanged, len(self.leaving))


def plan_import(session: Session, entries: tuple[Entry, ...], everyone: bool) -> Plan:
    """Compare `entries`, each with another employee number, with what is kept; with `everyone` the others have left.

    This only reads, and takes longer than the writing: calls that go on meanwhile do not have to wait for it.
    """
    ids, kept, left = _directory(session)
    new = tuple(entry for entry in entries if entry.employee_number not in ids)
    known = [entry for entry in entries if entry.employee_number in ids]
    changed = tuple(entry for entry in known if entry != kept[entry.employee_number] or entry.employee_number in left)
    stays = {entry.employee_number for entry in entries} | left
    leaving = tuple(person_id for number, person_id in ids.items() if number not in stays) if everyone else ()
    return Plan(new, changed, leaving, len(known) - len(changed), ids)


def carry_out(session: Session, plan: Plan, at: datetime) -> None:
    _add(session, plan.new, at)
    _change(session, plan.changed, plan.ids, at)
    for some in _portions(plan.leaving):
        session.execute(update(PersonRow).where(PersonRow.id.in_(some)).values(left_at=at, updated_at=at))


def _directory(session: Session) -> tuple[dict[str, int], dict[str, Entry], frozenset[str]]:
    """All that is kept, by employee number: the ids, the entries, and who has left."""
    numbers: defaultdict[int, set[str]] = defaultdict(set)
    for person_id, number in session.execute(select(PersonNumberRow.person_id, PersonNumberRow.number)):
        numbers[person_id].add(number)
    ids: dict[str, int] = {}
    entries: dict[str, Entry] = {}
    left: set[str] = set()
    for row in session.execute(select(*_KEPT)):
        ids[row.employee_number] = row.id
        entries[row.employee_number] = Entry(
            employee_number=row.employee_number,
            name=row.name,
            department=row.department,
            site=row.site,
            language=row.language,
            labels=frozenset(row.labels),
            mobile=row.mobile,
            email=row.email,
            numbers=frozenset(numbers[row.id]),
        )
        if row.left_at is not None:
            left.add(row.employee_number)
    return ids, entries, frozenset(left)


def _add(session: Session, entries: tuple[Entry, ...], at: datetime) -> None:
    if not entries:
        return
    rows = [{**_columns(entry, at), "pin_failures": 0} for entry in entries]
    added = session.execute(insert(PersonRow).returning(PersonRow.id, PersonRow.employee_number), rows)
    ids = {employee_number: person_id for person_id, employee_number in added}
    _add_numbers(session, entries, ids)


def _change(session: Session, entries: tuple[Entry, ...], ids: Mapping[str, int], at: datetime) -> None:
    if not entries:
        return
    session.execute(update(PersonRow), [{**_columns(entry, at), "id": ids[entry.employee_number]} for entry in entries])
    for some in _portions([ids[entry.employee_number] for entry in entries]):
        session.execute(delete(PersonNumberRow).where(PersonNumberRow.person_id.in_(some)))
    _add_numbers(session, entries, ids)


def _add_numbers(session: Session, entries: tuple[Entry, ...], ids: Mapping[str, int]) -> None:
    rows = [{"person_id": ids[entry.employee_number], "number": one} for entry in entries for one in entry.numbers]
    if rows:
        session.execute(insert(PersonNumberRow), rows)


def _columns(entry: Entry, at: datetime) -> dict[str, Any]:
    return {
        "employee_number": entry.employee_number,
        "name": entry.name,
        "department": entry.department,
        "site": entry.site,
        "language": entry.language,
        "labels": sorted(entry.labels),
        "mobile": entry.mobile,
        "email": entry.email,
        "updated_at": at,
        "left_at": None,
    }


def _portions(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[first : first + _AT_ONCE] for first in range(0, len(ids), _AT_ONCE)]
