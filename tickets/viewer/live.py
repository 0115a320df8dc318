"""Live pages: one task follows the event log and tells every open page what changed."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tickets.events import Event, Kind
from tickets.store import EventStore, StoreError

_POLL_S = 0.4
_BACKOFF_S = 2.0
_WAITING_MESSAGES = 16

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Change:
    """Something changed for a page; `last_id` is the newest event it covers."""

    last_id: int
    recorded: bool
    """A recording was added."""


@dataclass(eq=False, slots=True)
class Subscriber:
    """An open page: of one ticket, or of all when `ticket` is None."""

    ticket: str | None
    changes: asyncio.Queue[Change | None] = field(default_factory=lambda: asyncio.Queue(_WAITING_MESSAGES))

    def concerns(self, events: Iterable[Event]) -> Change | None:
        mine = [event for event in events if event.ticket and self.ticket in (None, event.ticket)]
        if not mine:
            return None
        return Change(mine[-1].id, any(event.kind == Kind.RECORDING_ATTACHED for event in mine))

    async def stream(self) -> AsyncIterator[Change]:
        """Changes as they come; ends when the page is dropped for being slow, and then it asks again."""
        while (change := await self.changes.get()) is not None:
            yield change


class LiveFeed:
    """Follows the log only while a page is open."""

    def __init__(self, events: EventStore) -> None:
        self._events = events
        self._subscribers: set[Subscriber] = set()
        self._anybody = asyncio.Event()
        self._last_id = 0

    @asynccontextmanager
    async def subscribed(self, ticket: str | None, since: int) -> AsyncIterator[Subscriber]:
        """A page is open that has seen the events up to `since`; what it missed is the first change it gets."""
        if not self._subscribers:
            self._last_id = await asyncio.to_thread(self._events.last_id)
        subscriber = Subscriber(ticket)
        self._subscribers.add(subscriber)
        self._anybody.set()
        try:
            missed = subscriber.concerns(await asyncio.to_thread(self._events.after, since))
            if missed:
                subscriber.changes.put_nowait(missed)
            yield subscriber
        finally:
            self._drop(subscriber)

    async def follow(self) -> None:
        """Runs for as long as the application does."""
        while True:
            await self._anybody.wait()
            pause = _POLL_S
            try:
                self._tell(await asyncio.to_thread(self._events.after, self._last_id))
            except StoreError as error:
                logger.warning("live pages wait for the database: %s", error)
                pause = _BACKOFF_S
            await asyncio.sleep(pause)

    def _tell(self, events: Sequence[Event]) -> None:
        if not events:
            return
        self._last_id = events[-1].id
        for subscriber in list(self._subscribers):
            change = subscriber.concerns(events)
            if change is None:
                continue
            if subscriber.changes.full():
                self._drop(subscriber)
                subscriber.changes.get_nowait()
                subscriber.changes.put_nowait(None)
            else:
                subscriber.changes.put_nowait(change)

    def _drop(self, subscriber: Subscriber) -> None:
        self._subscribers.discard(subscriber)
        if not self._subscribers:
            self._anybody.clear()
