"""The ARI client: requests (`client.channels.answer(…)`), arrivals, and the events of what one follows."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Self

import httpx
import structlog

from ari_app.ari.connection import Connection
from ari_app.ari.errors import AriUnavailable, UnknownName
from ari_app.ari.events import KNOWN, Event, Resynced
from ari_app.ari.fanout import Arrival, Fanout, Inbox, Subscription
from ari_app.ari.remote import Remote, Repository, remote
from ari_app.ari.rest import Rest
from ari_app.ari.settings import AriSettings

_log = structlog.get_logger(__name__)


class AriClient:
    """One Stasis application on one Asterisk.

    `async with AriClient(settings) as client` waits until Asterisk is there (at most `connect_timeout_s`); from then
    on the client reconnects by itself. Leaving ends every task and every subscription.
    """

    def __init__(self, settings: AriSettings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.settings = settings
        self._rest = Rest(settings, transport)
        self._fanout = Fanout(settings.inbox_limit)
        self._connection = Connection(settings, self._rest, self._fanout)
        self._tasks: set[asyncio.Task[None]] = set()
        self.applications = Repository("applications", self._rest)
        self.asterisk = Repository("asterisk", self._rest)
        self.bridges = Repository("bridges", self._rest)
        self.channels = Repository("channels", self._rest)
        self.deviceStates = Repository("deviceStates", self._rest)
        self.endpoints = Repository("endpoints", self._rest)
        self.playbacks = Repository("playbacks", self._rest)
        self.recordings = Repository("recordings", self._rest)

    async def __aenter__(self) -> Self:
        """Raises AriUnavailable when Asterisk is not there in time."""
        self._start(self._connection.run(), "ari connection")
        try:
            await asyncio.wait_for(self._connection.connected.wait(), self.settings.connect_timeout_s)
        except TimeoutError as error:
            await self.__aexit__()
            raise AriUnavailable(f"no Asterisk at {self.settings.url}") from error
        except asyncio.CancelledError:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._fanout.close()
        await self._rest.close()

    @property
    def is_connected(self) -> bool:
        return self._connection.connected.is_set()

    async def connected(self) -> None:
        """Returns when events come in (again)."""
        await self._connection.connected.wait()

    def channel(self, id: str) -> Remote:
        return remote("Channel", id, self._rest)

    def bridge(self, id: str) -> Remote:
        return remote("Bridge", id, self._rest)

    def arrivals(self) -> Inbox[Arrival]:
        """The channels that enter the application and that nobody follows: one per caller, each with its own events.
        Call it before entering the client, or who came in between is only in the `Resynced` listing."""
        return self._fanout.arrivals()

    def follow(self, *ids: str) -> Subscription:
        """The events about these channels, bridges, playbacks or recordings, from now on. Follow, then make them."""
        return self._fanout.follow(*ids)

    def is_followed(self, id: str) -> bool:
        """Whether someone follows it already. Who recovers calls from a `Resynced` listing asks, then follows."""
        return id in self._fanout.followers

    def on_event(self, name: str, handler: Callable[[Any], Awaitable[None]]) -> None:
        """Call `handler(event)` for each event of that name, one after the other; it delays nobody else.

        Raises:
            UnknownName: there is no such event.
        """
        known = self._rest.event_names | KNOWN
        if name not in known:
            raise UnknownName(f"no event {name}; there are {', '.join(sorted(known))}")
        self._start(_feed(name, self._fanout.of_type(name), handler), f"ari on {name}")

    def on_channel_event(self, name: str, handler: Callable[[Remote, Any], Awaitable[None]]) -> None:
        """As `on_event`, with the event's channel as an object: `handler(channel, event)`.

        Raises:
            UnknownName: there is no such event.
        """

        async def handle(event: Any) -> None:
            await handler(self.channel(event.channel.id), event)

        self.on_event(name, handle)

    def on_resync(self, handler: Callable[[Resynced], Awaitable[None]]) -> None:
        """Call `handler` after each connect and reconnect with what Asterisk holds. Register it before entering the
        client to see the first one. A channel of the listing may end before it is followed: `follow`, then `get`."""
        self.on_event(Resynced.__name__, handler)

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _feed(name: str, inbox: Inbox[Event], handler: Callable[[Any], Awaitable[None]]) -> None:
    async for event in inbox:
        try:
            await handler(event)
        except Exception:
            _log.exception("event handler failed", event_name=name)
