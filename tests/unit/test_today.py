"""Today as pages show it: read from the log once, followed from then on, begun anew at midnight. # 004-12"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ari_app.web.today import Today, midnight
from tickets.events import Kind
from tickets.metrics.figures import figures_of
from tickets.metrics.queue_figures import Targets
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
GROUP = ["helpdesk"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", tmp_path))
    yield opened
    opened.close()


def call(store: Store, name: str, at: datetime, waits_s: float = 5) -> str:
    ticket = store.tickets.open_for_call(name, name, "", "5000", "en", at).number
    store.tickets.queue_entered(ticket, "helpdesk", "asked", at)
    store.tickets.queue_answered(ticket, "agent1", at + timedelta(seconds=waits_s))
    return ticket


def begin(store: Store, now: datetime = NOON) -> Today:
    return Today.begin(store, BERLIN, Targets(), now)


def test_the_day_begins_at_the_midnight_of_its_zone() -> None:
    assert midnight(NOON, BERLIN) == datetime(2026, 3, 1, 23, tzinfo=UTC)
    summer_time_begins = datetime(2026, 3, 29, 12, tzinfo=UTC)
    assert midnight(summer_time_begins, BERLIN) == datetime(2026, 3, 28, 23, tzinfo=UTC)


def test_what_was_before_counts_and_what_comes_is_taken_once(store: Store) -> None:
    call(store, "before", NOON - timedelta(hours=1))
    today = begin(store)
    assert today.figures.of(GROUP, NOON).offered == 1
    call(store, "after", NOON)
    news = today.read(NOON)
    today.take(news)
    today.take(news)  # told twice, counted once
    assert today.figures.of(GROUP, NOON).offered == 2
    assert not today.read(NOON).is_any
    events = store.events.after(0)
    assert today.figures.of(GROUP, NOON) == figures_of(events, midnight(NOON, BERLIN)).of(GROUP, NOON)


def test_at_midnight_another_day_begins(store: Store) -> None:
    today = begin(store)
    late = datetime(2026, 3, 2, 22, 55, tzinfo=UTC)
    call(store, "yesterday", late)
    today.take(today.read(late))
    after = late + timedelta(minutes=10)
    next_day = today.read(after).next_day
    assert next_day is not None
    assert next_day.figures.of(GROUP, after).offered == 0
    assert next_day.figures.of_late(GROUP, after).offered == 1  # the last half hour knows no midnight


def test_callbacks_and_switches_are_read_again_when_they_change(store: Store) -> None:
    ticket = call(store, "a", NOON)
    today = begin(store)
    store.callbacks.request(ticket, "+4930901899", "helpdesk", NOON)
    store.switches.switch_group("helpdesk", "closed", "maria", NOON)
    today.take(today.read(NOON))
    assert [callback.number for callback in today.listed.callbacks] == ["+4930901899"]
    assert today.listed.switches.group("helpdesk") == "closed"


def test_a_replaced_telephone_is_known_since_when(store: Store) -> None:
    today = begin(store)
    told = {"agent": "agent1", "old": "10.0.0.1", "new": "10.0.0.2"}
    store.events.append(Kind.TELEPHONE_REPLACED, NOON, data={**told})
    today.take(today.read(NOON))
    assert today.replaced == {"agent1": NOON}
