"""The directory in the database, and the PINs of its people."""

from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from tickets.accounts import PasswordHashes
from tickets.events import Json, Kind
from tickets.numbers import normalise
from tickets.people import Entry, ImportCounts, Person
from tickets.pins import check_new_pin
from tickets.store.database import Database
from tickets.store.errors import PersonNotFound
from tickets.store.people_import import carry_out, plan_import
from tickets.store.tables import EventRow, PersonNumberRow, PersonRow

PIN_ATTEMPTS = 5
PIN_LOCK = timedelta(minutes=15)


class PeopleStore:
    """Every method raises `PersonNotFound` for an unknown id and `DatabaseUnavailable` when the database does not
    answer. `at` is an aware UTC time."""

    def __init__(self, database: Database, region: str) -> None:
        self._database = database
        self._region = region
        self._hashes = PasswordHashes()

    def import_rows(
        self, entries: tuple[Entry, ...], at: datetime, everyone: bool, by: str | None = None
    ) -> ImportCounts:
        """Take these entries, all or none. With `everyone` who is not among them has left; `by` is who imports them."""
        with self._database.reading() as session:
            plan = plan_import(session, entries, everyone)
        with self._database.writing() as session:
            carry_out(session, plan, at)
            _log(session, Kind.PEOPLE_IMPORTED, at, {**asdict(plan.counts), "by": by})
        return plan.counts

    def is_empty(self) -> bool:
        with self._database.reading() as session:
            return not session.scalar(select(exists().where(_is_here())))

    def count(self) -> int:
        """How many people there are, without those who left."""
        with self._database.reading() as session:
            return session.scalar(select(func.count()).select_from(PersonRow).where(_is_here())) or 0

    def get(self, person_id: int) -> Person:
        with self._database.reading() as session:
            return person_of(_row(session, person_id))

    def of_number(self, number: str) -> tuple[Person, ...]:
        """Who may call from this telephone or mobile, by name; nobody when the number is withheld."""
        wanted = normalise(number, self._region)
        if not wanted:
            return ()
        has_it = or_(PersonRow.mobile == wanted, PersonRow.id.in_(_having(PersonNumberRow.number == wanted)))
        with self._database.reading() as session:
            found = session.scalars(select(PersonRow).where(_is_here(), has_it).order_by(PersonRow.name, PersonRow.id))
            return tuple(person_of(row) for row in found)

    def of_employee_number(self, employee_number: str, or_left: bool = False) -> Person | None:
        """Who has this number; with `or_left` he may have left."""
        with self._database.reading() as session:
            row = session.scalar(select(PersonRow).where(PersonRow.employee_number == employee_number))
            return person_of(row) if row and (or_left or row.left_at is None) else None

    def search(self, text: str = "", limit: int = 50) -> tuple[Person, ...]:
        """People by name, those who left too, with every word of `text` in name, numbers, e-mail, site, department."""
        words = [_holds(word) for word in text.split()]
        with self._database.reading() as session:
            found = session.scalars(select(PersonRow).where(*words).order_by(PersonRow.name, PersonRow.id).limit(limit))
            return tuple(person_of(row) for row in found)

    def bind_number(self, person_id: int, number: str, at: datetime, by: str | None = None) -> Person:
        """He may be known by this telephone too, until an import that does not have it; `by` is who says so.

        Raises:
            ValueError: the number is withheld.
        """
        wanted = normalise(number, self._region)
        if not wanted:
            raise ValueError("a withheld number is nobody's")
        with self._database.writing() as session:
            row = _row(session, person_id)
            if wanted not in {known.number for known in row.numbers}:
                row.numbers.append(PersonNumberRow(number=wanted))
                row.updated_at = at
                _log(session, Kind.PERSON_CHANGED, at, {"person": row.id, "change": "number added", "by": by})
            session.flush()
            return person_of(row)

    def set_pin(self, person_id: int, pin: str, at: datetime, by: str | None = None) -> None:
        """A new PIN, set `by` somebody; a lock of the old one ends.

        Raises:
            WeakPin: it is too short, too long, or easy to guess.
        """
        person = self.get(person_id)
        check_new_pin(pin, personal_numbers(person))
        hashed = self._hashes.make(pin)
        with self._database.writing() as session:
            row = _row(session, person_id)
            row.pin_hash, row.pin_failures, row.pin_locked_until, row.updated_at = hashed, 0, None, at
            _log(session, Kind.PERSON_CHANGED, at, {"person": row.id, "change": "pin set", "by": by})

    def check_pin(self, person_id: int, pin: str, at: datetime) -> bool:
        """Whether this is his PIN. After five wrong ones in a row no PIN is right for a quarter of an hour."""
        with self._database.reading() as session:
            stored = _row(session, person_id).pin_hash
        right = self._hashes.matches(stored, pin)  # slow on purpose, so outside the transaction
        with self._database.writing() as session:
            row = _row(session, person_id)
            if row.left_at or (row.pin_locked_until and row.pin_locked_until > at):
                _log(session, Kind.PIN_FAILED, at, {"person": row.id, "locked": row.left_at is None})
                return False
            if right and row.pin_hash == stored:
                row.pin_failures, row.pin_locked_until = 0, None
                return True
            row.pin_failures += 1
            locked = row.pin_failures >= PIN_ATTEMPTS
            if locked:
                row.pin_locked_until, row.pin_failures = at + PIN_LOCK, 0
            _log(session, Kind.PIN_FAILED, at, {"person": row.id, "locked": locked})
            return False


def person_of(row: PersonRow) -> Person:
    return Person(
        id=row.id,
        employee_number=row.employee_number,
        name=row.name,
        department=row.department,
        site=row.site,
        language=row.language,
        labels=frozenset(str(label) for label in row.labels),
        mobile=row.mobile,
        email=row.email,
        numbers=frozenset(known.number for known in row.numbers),
        has_pin=row.pin_hash is not None,
        left_at=row.left_at,
    )


def personal_numbers(person: Person) -> frozenset[str]:
    """The numbers that a PIN of his must not be a part of."""
    return person.numbers | {person.employee_number, person.mobile}


def _row(session: Session, person_id: int) -> PersonRow:
    row = session.get(PersonRow, person_id)
    if row is None:
        raise PersonNotFound(f"there is no person with the id {person_id}")
    return row


def _is_here() -> ColumnElement[bool]:
    return PersonRow.left_at.is_(None)


def _having(condition: ColumnElement[bool]) -> Select[int]:
    return select(PersonNumberRow.person_id).where(condition)


def _holds(word: str) -> ColumnElement[bool]:
    columns = (PersonRow.name, PersonRow.employee_number, PersonRow.mobile, PersonRow.email)
    places = [column.icontains(word, autoescape=True) for column in (*columns, PersonRow.site, PersonRow.department)]
    return or_(*places, PersonRow.id.in_(_having(PersonNumberRow.number.contains(word, autoescape=True))))


def _log(session: Session, kind: Kind, at: datetime, data: dict[str, Json]) -> None:
    session.add(EventRow(at=at, kind=kind, call_id=None, ticket_id=None, data=data))
