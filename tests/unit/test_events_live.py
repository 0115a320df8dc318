"""The task that follows the event log for the open pages."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tickets.settings import TicketsSettings
from tickets.store import Store, open_store
from tickets.viewer.live import Change, LiveFeed, Subscriber

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db"))
    yield opened
    opened.close()


@pytest.fixture
async def feed(store: Store) -> AsyncIterator[LiveFeed]:
    feed = LiveFeed(store.events)
    following = asyncio.create_task(feed.follow())
    yield feed
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


def call(store: Store, name: str) -> str:
    return store.tickets.open_for_call(name, name, "1044", "5000", "en", START).number


async def next_change(subscriber: Subscriber) -> Change | None:
    return await asyncio.wait_for(subscriber.changes.get(), 30)


async def test_a_page_hears_of_its_ticket_only(store: Store, feed: LiveFeed) -> None:
    mine, other = call(store, "a"), call(store, "b")
    since = store.events.last_id()
    async with feed.subscribed(mine, since) as page, feed.subscribed(None, since) as every:
        store.tickets.solve(other, START)
        assert await next_change(every) == Change(store.events.last_id(), recorded=False)
        store.tickets.attach_recording(mine, "a.wav", 1.0, "call", START)
        assert await next_change(page) == Change(store.events.last_id(), recorded=True)
        assert await next_change(every) == Change(store.events.last_id(), recorded=True)
        assert page.changes.empty()


async def test_what_a_page_missed_comes_first(store: Store, feed: LiveFeed) -> None:
    number = call(store, "a")
    store.tickets.solve(number, START)
    async with feed.subscribed(number, 0) as page:
        assert await next_change(page) == Change(store.events.last_id(), recorded=False)


async def test_a_page_that_does_not_read_is_dropped_and_the_others_go_on(store: Store, feed: LiveFeed) -> None:
    number = call(store, "a")
    since = store.events.last_id()
    async with feed.subscribed(None, since) as slow, feed.subscribed(None, since) as quick:
        for _ in range(slow.changes.maxsize + 1):
            store.events.append("call_resumed", START, "a", number)
            assert await next_change(quick) == Change(store.events.last_id(), recorded=False)
        changes = [change async for change in slow.stream()]
        assert len(changes) == slow.changes.maxsize - 1
        store.tickets.solve(number, START)
        assert await next_change(quick) == Change(store.events.last_id(), recorded=False)


async def test_events_of_no_ticket_change_no_page(store: Store, feed: LiveFeed) -> None:
    number = call(store, "a")
    async with feed.subscribed(None, store.events.last_id()) as page:
        store.events.append("logged_in", START, data={"user": "maria"})
        store.tickets.solve(number, START)
        assert await next_change(page) == Change(store.events.last_id(), recorded=False)
        assert page.changes.empty()
