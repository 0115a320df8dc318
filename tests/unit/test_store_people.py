"""The directory in a real SQLite file, and the PINs of its people."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tickets.people import Entry, ImportCounts, Person
from tickets.pins import WeakPin
from tickets.settings import TicketsSettings
from tickets.store import DatabaseUnavailable, PersonNotFound, Store, open_store

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
ANNA = Entry(
    employee_number="10442",
    name="Anna Berg",
    department="sales",
    site="berlin",
    language="en",
    labels=frozenset({"vip"}),
    mobile="+4915112345678",
    email="anna@example.com",
    numbers=frozenset({"1044", "+4930901820"}),
)
BEN = Entry(employee_number="10443", name="Ben Adler", numbers=frozenset({"1044"}))
CHEN = Entry(employee_number="20001", name="陈伟", language="zh")
PIN, OTHER = "83140", "62597"


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def anna(store: Store) -> Person:
    store.people.import_rows((ANNA, BEN), START, everyone=False)
    person = store.people.of_employee_number("10442")
    assert person is not None
    return person


def names(people: tuple[Person, ...]) -> list[str]:
    return [person.name for person in people]


def test_an_import_counts_what_it_did(store: Store) -> None:
    assert store.people.is_empty()
    assert store.people.import_rows((ANNA, BEN), START, False, "tom") == ImportCounts(2, 0, 0, 0)
    assert not store.people.is_empty()
    moved = Entry(employee_number="10443", name="Ben Adler-Kurz", numbers=frozenset({"1045"}))
    assert store.people.import_rows((ANNA, moved, CHEN), at(1), everyone=False) == ImportCounts(1, 1, 1, 0)
    assert names(store.people.of_number("1045")) == ["Ben Adler-Kurz"]
    assert names(store.people.of_number("1044")) == ["Anna Berg"]
    first, second = store.events.after(0)
    counted = {"added": 2, "changed": 0, "unchanged": 0, "left": 0}
    assert (first.kind, first.data) == ("people_imported", {**counted, "by": "tom"})
    assert second.data == {"added": 1, "changed": 1, "unchanged": 1, "left": 0, "by": None}


def test_what_was_imported_is_what_is_known(store: Store, anna: Person) -> None:  # 000-18
    entry = {name: getattr(anna, name) for name in ANNA.__dataclass_fields__}
    assert Entry(**entry) == ANNA
    assert (anna.has_pin, anna.left_at) == (False, None)
    assert store.people.get(anna.id) == anna


@pytest.mark.parametrize("number", ["030 901820", "+49 30 901820", "sip:+4930901820@10.0.0.1", "0151 12345678"])
def test_a_caller_is_known_by_his_numbers(store: Store, anna: Person, number: str) -> None:  # 000-18
    assert store.people.of_number(number) == (anna,)


def test_a_shared_telephone_belongs_to_several(store: Store, anna: Person) -> None:
    assert names(store.people.of_number("1044")) == ["Anna Berg", "Ben Adler"]
    for number in ("", "anonymous", "9999"):
        assert store.people.of_number(number) == ()


def test_who_is_no_longer_in_the_file_has_left(store: Store, anna: Person) -> None:
    assert store.people.import_rows((BEN,), at(1), everyone=False).left == 0
    assert store.people.import_rows((BEN,), at(2), everyone=True) == ImportCounts(0, 0, 1, 1)
    assert names(store.people.of_number("1044")) == ["Ben Adler"]
    assert store.people.of_employee_number("10442") is None
    assert store.people.get(anna.id).left_at == at(2)
    assert store.people.import_rows((BEN,), at(3), everyone=True).left == 0  # only once
    assert store.people.import_rows((ANNA, BEN), at(4), everyone=True) == ImportCounts(0, 1, 1, 0)  # back again
    assert store.people.get(anna.id).left_at is None
    assert (store.people.count(), store.people.is_empty()) == (2, False)


def test_search(store: Store, anna: Person) -> None:
    store.people.import_rows((CHEN,), START, everyone=False)

    def found(text: str) -> list[str]:
        return names(store.people.search(text))

    assert found("") == ["Anna Berg", "Ben Adler", "陈伟"]
    assert found("BERG ann") == ["Anna Berg"]
    assert found("10443") == ["Ben Adler"]
    assert found("陈") == ["陈伟"]
    assert found("berlin sales") == ["Anna Berg"]
    assert found("901820") == ["Anna Berg"]
    assert found("%") == []
    assert names(store.people.search(limit=1)) == ["Anna Berg"]


def test_a_number_is_bound_once(store: Store, anna: Person) -> None:
    seen = store.events.last_id()
    for _ in range(2):
        bound = store.people.bind_number(anna.id, "030 555 000", at(1))
    assert bound.numbers == ANNA.numbers | {"+4930555000"}
    assert store.people.of_number("+49 30 555000") == (bound,)
    (event,) = store.events.after(seen)
    assert (event.kind, event.data) == ("person_changed", {"person": anna.id, "change": "number added", "by": None})
    with pytest.raises(ValueError, match="withheld"):
        store.people.bind_number(anna.id, "anonymous", at(2))


def test_a_pin_proves_who_calls(store: Store, anna: Person, tmp_path: Path) -> None:
    assert not store.people.check_pin(anna.id, PIN, START)
    store.people.set_pin(anna.id, PIN, START)
    assert store.people.get(anna.id).has_pin
    assert store.people.check_pin(anna.id, PIN, at(1))
    assert not store.people.check_pin(anna.id, OTHER, at(2))
    store.people.set_pin(anna.id, OTHER, at(3))
    assert not store.people.check_pin(anna.id, PIN, at(4))
    assert store.people.check_pin(anna.id, OTHER, at(5))
    # Neither the right nor a wrong PIN stands anywhere, least of all in the log.
    store.close()
    with closing(sqlite3.connect(tmp_path / "tickets.db")) as connection:
        everything = "\n".join(connection.iterdump())
    assert "argon2" in everything
    assert not any(f"'{pin}'" in everything or f'"{pin}"' in everything for pin in (PIN, OTHER))


def test_five_wrong_pins_lock_for_a_quarter_of_an_hour(store: Store, anna: Person, tmp_path: Path) -> None:
    store.people.set_pin(anna.id, PIN, START)
    seen = store.events.last_id()
    assert [store.people.check_pin(anna.id, OTHER, at(1)) for _ in range(5)] == [False] * 5
    again = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", tmp_path))  # another process
    assert not again.people.check_pin(anna.id, PIN, at(15.9))
    again.close()
    locked = [event.data["locked"] for event in store.events.after(seen) if event.kind == "pin_failed"]
    assert locked == [False] * 4 + [True, True]
    assert store.people.check_pin(anna.id, PIN, at(16.1))


def test_right_pins_in_between_forgive(store: Store, anna: Person) -> None:
    store.people.set_pin(anna.id, PIN, START)
    for _ in range(2):
        assert [store.people.check_pin(anna.id, OTHER, START) for _ in range(4)] == [False] * 4
        assert store.people.check_pin(anna.id, PIN, START)


def test_a_new_pin_ends_the_lock(store: Store, anna: Person) -> None:
    store.people.set_pin(anna.id, PIN, START)
    for _ in range(5):
        store.people.check_pin(anna.id, OTHER, START)
    store.people.set_pin(anna.id, OTHER, at(1))
    assert store.people.check_pin(anna.id, OTHER, at(1))


def test_who_left_has_no_pin_any_more(store: Store, anna: Person) -> None:
    store.people.set_pin(anna.id, PIN, START)
    store.people.import_rows((BEN,), at(1), everyone=True)
    assert not store.people.check_pin(anna.id, PIN, at(2))


@pytest.mark.parametrize("pin", ["10442", "0442", "1044", "0901820", "12345678"])
def test_a_pin_is_no_part_of_ones_numbers(store: Store, anna: Person, pin: str) -> None:
    with pytest.raises(WeakPin):
        store.people.set_pin(anna.id, pin, START)


def test_nobody_has_that_id(store: Store) -> None:
    for ask in (
        lambda: store.people.get(7),
        lambda: store.people.set_pin(7, PIN, START),
        lambda: store.people.check_pin(7, PIN, START),
        lambda: store.people.bind_number(7, "1044", START),
    ):
        with pytest.raises(PersonNotFound, match="7"):
            ask()


def test_an_import_is_all_or_nothing(store: Store, anna: Person) -> None:
    with pytest.raises(DatabaseUnavailable):
        store.people.import_rows((CHEN, ANNA, CHEN), at(1), everyone=True)  # the same number twice
    assert names(store.people.search()) == ["Anna Berg", "Ben Adler"]
