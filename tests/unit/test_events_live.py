"""The task that follows the event log for the open pages, and what else they are told over their streams."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tickets.accounts import User
from tickets.events import Kind
from tickets.rights import Role
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store
from tickets.viewer.live import ByLanguage, LiveHub, Message, StreamEnded, Subscriber

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
MARIA = User("maria", Role.AGENT, False, None, START, None, "agent1")
EMPLOYEE = replace(MARIA, name="erik", role=Role.EMPLOYEE, agent=None)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db"))
    yield opened
    opened.close()


@pytest.fixture
async def hub(store: Store) -> AsyncIterator[LiveHub]:
    hub = LiveHub(store.events)
    async with hub.running():
        yield hub


def call(store: Store, name: str) -> str:
    return store.tickets.open_for_call(name, name, "1044", "5000", "en", START).number


async def told(subscriber: Subscriber) -> Message:
    return await subscriber.next(30)


async def test_a_page_hears_which_tickets_changed_and_which_got_a_recording(store: Store, hub: LiveHub) -> None:
    number = call(store, "a")
    async with hub.subscribed(MARIA, "en", store.events.last_id()) as page:
        store.tickets.solve(number, START)
        message = await told(page)
        assert (message.event, message.id) == ("changed", store.events.last_id())
        assert message.read_in("en")["tickets"] == [number]
        assert message.read_in("en")["recorded"] == []
        store.tickets.attach_recording(number, "a.wav", 1.0, "call", START)
        assert (await told(page)).read_in("en")["recorded"] == [number]


async def test_what_a_page_missed_comes_first(store: Store, hub: LiveHub) -> None:  # P-7
    number = call(store, "a")
    store.tickets.solve(number, START)
    async with hub.subscribed(MARIA, "en", 0) as page:
        message = await told(page)
        assert (message.id, message.read_in("en")["tickets"]) == (store.events.last_id(), [number])


async def test_who_may_not_see_tickets_is_told_nothing_of_them(store: Store, hub: LiveHub) -> None:  # P-12
    number = call(store, "a")
    async with hub.subscribed(EMPLOYEE, "en", 0) as page, hub.subscribed(MARIA, "en", 0) as other:
        store.tickets.solve(number, START)
        await told(other)
        hub.publish(Message("end", {}))
        assert (await told(page)).event == "end"


async def test_a_page_that_does_not_read_is_dropped_and_the_others_go_on(hub: LiveHub) -> None:
    async with hub.subscribed(MARIA, "en", 0) as slow, hub.subscribed(MARIA, "en", 0) as quick:
        for count in range(70):
            hub.publish(Message("count", {"n": count}))
            assert (await told(quick)).read_in("en") == {"n": count}
        with pytest.raises(StreamEnded):
            await told(slow)
        assert hub.subscribers == 1


async def test_who_comes_is_greeted_and_each_is_told_in_his_language(hub: LiveHub) -> None:
    hub.greet(lambda subscriber: [Message("hello", {"name": subscriber.user.name})])
    async with hub.subscribed(MARIA, "zh", 0) as chinese, hub.subscribed(EMPLOYEE, "en", 0) as english:
        assert [(await told(page)).read_in(page.language) for page in (chinese, english)] == [
            {"name": "maria"},
            {"name": "erik"},
        ]
        hub.publish(Message("word", ByLanguage({"en": {"said": "Good morning"}, "zh": {"said": "早上好"}})))
        said = [(await told(page)).read_in(page.language)["said"] for page in (chinese, english)]
        assert said == ["早上好", "Good morning"]


async def test_what_is_meant_for_one_is_told_to_him_alone(hub: LiveHub) -> None:
    async with hub.subscribed(MARIA, "en", 0) as his, hub.subscribed(EMPLOYEE, "en", 0) as other:
        hub.publish(Message("agent", {"state": "ringing"}), lambda page: page.user.agent == "agent1")
        hub.publish(Message("all", {}))
        assert [(await told(his)).event, (await told(his)).event] == ["agent", "all"]
        assert (await told(other)).event == "all"


async def test_who_was_away_for_long_reads_everything_anew(store: Store, hub: LiveHub) -> None:  # P-7
    number = call(store, "a")
    for _ in range(300):
        store.events.append(Kind.AGENT_CHANGED, START, data={"agent": "agent1"})
    store.tickets.solve(number, START)
    async with hub.subscribed(MARIA, "en", 1) as page:
        message = await told(page)
        assert (message.id, message.read_in("en")["tickets"]) == (store.events.last_id(), None)
