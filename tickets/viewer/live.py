"""Live pages: one stream for each browser, and what is told over it.

One task follows the event log while anybody listens, and tells which tickets changed; other parts of the application
publish what they have to tell. Who comes, or comes back, is greeted with how things stand.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tickets.accounts import User
from tickets.events import Event, Json, Kind
from tickets.rights import Right
from tickets.store import EventStore, StoreError

_POLL_S = 0.4
_BACKOFF_S = 2.0
_WAITING_MESSAGES = 64
_MOST_MISSED = 200
CHANGED = "changed"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ByLanguage:
    """Of what is told in words: each reader gets it in the language of his pages."""

    texts: Mapping[str, Mapping[str, Json]]


@dataclass(frozen=True, slots=True)
class Message:
    """The page gets it as the event `live:<event>`; `id` is the newest entry of the event log that it covers."""

    event: str
    data: Mapping[str, Json] | ByLanguage
    id: int | None = None

    def read_in(self, language: str) -> Mapping[str, Json]:
        return self.data.texts[language] if isinstance(self.data, ByLanguage) else self.data


@dataclass(eq=False, slots=True)
class Subscriber:
    """An open stream: the pages of a browser in which `user` is logged in."""

    user: User
    language: str
    _messages: asyncio.Queue[Message | None] = field(default_factory=lambda: asyncio.Queue(_WAITING_MESSAGES + 1))

    def tell(self, message: Message) -> bool:
        """False when the page is too slow: its stream ends, it asks again, and is greeted anew."""
        if self._messages.qsize() < _WAITING_MESSAGES:
            self._messages.put_nowait(message)
            return True
        while not self._messages.empty():
            self._messages.get_nowait()
        self._messages.put_nowait(None)
        return False

    async def next(self, within_s: float) -> Message:
        """The next message.

        Raises:
            TimeoutError: there was none.
            StreamEnded: the page was too slow.
        """
        async with asyncio.timeout(within_s):
            message = await self._messages.get()
        if message is None:
            raise StreamEnded
        return message


class StreamEnded(Exception):
    """A page could not keep up."""


Greeting = Callable[[Subscriber], Iterable[Message]]
Predicate = Callable[[Subscriber], bool]


class LiveHub:
    """Follows the log only while a page is open."""

    def __init__(self, events: EventStore) -> None:
        self._events = events
        self._subscribers: set[Subscriber] = set()
        self._greetings: list[Greeting] = []
        self._is_heard = asyncio.Event()
        self._last_id = 0

    def greet(self, greeting: Greeting) -> None:
        """`greeting` tells everybody who comes how things stand."""
        self._greetings.append(greeting)

    @property
    def subscribers(self) -> int:
        return len(self._subscribers)

    def anybody(self, wanted: Predicate) -> bool:
        """Whether one of those who listen is."""
        return any(wanted(one) for one in self._subscribers)

    def publish(self, message: Message, to: Predicate = lambda _: True) -> None:
        """Tell all those who it is for."""
        for subscriber in [one for one in self._subscribers if to(one)]:
            if not subscriber.tell(message):
                self._drop(subscriber)

    @asynccontextmanager
    async def subscribed(self, user: User, language: str, since: int) -> AsyncIterator[Subscriber]:
        """A page is open that has seen the events up to `since`; what it missed is the first that it is told."""
        if not self._subscribers:
            self._last_id = await asyncio.to_thread(self._events.last_id)
        subscriber = Subscriber(user, language)
        self._subscribers.add(subscriber)
        self._is_heard.set()
        try:
            missed = await asyncio.to_thread(self._missed, since)
            if missed and user.may(Right.TICKETS_SEE):
                subscriber.tell(missed)
            for greeting in self._greetings:
                for message in greeting(subscriber):
                    subscriber.tell(message)
            yield subscriber
        finally:
            self._drop(subscriber)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The log is followed as long as this lasts."""
        following = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following

    async def _follow(self) -> None:
        while True:
            await self._is_heard.wait()
            pause = _POLL_S
            try:
                await self._tell()
            except StoreError as error:
                logger.warning("live pages wait for the database: %s", error)
                pause = _BACKOFF_S
            await asyncio.sleep(pause)

    async def _tell(self) -> None:
        events = await asyncio.to_thread(self._events.after, self._last_id)
        if not events:
            return
        self._last_id = events[-1].id
        change = _change(events)
        if change is not None:
            self.publish(change, lambda subscriber: subscriber.user.may(Right.TICKETS_SEE))

    def _missed(self, since: int) -> Message | None:
        events = self._events.after(since, limit=_MOST_MISSED + 1)
        if len(events) <= _MOST_MISSED:
            return _change(events)
        # A page that was away for long reads everything anew, whatever it shows.
        return Message(CHANGED, {"tickets": None, "recorded": None, "kinds": None}, self._events.last_id())

    def _drop(self, subscriber: Subscriber) -> None:
        self._subscribers.discard(subscriber)
        if not self._subscribers:
            self._is_heard.clear()


def _change(events: Sequence[Event]) -> Message | None:
    """Which tickets changed, which of them got a recording, and the kinds of what happened. None in place of a list:
    anything may have."""
    if not events:
        return None
    tickets = dict.fromkeys(event.ticket for event in events if event.ticket)
    recorded = dict.fromkeys(event.ticket for event in events if event.kind == Kind.RECORDING_ATTACHED)
    data: dict[str, Json] = {
        "tickets": list(tickets),
        "recorded": list(recorded),
        "kinds": list(dict.fromkeys(event.kind for event in events)),
    }
    return Message(CHANGED, data, events[-1].id)
