"""The event websocket: connected, watched, reconnected, and the picture put right after each gap."""

import asyncio
import json
import random
from datetime import UTC, datetime
from urllib.parse import urlencode

import httpx
import structlog
from websockets.asyncio.client import ClientConnection, connect

from ari_app.ari.events import BRIDGES, CHANNELS, Resynced
from ari_app.ari.fanout import Fanout
from ari_app.ari.rest import Rest
from ari_app.ari.settings import AriSettings

_log = structlog.get_logger(__name__)


class Connection:
    """Keeps the application connected until it is cancelled; `connected` is set while events come in."""

    def __init__(self, settings: AriSettings, rest: Rest, fanout: Fanout) -> None:
        self._settings = settings
        self._rest = rest
        self._fanout = fanout
        self._failures = 0
        self.connected = asyncio.Event()

    async def run(self) -> None:
        while True:
            try:
                await self._stay_connected()
            except* Exception as group:
                # Whatever it is, the line must come back: log and try again.
                _log.warning("no connection to Asterisk", error=repr(group.exceptions[0]), failures=self._failures)
            self.connected.clear()
            await asyncio.sleep(self._pause())

    async def _stay_connected(self) -> None:
        await self._rest.load()
        async with (
            connect(
                _events_url(self._settings),
                additional_headers=_authorization(self._settings),
                open_timeout=self._settings.request_timeout_s,
                ping_interval=self._settings.ping_s,
                ping_timeout=self._settings.ping_s,
                close_timeout=1,
                compression=None,
                max_size=None,
                proxy=None,
            ) as websocket,
            asyncio.TaskGroup() as tasks,
        ):
            tasks.create_task(self._read(websocket), name="ari events")
            tasks.create_task(self._resync(), name="ari resync")

    async def _read(self, websocket: ClientConnection) -> None:
        while True:
            fields = json.loads(await websocket.recv())
            try:
                self._fanout.deliver(fields)
            except (ValueError, KeyError, TypeError, AttributeError):
                _log.exception("event dropped")

    async def _resync(self) -> None:
        # Events flow already: a channel may be both in the listing and in an event, but none is in neither.
        before = self._fanout.present()
        channels = CHANNELS.validate_python(await self._list("channels"))
        bridges = BRIDGES.validate_python(await self._list("bridges"))
        self._failures = 0
        self._fanout.reconcile(before, (channel.id for channel in channels))
        self._fanout.tell(Resynced(timestamp=datetime.now(UTC), channels=channels, bridges=bridges))
        _log.info("connected to Asterisk", channels=len(channels), bridges=len(bridges))
        self.connected.set()

    async def _list(self, resource: str) -> object:
        return await self._rest.call(self._rest.operation(resource, "list"), {})

    def _pause(self) -> float:
        """Seconds to the next attempt: doubling from failure to failure, with jitter."""
        longest: float = min(self._settings.first_retry_s * 2**self._failures, self._settings.longest_retry_s)
        self._failures = min(self._failures + 1, 30)
        return longest * random.uniform(0.5, 1)  # noqa: S311 (jitter, no secret)


def _events_url(settings: AriSettings) -> str:
    return f"{websocket_root(settings)}/ari/events?{urlencode({'app': f'{settings.app},{settings.telephones_app}'})}"


def websocket_root(settings: AriSettings) -> str:
    return settings.url.replace("http", "ws", 1)


def _authorization(settings: AriSettings) -> dict[str, str]:
    request = httpx.Request("GET", settings.url)
    signed = next(httpx.BasicAuth(settings.username, settings.password).auth_flow(request))
    return {"Authorization": signed.headers["Authorization"]}
