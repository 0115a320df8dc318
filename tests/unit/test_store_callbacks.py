"""Requests to be called back in a real SQLite file: one a ticket, changed only by whom they still belong to. # D6"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tickets.callback import CallbackRecord
from tickets.events import Json, Kind
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store
from tickets.ticket import Status

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", tmp_path))
    yield opened
    opened.close()


def request(
    store: Store, call: str, entered_at: datetime = START, priority: int = 0, number: str = "1044"
) -> CallbackRecord:
    ticket = store.tickets.open_for_call(call, f"sip-{call}", number, "5000", "zh", START)
    return store.callbacks.request(ticket.number, number, "helpdesk", at(1), entered_at, priority)


def test_a_request_waits_and_so_does_its_ticket(store: Store) -> None:
    asked = request(store, "a", at(-3))
    assert (asked.state, asked.tries, asked.entered_at, asked.requested_at) == ("waiting", 0, at(-3), at(1))
    assert store.tickets.get(asked.ticket).status is Status.WAITING
    assert request(store, "a") == asked
    kinds = [event.kind for event in store.events.of_ticket(asked.ticket)]
    assert kinds.count("callback_requested") == 1


def test_open_requests_stand_in_the_order_of_their_places(store: Store) -> None:
    late = request(store, "a", at(0), number="1041")
    early = request(store, "b", at(-9), number="1042")
    urgent = request(store, "c", at(0), 5, number="1043")
    assert late.language == "zh"
    assert store.callbacks.open() == [urgent, early, late]
    assert store.callbacks.latest() == [urgent, early, late]
    store.callbacks.change(early, replace(early, state="cancelled"), Kind.CALLBACK_CANCELLED, {"by": "anna"}, at(2))
    assert store.callbacks.open() == [urgent, late]


def test_who_asks_again_keeps_his_place_and_is_called_once(store: Store) -> None:
    first = request(store, "a", at(-7))
    again = request(store, "b", at(0))
    assert again.entered_at == at(-7)
    assert store.callbacks.open() == [again]
    cancelled = store.callbacks.get(first.id)
    assert cancelled is not None
    assert (cancelled.state, cancelled.ended_at) == ("cancelled", at(1))
    assert store.tickets.get(first.ticket).status is Status.OPEN
    assert store.events.of_ticket(first.ticket)[-2].data == {"callback": first.id, "by": "caller"}


def test_who_waits_on_the_line_instead_takes_his_request_back(store: Store) -> None:
    request(store, "a", at(-7))
    request(store, "b", number="1055")
    request(store, "c", at(-5), number="030 12345678")
    assert store.callbacks.take_back("+493012345678", "helpdesk", at(2)) == at(-5)
    assert store.callbacks.take_back("1044", "helpdesk", at(2)) == at(-7)
    assert store.callbacks.take_back("1044", "helpdesk", at(3)) is None
    assert store.callbacks.take_back("1055", "network", at(3)) is None
    assert store.callbacks.open() == []


def test_who_is_being_dialled_is_not_taken_back(store: Store) -> None:
    asked = request(store, "a")
    store.callbacks.change(asked, replace(asked, state="dialling"), None, {}, at(2))
    assert store.callbacks.take_back("1044", "helpdesk", at(3)) is None
    assert [record.state for record in store.callbacks.open()] == ["dialling"]


def test_of_two_who_change_a_request_the_first_does(store: Store) -> None:
    asked = request(store, "a")
    dialled = replace(asked, state="dialling", tries=1, agent="agent1")
    cancelled = replace(asked, state="cancelled", ended_at=at(2))
    told: dict[str, Json] = {"agent": "agent1", "number_of_try": 1}
    assert store.callbacks.change(asked, dialled, Kind.CALLBACK_DIALLED, told, at(2), Status.IN_PROGRESS)
    assert not store.callbacks.change(asked, cancelled, Kind.CALLBACK_CANCELLED, {"by": "anna"}, at(2), Status.OPEN)
    assert not store.callbacks.change(asked, dialled, Kind.CALLBACK_DIALLED, told, at(2))
    assert store.callbacks.get(asked.id) == dialled
    assert store.tickets.get(asked.ticket).status is Status.IN_PROGRESS
    events = [event for event in store.events.of_ticket(asked.ticket) if event.kind.startswith("callback")]
    assert [event.kind for event in events] == ["callback_requested", "callback_dialled"]
    assert events[1].data == {"callback": asked.id, "agent": "agent1", "number_of_try": 1}
