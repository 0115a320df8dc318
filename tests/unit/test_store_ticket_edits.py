"""What people at the desk make of a ticket."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tickets.settings import TicketsSettings
from tickets.store import EditConflict, Store, TransitionRefused, open_store
from tickets.store.ticket_edits import Edit
from tickets.ticket import Status, Turn

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", tmp_path))
    yield opened
    opened.close()


def call(store: Store, name: str, said: str = "my laptop does not start") -> str:
    number = store.tickets.open_for_call(name, f"{name}@sip", "1044", "5000", "en", AT).number
    store.tickets.record_turn(number, Turn("caller", said, AT))
    return number


def told(store: Store, number: str, kind: str) -> list[object]:
    return [event.data for event in store.events.of_ticket(number) if event.kind == kind]


def test_what_is_written_stays_although_the_caller_goes_on(store: Store) -> None:  # P-6
    number = call(store, "a")
    edits = {"subject": Edit("My laptop does not start", "Laptop: dead battery"), "slot:room": Edit("", "3.14")}
    ticket = store.tickets.edit(number, edits, "Tried the spare charger.", AT, "maria")
    assert (ticket.subject, ticket.fields) == ("Laptop: dead battery", {"room": "3.14"})
    later = AT + timedelta(seconds=9)
    ticket = store.tickets.record_turn(number, Turn("caller", "it makes a strange noise all the time", later))
    assert ticket.subject == "Laptop: dead battery"
    assert "strange noise" in ticket.summary
    (edited,) = told(store, number, "ticket_edited")
    assert edited == {
        "changes": {
            "subject": {"old": "My laptop does not start", "new": "Laptop: dead battery"},
            "slot:room": {"old": "", "new": "3.14"},
        },
        "by": "maria",
    }
    assert told(store, number, "noted") == [{"text": "Tried the spare charger.", "by": "maria"}]


def test_who_wrote_meanwhile_is_not_overwritten(store: Store) -> None:
    number = call(store, "a")
    store.tickets.edit(number, {"category": Edit("", "hardware")}, "", AT, "maria")
    edits = {"category": Edit("", "network"), "subject": Edit("My laptop does not start", "VPN")}
    with pytest.raises(EditConflict) as conflict:
        store.tickets.edit(number, edits, "lost?", AT, "jonas")
    assert conflict.value.now == {"category": "hardware"}
    assert store.tickets.get(number).subject == "My laptop does not start"
    assert told(store, number, "noted") == []
    ticket = store.tickets.edit(number, {"category": Edit("hardware", "network")}, "", AT, "jonas")
    assert ticket.category == "network"


def test_a_secret_in_a_note_is_not_kept(store: Store) -> None:
    number = call(store, "a")
    store.tickets.edit(number, {}, "his password is hunter2 he said", AT, "maria")
    assert "hunter2" not in str(told(store, number, "noted"))


def test_a_call_about_an_older_ticket_works_on_that_one(store: Store) -> None:  # P-6, 002-2
    older, own = call(store, "a"), call(store, "b", "it is about my laptop again")
    store.tickets.finish_call(older, AT)
    taken = store.tickets.take_up(own, older, AT, "maria")
    assert (taken.number, taken.status) == (older, Status.IN_PROGRESS)
    assert store.tickets.continued(own) == older
    assert told(store, older, "taken_up") == [{"call_ticket": own, "by": "maria"}]
    wrapped = store.tickets.wrap_up(own, "solved", Status.SOLVED, AT, "maria")
    assert (wrapped.number, wrapped.status) == (older, Status.SOLVED)
    assert store.tickets.get(own).status == Status.CLOSED
    assert told(store, older, "wrapped_up") == [{"disposition": "solved", "by": "maria"}]


def test_it_may_turn_out_to_be_something_else(store: Store) -> None:
    older, own = call(store, "a"), call(store, "b")
    store.tickets.take_up(own, older, AT, "maria")
    store.tickets.let_go(own, AT + timedelta(seconds=1), "maria")
    assert store.tickets.continued(own) is None
    assert store.tickets.wrap_up(own, "waiting", Status.WAITING, AT, "maria").number == own


def test_what_is_closed_stays_closed(store: Store) -> None:
    older, own = call(store, "a"), call(store, "b")
    store.tickets.set_status(older, Status.CLOSED, AT, "maria")
    with pytest.raises(TransitionRefused):
        store.tickets.take_up(own, older, AT, "maria")
    with pytest.raises(TransitionRefused):
        store.tickets.take_up(own, own, AT, "maria")
    with pytest.raises(TransitionRefused):
        store.tickets.wrap_up(older, "solved", Status.SOLVED, AT, "maria")
    with pytest.raises(TransitionRefused):
        store.tickets.edit(older, {"status": Edit("closed", "open")}, "", AT, "maria")


def test_a_note_that_is_sent_again_for_want_of_an_answer_is_noted_once(store: Store) -> None:
    number = call(store, "a")
    for minutes, note in enumerate(("Tried the charger.", "Tried the charger.", "It works.", "Tried the charger.")):
        store.tickets.edit(number, {}, note, AT + timedelta(minutes=minutes), "maria")
    store.tickets.edit(number, {}, "Tried the charger.", AT + timedelta(minutes=9), "jonas")
    assert told(store, number, "noted") == [
        {"text": "Tried the charger.", "by": "maria"},
        {"text": "It works.", "by": "maria"},
        {"text": "Tried the charger.", "by": "maria"},
        {"text": "Tried the charger.", "by": "jonas"},
    ]
