"""From one stream of events to many readers, none of whom can hold up another.

Every reader has an inbox of its own with a limit. An overflow drops that inbox's *oldest* entry, is logged once per
overflow and counted: a reader that fell far behind still learns how the story ended. The writer never waits.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Self, TypeVar

import structlog

from ari_app.ari.events import ChannelVanished, Event, StasisStart, read_event, subjects

_log = structlog.get_logger(__name__)
T = TypeVar("T")


class Inbox(Generic[T]):
    """A bounded queue for one reader, read by `async for`. It ends when it is closed and empty."""

    def __init__(self, name: str, limit: int) -> None:
        self._name = name
        self._limit = limit
        self._entries: deque[T] = deque()
        self._changed = asyncio.Event()
        self._closed = False
        self.dropped = 0

    def put(self, entry: T) -> T | None:
        """Add an entry; the one that had to give way for it, if any, is returned."""
        if self._closed:
            return entry
        oldest = None
        if len(self._entries) == self._limit:
            if not self.dropped:
                _log.error("inbox full, dropping its oldest", inbox=self._name, limit=self._limit)
            self.dropped += 1
            oldest = self._entries.popleft()
        self._entries.append(entry)
        self._changed.set()
        return oldest

    def close(self) -> None:
        self._closed = True
        self._changed.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        while not self._entries:
            if self._closed:
                raise StopAsyncIteration
            self._changed.clear()
            await self._changed.wait()
        return self._entries.popleft()


class Subscription(Inbox[Event]):
    """The events about the ids it follows, for one reader.

    `with client.follow(id) as events: async for event in events: …`
    An id is that of a channel, a bridge, a playback or the name of a recording.
    """

    def __init__(self, fanout: "Fanout", ids: Iterable[str], limit: int) -> None:
        super().__init__(" ".join(ids), limit)
        self._fanout = fanout
        self._ids: set[str] = set()
        self.follow(*ids)

    def follow(self, *ids: str) -> None:
        """From now on also the events about these: the agent's leg, the bridge."""
        for id in ids:
            self._ids.add(id)
            self._fanout.followers.setdefault(id, set()).add(self)

    def close(self) -> None:
        super().close()
        for id in self._ids:
            others = self._fanout.followers.get(id, set())
            others.discard(self)
            if not others:
                self._fanout.followers.pop(id, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Arrival:
    """A channel that came into the application by itself, and its events from that instant on."""

    event: StasisStart
    events: Subscription


class Fanout:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._by_type: dict[str, list[Inbox[Event]]] = {}
        self._arrivals: Inbox[Arrival] | None = None
        self._present: set[str] = set()
        self.followers: dict[str, set[Subscription]] = {}

    def follow(self, *ids: str) -> Subscription:
        return Subscription(self, ids, self._limit)

    def of_type(self, name: str) -> Inbox[Event]:
        inbox: Inbox[Event] = Inbox(name, self._limit)
        self._by_type.setdefault(name, []).append(inbox)
        return inbox

    def arrivals(self) -> Inbox[Arrival]:
        """The channels that enter the application and that nobody follows yet: callers, not the legs we make."""
        if self._arrivals is None:
            self._arrivals = Inbox("arrivals", self._limit)
        return self._arrivals

    def deliver(self, fields: Mapping[str, Any]) -> None:
        """One event of the wire, to everyone it is for."""
        event = read_event(fields)
        ids = subjects(fields)
        self._note_presence(fields)
        if isinstance(event, StasisStart) and self._arrivals is not None and event.channel.id not in self.followers:
            events = self.follow(event.channel.id)
            events.put(event)
            ids.discard(event.channel.id)
            if unread := self._arrivals.put(Arrival(event, events)):
                unread.events.close()
        self._put(event, str(fields["type"]), ids)

    def tell(self, event: Event) -> None:
        """An event of our own, to those who read its type."""
        self._put(event, type(event).__name__, ())

    def reconcile(self, before: Iterable[str], now: Iterable[str]) -> None:
        """After a reconnect: whoever follows a channel that is not there any more is told."""
        present = set(now)
        for id in (set(before) & self._present) - present:
            self._present.discard(id)
            self._put(ChannelVanished(timestamp=datetime.now(UTC), channel_id=id), ChannelVanished.__name__, (id,))
        self._present |= present

    def present(self) -> frozenset[str]:
        """The ids of the channels that, as far as we were told, exist."""
        return frozenset(self._present)

    def close(self) -> None:
        if self._arrivals is not None:
            self._arrivals.close()
        readers = {reader for readers in self.followers.values() for reader in readers}
        for inbox in [*readers, *(inbox for inboxes in self._by_type.values() for inbox in inboxes)]:
            inbox.close()

    def _put(self, event: Event, name: str, ids: Iterable[str]) -> None:
        for reader in {reader for id in ids for reader in self.followers.get(id, ())}:
            reader.put(event)
        for inbox in self._by_type.get(name, ()):
            inbox.put(event)

    def _note_presence(self, fields: Mapping[str, Any]) -> None:
        channel = fields.get("channel")
        if not isinstance(channel, dict):
            return
        # After StasisEnd Asterisk tells us no more of it.
        if fields["type"] in ("StasisEnd", "ChannelDestroyed"):
            self._present.discard(channel["id"])
        else:
            self._present.add(channel["id"])
