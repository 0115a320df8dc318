"""The floor in the database: rows and events of a change together, and what a controller that comes back finds."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tickets.events import Kind
from tickets.floor import AgentRecord, EntryRecord, FloorChange, FloorEvent, SavedFloor
from tickets.settings import TicketsSettings
from tickets.store import DatabaseUnavailable, Store, open_store

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ANNA = AgentRecord("anna", "talking", NOON, call_id="call-1", group="desk", calls=3, is_reachable=True)
ENTRY = EntryRecord("call-2", "desk", NOON, priority=2, skills={"network": 3}, wants="anna", level=2, callback=7)
PAUSED = FloorEvent(NOON, Kind.AGENT_CHANGED, {"agent": "anna", "why": "paused"})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hotline.db"


@pytest.fixture
def store(file: Path) -> Iterator[Store]:
    store = open_store(TicketsSettings(f"sqlite:///{file}", busy_timeout_s=0.2))
    yield store
    store.close()


def test_of_a_new_line_there_is_nothing(store: Store) -> None:
    assert store.floor.load() == SavedFloor()


# P-4
def test_what_is_saved_is_there_when_the_database_is_opened_again(store: Store, file: Path) -> None:
    resting = AgentRecord("ben", "wrap_up", NOON, NOON + timedelta(seconds=9), False, True, True, "lunch", 2)
    store.floor.save(FloorChange(agents=(resting, ANNA), entries=(ENTRY,)))
    store.close()
    again = open_store(TicketsSettings(f"sqlite:///{file}"))
    assert again.floor.load() == SavedFloor((ANNA, resting), (ENTRY,))
    again.close()


def test_the_latest_of_each_counts_and_who_left_is_gone(store: Store) -> None:
    store.floor.save(FloorChange(agents=(ANNA,), entries=(ENTRY, replace(ENTRY, call_id="call-3"))))
    ready = replace(ANNA, state="ready", call_id=None, group=None)
    raised = replace(ENTRY, call_id="call-3", priority=5)
    store.floor.save(FloorChange(agents=(ready,), entries=(raised,), left=("call-2", "never-there")))
    assert store.floor.load() == SavedFloor((ready,), (raised,))


# 001-16
def test_who_waits_is_loaded_in_the_order_of_coming(store: Store) -> None:
    entries = [EntryRecord(f"call-{n}", "desk", NOON + timedelta(seconds=-n)) for n in range(30)]
    store.floor.save(FloorChange(entries=tuple(entries)))
    assert [entry.call_id for entry in store.floor.load().entries] == [f"call-{n}" for n in reversed(range(30))]


def test_events_are_written_in_order_with_the_rows_and_told_once_however_often_it_is_tried(store: Store) -> None:
    ready = FloorEvent(NOON, Kind.AGENT_CHANGED, {"agent": "anna", "why": "ready"})
    change = FloorChange(agents=(ANNA,), events=(PAUSED, ready))
    store.floor.save(change)
    store.floor.save(change)
    assert [event.data["why"] for event in store.events.after(0)] == ["paused", "ready"]


def test_neither_rows_nor_events_while_the_database_is_locked(store: Store, file: Path) -> None:
    with closing(sqlite3.connect(file)) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable):
            store.floor.save(FloorChange(agents=(ANNA,), events=(PAUSED,)))
    assert (store.floor.load(), store.events.after(0)) == (SavedFloor(), [])
