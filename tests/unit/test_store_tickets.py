"""The store over a real SQLite file."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tickets.settings import TicketsSettings
from tickets.store import DatabaseUnavailable, Store, TicketNotFound, TransitionRefused, open_store
from tickets.ticket import Reading, Status, Ticket, Turn

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def ticket(store: Store) -> Ticket:
    return store.tickets.open_for_call("call-1", "sip-1@host", "030 901820", "5000", "en", START)


def kinds(store: Store, number: str) -> list[str]:
    return [event.kind for event in store.events.of_ticket(number)]


def test_a_ticket_is_born_with_its_call(store: Store, ticket: Ticket) -> None:  # D9
    assert (ticket.caller, ticket.status, ticket.created_at) == ("+4930901820", Status.OPEN, START)
    assert ticket.is_live
    assert len(ticket.number) == 6
    assert store.tickets.get(ticket.number) == store.tickets.of_call("call-1") == ticket
    assert store.tickets.of_sip_call("sip-1@host") == ticket
    assert store.tickets.of_call("call-2") is None
    assert store.tickets.of_sip_call("") is None


def test_the_same_call_gets_the_same_ticket_again(store: Store, ticket: Ticket) -> None:  # D9
    again = store.tickets.open_for_call("call-1", "sip-1@host", "other", "5000", "en", at(90))
    assert again == ticket
    assert kinds(store, ticket.number) == ["ticket_opened"]


def test_many_callers_at_once_get_a_ticket_each(store: Store) -> None:  # 000-1
    numbers: list[str] = []

    def call(position: int) -> None:
        opened = store.tickets.open_for_call(f"c{position % 10}", "s", "1001", "5000", "en", START)
        numbers.append(opened.number)

    threads = [threading.Thread(target=call, args=(position,)) for position in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 20
    assert len(set(numbers)) == 10


@pytest.mark.parametrize("number", ["1", "100000", "999999", "x", "", "١٠٠٠٠١", "100001 ", "9" * 30])
def test_a_number_that_was_never_given(store: Store, ticket: Ticket, number: str) -> None:
    with pytest.raises(TicketNotFound):
        store.tickets.get(number)


def test_what_is_said_is_kept_in_order_and_masked(store: Store, ticket: Ticket) -> None:
    store.tickets.record_turn(ticket.number, Turn("line", "What is wrong?", at(1)))
    said = "my printer is broken and my pin is one two three four"
    readings = (Reading(said, 0.9), Reading("pin 1234", None))
    heard = {"kind": "utterance", "hypotheses": [{"text": said, "confidence": 0.9}]}
    changed = store.tickets.record_heard(
        ticket.number, "main", heard, at(5), Turn("caller", said, at(5), 0.9, readings, "4111111111111111")
    )
    line, caller = store.tickets.transcript(ticket.number)
    assert line == Turn("line", "What is wrong?", at(1))
    hidden = "my printer is broken and my pin is [hidden]"
    assert caller == Turn(
        "caller", hidden, at(5), 0.9, (Reading(hidden, 0.9), Reading("pin [hidden]", None)), "[hidden]"
    )
    assert changed.subject == "My printer is broken and my pin is [hidden]"
    (entry,) = store.events.journal("call-1")
    assert entry.data["question"] == "main"
    assert entry.data["heard"] == {"kind": "utterance", "hypotheses": [{"text": hidden, "confidence": 0.9}]}


def test_nothing_unmasked_reaches_the_file(store: Store, ticket: Ticket, tmp_path: Path) -> None:
    said = "the password is xyzzyplugh"
    store.tickets.record_heard(ticket.number, "q", {"text": said}, at(1), Turn("caller", said, at(1)))
    store.close()
    assert all(b"xyzzyplugh" not in file.read_bytes() for file in tmp_path.iterdir())


def test_a_repeated_turn_is_kept_once(store: Store, ticket: Ticket) -> None:  # D9
    for _ in range(2):
        store.tickets.record_turn(ticket.number, Turn("line", "Hello", at(1)))
        store.tickets.record_heard(ticket.number, "main", {"kind": "no_input"}, at(9))
        store.tickets.record_heard(ticket.number, "main", {"digits": "1"}, at(12), Turn("caller", "", at(12), keys="1"))
    assert len(store.tickets.transcript(ticket.number)) == 2
    assert kinds(store, ticket.number) == ["ticket_opened", "said", "heard", "heard"]
    assert [event.data["heard"] for event in store.events.journal("call-1")] == [{"kind": "no_input"}, {"digits": "1"}]


def test_an_article_that_helped_solves_the_ticket(store: Store, ticket: Ticket) -> None:  # 000-16
    number = ticket.number
    store.tickets.note_understanding(number, "article:locked", 0.91, "accounts", at(5))
    store.tickets.note_article(number, "locked", None, at(6))
    store.tickets.note_article(number, "locked", True, at(20))
    solved = store.tickets.decide(number, "solved", {"article": "locked"}, at(20))
    assert (solved.status, solved.outcome, solved.category) == (Status.SOLVED, "solved", "accounts")
    assert [(tried.article, tried.helped, tried.at) for tried in solved.articles] == [("locked", True, at(6))]
    store.tickets.finish_call(number, at(25), 16)
    ended = store.tickets.finish_call(number, at(30), 31)
    assert (ended.ended_at, ended.hangup_cause, ended.is_live) == (at(25), 16, False)


def test_a_known_category_outlives_an_intent_without_one(store: Store, ticket: Ticket) -> None:
    store.tickets.note_understanding(ticket.number, "article:vpn", 0.8, "network", at(1))
    changed = store.tickets.note_understanding(ticket.number, "operator", 0.97, None, at(2))
    assert (changed.intent, changed.confidence, changed.category) == ("operator", 0.97, "network")


def test_the_way_through_the_queue(store: Store, ticket: Ticket) -> None:
    number, tickets = ticket.number, store.tickets
    tickets.decide(number, "enter_queue", {"group": "first", "reason": "asked"}, at(10))
    assert tickets.queue_entered(number, "first", "asked", at(10)).status is Status.WAITING
    tickets.queue_offered(number, "anna", at(12))
    tickets.queue_refused(number, "anna", "no answer", at(27))
    tickets.queue_offered(number, "ben", at(27))
    answered = tickets.queue_answered(number, "ben", at(30))
    assert (answered.status, answered.agent, answered.answered_at) == (Status.IN_PROGRESS, "ben", at(30))
    assert [kind for kind in kinds(store, number) if kind.startswith("queue")] == [
        "queue_entered", "queue_offered", "queue_refused", "queue_offered", "queue_answered",
    ]  # fmt: skip


def test_offers_to_two_agents_at_one_moment_are_two_events(store: Store, ticket: Ticket) -> None:
    for agent in ("anna", "ben", "anna"):
        store.tickets.queue_offered(ticket.number, agent, at(5))
    assert kinds(store, ticket.number).count("queue_offered") == 2


def test_who_gives_up_waiting_leaves_an_open_ticket(store: Store, ticket: Ticket) -> None:
    store.tickets.queue_entered(ticket.number, "first", "asked", at(1))
    assert store.tickets.queue_abandoned(ticket.number, at(60)).status is Status.OPEN


def test_a_message_waits_for_somebody(store: Store, ticket: Ticket) -> None:
    store.tickets.queue_entered(ticket.number, "first", "asked", at(1))
    store.tickets.queue_left(ticket.number, "nobody", at(2))
    assert store.tickets.decide(ticket.number, "leave_message", {"group": "first"}, at(2)).status is Status.WAITING


def test_a_closed_ticket_is_not_opened_again(store: Store, ticket: Ticket) -> None:
    store.tickets.set_status(ticket.number, Status.CLOSED, at(1), "maria")
    with pytest.raises(TransitionRefused):
        store.tickets.set_status(ticket.number, Status.OPEN, at(2), "maria")
    assert store.tickets.queue_entered(ticket.number, "first", "asked", at(3)).status is Status.CLOSED


def test_recordings(store: Store, ticket: Ticket) -> None:
    for _ in range(2):
        changed = store.tickets.attach_recording(ticket.number, "2026/a.wav", 12.5, "call", at(9))
    assert [(one.path, one.seconds, one.kind) for one in changed.recordings] == [("2026/a.wav", 12.5, "call")]
    assert store.tickets.recording_path(changed.recordings[0].id) == ("2026/a.wav", ticket.number)
    assert store.tickets.recording_path(99) is None


@pytest.mark.parametrize("path", ["/etc/passwd", "../x.wav", "a/../../x.wav", ""])
def test_a_recording_lies_in_its_folder(store: Store, ticket: Ticket, path: str) -> None:
    with pytest.raises(ValueError, match="recordings folder"):
        store.tickets.attach_recording(ticket.number, path, 1.0, "call", at(9))


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(DatabaseUnavailable, match="zone"):
        store.tickets.open_for_call("c", "s", "1", "5000", "en", datetime(2026, 1, 1))


def test_times_come_back_in_utc(store: Store) -> None:
    berlin = datetime.fromisoformat("2026-11-20T09:00:00+01:00")
    opened = store.tickets.open_for_call("c", "s", "1", "5000", "en", berlin)
    assert opened.created_at == START
    assert store.tickets.get(opened.number).created_at.tzinfo is UTC


def test_search(store: Store) -> None:
    def call(name: str, caller: str, said: str, category: str, seconds: float) -> str:
        number = store.tickets.open_for_call(name, name, caller, "5000", "en", at(seconds)).number
        store.tickets.record_turn(number, Turn("caller", said, at(seconds)))
        store.tickets.note_understanding(number, "x", 1, category, at(seconds))
        return number

    printer = call("a", "1044", "the printer on floor 3 is 100% broken", "hardware", 0)
    vpn = call("b", "+4930901820", "VPN drops", "network", 10)
    wifi = call("c", "1044", "wi-fi drops", "network", 20)
    store.tickets.solve(vpn, at(30))

    def found(*args: object, **filters: object) -> list[str]:
        return [ticket.number for ticket in store.tickets.search(*args, **filters).tickets]  # type: ignore[arg-type]

    assert found() == [wifi, vpn, printer]
    assert found("PRINTER floor") == [printer]
    assert found("printer drops") == []
    assert found("100%") == [printer]
    assert found("%") == [printer]
    assert found("_") == []
    assert found(vpn) == [vpn]
    assert found("4930901820") == [vpn]
    assert found("drops", status=Status.OPEN) == [wifi]
    assert found(category="network") == [wifi, vpn]
    assert found(caller="1044") == [wifi, printer]
    assert found(since=at(10), until=at(20)) == [vpn]
    assert found(limit=1, offset=1) == [vpn]
    assert store.tickets.search(limit=1).total == 3
    assert store.tickets.categories() == ["hardware", "network"]
    store.tickets.finish_call(wifi, at(40))
    assert [ticket.number for ticket in store.tickets.live()] == [printer, vpn]


def test_the_log_is_followed_by_id(store: Store, ticket: Ticket) -> None:
    seen = store.events.last_id()
    appended = store.events.append("call_resumed", at(3), "call-1", ticket.number, {"why": "test"})
    store.tickets.finish_call(ticket.number, at(4))
    assert [event.kind for event in store.events.after(seen)] == ["call_resumed", "call_finished"]
    assert store.events.after(seen, limit=1) == [appended]
    assert store.events.of_call("call-1") == store.events.of_ticket(ticket.number)


def test_state_and_event_are_written_together_or_not_at_all(store: Store, ticket: Ticket) -> None:
    with pytest.raises(DatabaseUnavailable):
        store.tickets.decide(ticket.number, "solved", {"article": object()}, at(1))  # type: ignore[dict-item]
    assert store.tickets.get(ticket.number) == ticket
    assert kinds(store, ticket.number) == ["ticket_opened"]


def test_a_locked_database_is_reported_quickly(store: Store, ticket: Ticket, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "tickets.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(DatabaseUnavailable, match="locked"):
            store.tickets.solve(ticket.number, at(1))
        assert time.monotonic() - began < 10
        assert store.tickets.get(ticket.number) == ticket  # readers go on
    assert store.tickets.solve(ticket.number, at(2)).status is Status.SOLVED
