"""Outages over a real SQLite file."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tickets.outage import Declaration, Outage, declaration
from tickets.settings import TicketsSettings
from tickets.store import OutageEnded, OutageNotFound, Store, TicketNotFound, open_store
from tickets.ticket import Status, Ticket

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
TEXTS = {"en": "The V P N is down.", "zh": "VPN 出现故障。"}


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", tmp_path, busy_timeout_s=20))
    yield opened
    opened.close()


def vpn_down(title: str = "VPN down") -> Declaration:
    return declaration(title, frozenset({"vpn"}), frozenset({"munich", "berlin"}), TEXTS, at(90))


@pytest.fixture
def outage(store: Store) -> Outage:
    return store.outages.declare(vpn_down(), "maria", START)


def call(store: Store, name: str, minutes: float = 1) -> Ticket:
    return store.tickets.open_for_call(name, f"{name}@sip", "1044", "5000", "en", at(minutes))


def kinds(store: Store, number: str) -> list[str]:
    return [event.kind for event in store.events.of_ticket(number)]


def test_an_outage_is_declared_with_its_parent_ticket(store: Store, outage: Outage) -> None:  # 001-14
    assert (outage.title, outage.texts, outage.declared_by) == ("VPN down", TEXTS, "maria")
    assert (outage.systems, outage.sites) == (frozenset({"vpn"}), frozenset({"berlin", "munich"}))
    assert (outage.started_at, outage.expected_end, outage.joined) == (START, at(90), 0)
    assert outage.is_active
    assert store.outages.active() == [outage] == [store.outages.get(outage.id)]
    parent = store.tickets.get(outage.ticket)
    assert (parent.call_id, parent.subject, parent.status) == (f"outage-{outage.id}", "VPN down", Status.IN_PROGRESS)
    assert not parent.is_live
    assert store.tickets.live() == []
    assert kinds(store, parent.number) == ["outage_declared"]


def test_a_form_sent_twice_declares_once(store: Store, outage: Outage) -> None:
    assert store.outages.declare(vpn_down(), "maria", at(1)) == outage
    other = store.outages.declare(vpn_down("VPN down again"), "maria", at(1))
    assert [one.id for one in store.outages.active()] == [outage.id, other.id]
    store.outages.end(outage.id, at(2), "maria")
    assert store.outages.declare(vpn_down(), "maria", at(3)).id > other.id


def test_a_caller_who_joins_waits_for_the_end(store: Store, outage: Outage) -> None:  # 001-14, D2
    ticket = call(store, "a")
    joined = store.outages.join(outage.id, ticket.number, at(2))
    assert (joined.status, joined.updated_at) == (Status.WAITING, at(2))
    assert store.outages.join(outage.id, ticket.number, at(3)) == joined
    assert kinds(store, ticket.number) == ["ticket_opened", "outage_joined", "status_changed"]
    assert store.events.of_ticket(ticket.number)[1].data == {"outage": outage.id, "parent": outage.ticket}
    assert store.outages.joined(outage.id) == [joined]
    assert store.outages.get(outage.id).joined == 1


def test_what_a_person_has_closed_stays_closed(store: Store, outage: Outage) -> None:
    ticket = call(store, "a")
    store.tickets.set_status(ticket.number, Status.CLOSED, at(2), "maria")
    assert store.outages.join(outage.id, ticket.number, at(3)).status is Status.CLOSED
    assert store.outages.get(outage.id).joined == 1


def test_many_callers_join_at_once(store: Store, outage: Outage) -> None:  # 001-14
    tickets = [call(store, f"call-{number}") for number in range(12)]

    def join(ticket: Ticket) -> None:
        store.outages.join(outage.id, ticket.number, at(2))

    threads = [threading.Thread(target=join, args=(ticket,)) for ticket in tickets for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [ticket.number for ticket in store.outages.joined(outage.id)] == [ticket.number for ticket in tickets]
    assert all(kinds(store, ticket.number).count("outage_joined") == 1 for ticket in tickets)


def test_the_end_counts_once_and_solves_the_parent(store: Store, outage: Outage) -> None:  # D2
    ended = store.outages.end(outage.id, at(60), "jonas")
    assert (ended.ended_at, ended.ended_by, ended.is_active) == (at(60), "jonas", False)
    assert store.outages.end(outage.id, at(70), "maria") == ended
    assert store.outages.active() == []
    assert store.outages.past() == [ended]
    assert store.tickets.get(outage.ticket).status is Status.SOLVED
    assert kinds(store, outage.ticket) == ["outage_declared", "outage_ended", "status_changed"]


def test_a_caller_who_heard_of_it_may_join_after_the_end(store: Store, outage: Outage) -> None:  # D2
    ticket = call(store, "a")
    store.outages.end(outage.id, at(2), "maria")
    assert store.outages.join(outage.id, ticket.number, at(3)).status is Status.WAITING


def test_texts_and_expected_end_change_while_it_lasts(store: Store, outage: Outage) -> None:
    texts = {**TEXTS, "en": "The V P N is slow."}
    changed = store.outages.change(outage.id, texts, None, at(5), "jonas")
    assert (changed.texts, changed.expected_end) == (texts, None)
    assert store.outages.change(outage.id, texts, None, at(6), "jonas") == changed
    assert kinds(store, outage.ticket) == ["outage_declared", "outage_changed"]
    store.outages.end(outage.id, at(7), "jonas")
    with pytest.raises(OutageEnded, match=f"outage {outage.id} has ended"):
        store.outages.change(outage.id, TEXTS, None, at(8), "jonas")


def test_past_outages_come_latest_first(store: Store) -> None:
    first, second, third = (store.outages.declare(vpn_down(title), "maria", START) for title in "abc")
    for ended, minutes in ((second, 1), (third, 3), (first, 2)):
        store.outages.end(ended.id, at(minutes), "maria")
    assert [one.id for one in store.outages.past()] == [third.id, first.id, second.id]
    assert [one.id for one in store.outages.past(limit=1)] == [third.id]


@pytest.mark.parametrize("number", [0, -1, 99, 2**80])
def test_an_outage_that_never_was(store: Store, outage: Outage, number: int) -> None:
    ticket = call(store, "a")
    for act in (
        lambda: store.outages.get(number),
        lambda: store.outages.end(number, START, "maria"),
        lambda: store.outages.change(number, TEXTS, None, START, "maria"),
        lambda: store.outages.join(number, ticket.number, START),
        lambda: store.outages.joined(number),
    ):
        with pytest.raises(OutageNotFound, match=f"no outage {number}"):
            act()
    assert store.tickets.get(ticket.number).status is Status.OPEN


def test_a_ticket_that_never_was_cannot_join(store: Store, outage: Outage) -> None:
    with pytest.raises(TicketNotFound):
        store.outages.join(outage.id, "999999", START)
    assert store.outages.get(outage.id).joined == 0
