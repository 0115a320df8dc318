"""A small ARI for unit tests: REST through `httpx.MockTransport`, events through a websocket on loopback."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from websockets.asyncio.server import Server, ServerConnection, serve

from ari_app.ari.settings import AriSettings


def _operation(nickname: str, method: str, answers: str, **parameters: str) -> dict[str, Any]:
    """`name="query"`, `name="path!"`: the exclamation mark means required."""
    return {
        "nickname": nickname,
        "httpMethod": method,
        "responseClass": answers,
        "parameters": [
            {"name": name, "paramType": place.rstrip("!"), "required": place.endswith("!")}
            for name, place in parameters.items()
        ],
    }


API_DOCS: dict[str, Any] = {
    "channels": {
        "apis": [
            {
                "path": "/channels",
                "operations": [
                    _operation("list", "GET", "List[Channel]"),
                    _operation("originate", "POST", "Channel", endpoint="query!", timeout="query", variables="body"),
                ],
            },
            {
                "path": "/channels/{channelId}",
                "operations": [_operation("hangup", "DELETE", "void", channelId="path!")],
            },
            {
                "path": "/channels/{channelId}/play",
                "operations": [_operation("play", "POST", "Playback", channelId="path!", media="query!")],
            },
        ]
    },
    "bridges": {"apis": [{"path": "/bridges", "operations": [_operation("list", "GET", "List[Bridge]")]}]},
    "applications": {
        "apis": [
            {
                "path": "/applications/{applicationName}/eventFilter",
                "operations": [_operation("filter", "PUT", "Application", applicationName="path!", filter="body")],
            }
        ]
    },
    "events": {"apis": [], "models": {"StasisStart": {"id": "StasisStart"}, "TextMessageReceived": {"id": "x"}}},
}


def channel(id: str, **changes: Any) -> dict[str, Any]:
    """A channel as Asterisk writes it."""
    return {
        "id": id,
        "name": f"PJSIP/trunk-{id}",
        "state": "Up",
        "protocol_id": "abc",
        "caller": {"name": "Ann", "number": "4711"},
        "connected": {"name": "", "number": ""},
        "accountcode": "",
        "dialplan": {"context": "from-trunk", "exten": "100", "priority": 1, "app_name": "Stasis", "app_data": ""},
        "creationtime": "2026-11-22T11:44:19.123+0000",
        "language": "en",
        **changes,
    }


def event(name: str, **fields: Any) -> dict[str, Any]:
    return {"type": name, "timestamp": "2026-11-22T11:44:19.123+0000", "application": "hotline", **fields}


class FakeAri:
    """What it was asked stands in `requests`; `channels` is what it lists; `answer` may override any answer."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.channels: list[dict[str, Any]] = []
        self.answer: Callable[[httpx.Request], httpx.Response | None] = lambda request: None
        self.transport = httpx.MockTransport(self._answer)
        self.connections: list[ServerConnection] = []
        self.attempts = 0
        self._server: Server | None = None
        self.port = 0

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[AriSettings]:
        async with serve(self._accept, "127.0.0.1", self.port) as server:
            self._server = server
            self.port = server.sockets[0].getsockname()[1]
            yield self.settings()

    def settings(self, **changes: Any) -> AriSettings:
        return AriSettings(url=f"http://127.0.0.1:{self.port}", first_retry_s=0.01, longest_retry_s=0.05, **changes)

    async def tell(self, fields: dict[str, Any]) -> None:
        await self.connections[-1].send(json.dumps(fields))

    async def drop(self) -> None:
        self.connections[-1].transport.abort()

    async def _accept(self, connection: ServerConnection) -> None:
        self.connections.append(connection)
        await connection.wait_closed()

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if override := self.answer(request):
            return override
        path = request.url.path.removeprefix("/ari")
        if path == "/api-docs/resources.json":
            return httpx.Response(200, json={"apis": [{"path": f"/api-docs/{name}.{{format}}"} for name in API_DOCS]})
        if path.startswith("/api-docs/"):
            return httpx.Response(200, json=API_DOCS[path.removeprefix("/api-docs/").removesuffix(".json")])
        if path == "/channels" and request.method == "GET":
            return httpx.Response(200, json=self.channels)
        if path == "/channels":
            return httpx.Response(200, json=channel("new"))
        if path == "/bridges":
            return httpx.Response(200, json=[])
        return httpx.Response(204)


async def until(is_true: Callable[[], object], timeout_s: float = 30.0) -> None:
    """Waits until it is true; fails when it is not in time."""
    async with asyncio.timeout(timeout_s):
        while not is_true():  # noqa: ASYNC110 (any condition, not only events)
            await asyncio.sleep(0.005)
