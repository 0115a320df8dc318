"""What a flow learns from the store, and that a database that is away never reaches it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.decision import JoinOutage
from ivr.desk import ActiveOutage, KnownPerson, Outages, People, Tickets, TicketState
from ivr.record import TicketRecord
from ivr.service_desk import DeclaredOutages, Directory, OtherTickets
from tickets.outage import declaration
from tickets.people import Entry
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store
from tickets.ticket import Status

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
PIN = "83140"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", tmp_path, busy_timeout_s=0.2))
    yield opened
    opened.close()


@pytest.fixture
def people(store: Store) -> People:
    return Directory(store, lambda: START)


def add_anna(store: Store) -> None:
    anna = Entry(
        employee_number="10442",
        name="Anna Berg",
        site="berlin",
        language="en",
        labels=frozenset({"vip"}),
        numbers=frozenset({"1044"}),
    )
    store.people.import_rows((anna,), START, everyone=False)


async def test_who_calls(store: Store, people: People) -> None:  # 000-18
    assert await people.is_empty()
    add_anna(store)
    assert not await people.is_empty()
    (anna,) = await people.of_number("1044")
    assert anna == KnownPerson(anna.id, "10442", "Anna Berg", "berlin", None, "en", frozenset({"vip"}))
    assert await people.of_employee_number("10442") == anna
    assert await people.of_employee_number("10443") is None
    store.people.set_pin(anna.id, PIN, START)
    assert await people.pin_is(anna, PIN)
    assert not await people.pin_is(anna, "62597")


async def test_his_tickets(store: Store, people: People) -> None:  # 000-8
    add_anna(store)
    (anna,) = await people.of_number("1044")
    numbers = [store.tickets.open_for_call(name, name, "1044", "5000", "en", START).number for name in "ab"]
    for number in numbers:
        await TicketRecord(store, number, lambda: START, "en").identified(anna, "number")
    tickets: Tickets = OtherTickets(store, numbers[1])
    state = TicketState(numbers[0], "open", "", anna.id, START)
    assert await tickets.open_of(anna) == (state,)
    assert await tickets.get(numbers[0]) == state
    for unknown in ("999999", "12", ""):
        assert await tickets.get(unknown) is None


async def test_what_a_record_is_told_stands_on_the_ticket(store: Store, people: People) -> None:
    add_anna(store)
    (anna,) = await people.of_number("1044")
    record = TicketRecord(
        store, store.tickets.open_for_call("c", "s", "1044", "5000", "en", START).number, lambda: START, "en"
    )
    await record.identified(anna, "pin")
    await record.noted({"system": "vpn"})
    await record.noted({})
    await record.scored(5)
    await record.speaks("zh")
    await record.served_by("ab12")
    told = store.tickets.get(record.number)
    assert (told.person_name, told.is_verified, told.fields) == ("Anna Berg", True, {"system": "vpn"})
    assert (told.mark, told.dialplan, told.language) == (5, "ab12", "zh")


async def test_who_joins_an_outage_waits_for_its_end(store: Store) -> None:  # 001-14
    everywhere: frozenset[str] = frozenset()
    declared = declaration("VPN down", frozenset({"vpn"}), everywhere, {"en": "The VPN is down."})
    outage = store.outages.declare(declared, "maria", START)
    outages: Outages = DeclaredOutages(store)
    (active,) = await outages.active()
    assert active == ActiveOutage(outage.id, frozenset({"vpn"}), everywhere, {"en": "The VPN is down."})
    number = store.tickets.open_for_call("c", "s", "1044", "5000", "en", START).number
    await TicketRecord(store, number, lambda: START + timedelta(seconds=9), "en").decided(JoinOutage(active.id))
    joined = store.tickets.get(number)
    assert (joined.status, joined.outcome, joined.outage_id) == (Status.WAITING, "join_outage", outage.id)


async def test_a_broken_database_knows_nobody(
    store: Store, people: People, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    add_anna(store)
    (anna,) = await people.of_number("1044")
    with closing(sqlite3.connect(tmp_path / "tickets.db")) as other:
        for table in ("people", "tickets", "outages"):
            other.execute(f"ALTER TABLE {table} RENAME TO gone_{table}")
    assert await people.is_empty()
    assert await people.of_number("1044") == ()
    assert await people.of_employee_number("10442") is None
    assert not await people.pin_is(anna, PIN)
    assert await OtherTickets(store, "100001").open_of(anna) == ()
    assert await OtherTickets(store, "100001").get("100001") is None
    assert await DeclaredOutages(store).active() == ()
    assert caplog.text.count("the service desk does not answer") == 7


async def test_a_locked_database_proves_nothing(store: Store, people: People, tmp_path: Path) -> None:
    add_anna(store)
    (anna,) = await people.of_number("1044")
    store.people.set_pin(anna.id, PIN, START)
    with closing(sqlite3.connect(tmp_path / "tickets.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert not await people.pin_is(anna, PIN)
        assert [person.id for person in await people.of_number("1044")] == [anna.id]  # readers go on
    assert await people.pin_is(anna, PIN)
