"""What the line finds out about a call, and who calls."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tickets.people import Entry, Person
from tickets.settings import TicketsSettings
from tickets.store import PersonNotFound, Store, open_store
from tickets.ticket import Status, Ticket

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", tmp_path))
    opened.people.import_rows(
        (Entry(employee_number="10442", name="Anna Berg"), Entry(employee_number="10443", name="Ben Adler")),
        START,
        everyone=False,
    )
    yield opened
    opened.close()


@pytest.fixture
def ticket(store: Store) -> Ticket:
    return store.tickets.open_for_call("call-1", "sip-1@host", "1044", "5000", "en", START)


@pytest.fixture
def anna(store: Store) -> Person:
    return store.people.search("Anna")[0]


@pytest.fixture
def ben(store: Store) -> Person:
    return store.people.search("Ben")[0]


def logged(store: Store, number: str, kind: str) -> list[object]:
    return [dict(event.data) for event in store.events.of_ticket(number) if event.kind == kind]


def test_a_caller_is_identified(store: Store, ticket: Ticket, anna: Person) -> None:  # 000-18
    assert (ticket.person_id, ticket.person_name, ticket.known_by, ticket.is_verified) == (None, "", None, False)
    for _ in range(2):
        known = store.tickets.identify(ticket.number, anna.id, "number", at(1))
    assert (known.person_id, known.person_name, known.known_by) == (anna.id, "Anna Berg", "number")
    assert not known.is_verified
    assert store.tickets.get(ticket.number) == known
    assert logged(store, ticket.number, "identified") == [{"person": anna.id, "how": "number"}]


def test_a_proof_stays_a_proof(store: Store, ticket: Ticket, anna: Person, ben: Person) -> None:
    for how in ("number", "employee_number", "pin", "number"):
        known = store.tickets.identify(ticket.number, anna.id, how, at(1))
    assert (known.known_by, known.is_verified) == ("pin", True)
    other = store.tickets.identify(ticket.number, ben.id, "said_so", at(2))
    assert (other.person_name, other.is_verified) == ("Ben Adler", False)
    assert len(logged(store, ticket.number, "identified")) == 4


def test_nobody_of_that_id_calls(store: Store, ticket: Ticket) -> None:
    with pytest.raises(PersonNotFound):
        store.tickets.identify(ticket.number, 99, "number", at(1))
    assert store.tickets.get(ticket.number) == ticket


def test_fields_are_noted_and_masked(store: Store, ticket: Ticket) -> None:
    store.tickets.note_fields(ticket.number, {"system": "vpn", "why": "travel"}, at(1))
    noted = store.tickets.note_fields(ticket.number, {"why": "my card is 4111111111111111"}, at(2))
    assert noted.fields == {"system": "vpn", "why": "my card is [hidden]"}
    assert store.tickets.get(ticket.number).fields == noted.fields
    first, second = logged(store, ticket.number, "fields_noted")
    assert first == {"fields": {"system": "vpn", "why": "travel"}}
    assert second == {"fields": {"why": "my card is [hidden]"}}


def test_a_mark_is_one_to_five(store: Store, ticket: Ticket) -> None:  # P-10
    assert store.tickets.note_mark(ticket.number, 4, at(1)).mark == 4
    assert logged(store, ticket.number, "marked") == [{"mark": 4}]
    for mark in (0, 6):
        with pytest.raises(ValueError, match="1 to 5"):
            store.tickets.note_mark(ticket.number, mark, at(2))


def test_the_dialplan_is_noted_once(store: Store, ticket: Ticket) -> None:
    for version in ("ab12", "ab12", "cd34"):
        noted = store.tickets.note_dialplan(ticket.number, version, at(1))
    assert noted.dialplan == "cd34"
    assert logged(store, ticket.number, "dialplan_used") == [{"version": "ab12"}, {"version": "cd34"}]


@pytest.mark.parametrize(
    ("kind", "details"), [("join_outage", {"outage": 1}), ("request_callback", {"group": "first", "number": "1044"})]
)
def test_who_is_promised_something_waits(store: Store, ticket: Ticket, kind: str, details: dict[str, object]) -> None:
    decided = store.tickets.decide(ticket.number, kind, details, at(5))  # type: ignore[arg-type]
    assert (decided.status, decided.outcome) == (Status.WAITING, kind)


def test_the_open_tickets_of_a_person(store: Store, anna: Person, ben: Person) -> None:  # 000-8
    def call(name: str, person: Person) -> str:
        number = store.tickets.open_for_call(name, name, "1044", "5000", "en", START).number
        return store.tickets.identify(number, person.id, "number", START).number

    first, solved, waiting, this = (call(name, anna) for name in "abcd")
    call("e", ben)
    store.tickets.solve(solved, at(1))
    store.tickets.queue_entered(waiting, "first", "asked", at(1))
    found = store.tickets.open_of_person(anna.id, but_not=this)
    assert [ticket.number for ticket in found] == [waiting, first]
    assert [ticket.number for ticket in store.tickets.open_of_person(anna.id)] == [this, waiting, first]


def test_tickets_are_found_by_the_name_of_the_caller(store: Store, ticket: Ticket, anna: Person) -> None:
    store.tickets.open_for_call("call-2", "s", "1044", "5000", "en", START)
    store.tickets.identify(ticket.number, anna.id, "number", at(1))
    found = store.tickets.search("berg")
    assert [one.person_name for one in found.tickets] == ["Anna Berg"]
    assert found.total == 1


def test_earlier_tickets_are_his_own(store: Store, anna: Person, ben: Person) -> None:  # 000-18
    def call(name: str, caller: str, person: Person | None) -> Ticket:
        opened = store.tickets.open_for_call(name, name, caller, "5000", "en", START)
        return store.tickets.identify(opened.number, person.id, "said_so", START) if person else opened

    unknown = call("a", "1044", None)
    elsewhere = call("b", "+4930901820", anna)
    call("c", "1044", ben)
    hers = call("d", "1044", anna)
    withheld = call("e", "", None)
    call("f", "", None)
    assert store.tickets.earlier_of(hers, 9) == [elsewhere, unknown]
    assert store.tickets.earlier_of(hers, 1) == [elsewhere]
    assert store.tickets.earlier_of(call("g", "1044", None), 9)[0] == hers
    assert store.tickets.earlier_of(withheld, 9) == []


def test_the_agent_whom_the_caller_knows(store: Store, anna: Person, ben: Person) -> None:  # 002-8
    def call(name: str, person: Person) -> str:
        opened = store.tickets.open_for_call(name, name, "1044", "5000", "en", START)
        return store.tickets.identify(opened.number, person.id, "said_so", START).number

    older, newer, closed, others, this = (
        call("a", anna),
        call("b", anna),
        call("c", anna),
        call("d", ben),
        call("e", anna),
    )
    for number, agent, seconds in (
        (older, "agent1", 1),
        (newer, "agent2", 2),
        (closed, "agent3", 3),
        (others, "agent4", 4),
    ):
        store.tickets.queue_answered(number, agent, at(seconds))
    assert store.tickets.last_agent(this, START) == "agent3"
    store.tickets.solve(closed, at(5))
    assert store.tickets.last_agent(this, START) == "agent2"
    assert store.tickets.last_agent(this, at(3)) is None
    assert store.tickets.last_agent(older, START) is None
