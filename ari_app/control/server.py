"""The control socket, served in the controller's event loop."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from ari_app.control.commands import Commands, carry_out
from ari_app.control.feed import Feed
from ari_app.racing import until_first

FOLLOW = "follow"
"""The command after which a connection only listens."""

_LONGEST_REQUEST = 64 * 1024
log = structlog.get_logger(__name__)


@asynccontextmanager
async def serving_control(path: Path, commands: Commands, feed: Feed) -> AsyncIterator[None]:
    """Answer at `path` as long as this lasts; only the user of this process may open it."""
    connections: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            # Who has hung up has heard enough; who was longer than a request may be is not understood.
            with contextlib.suppress(ConnectionError, ValueError):
                await _Connection(reader, writer, commands, feed).serve()
        finally:
            writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(serve(reader, writer), name="control")
        connections.add(task)
        task.add_done_callback(connections.discard)

    server = await asyncio.start_unix_server(accept, sock=await asyncio.to_thread(_bound, path), limit=_LONGEST_REQUEST)
    try:
        yield
    finally:
        server.close()
        for task in tuple(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await asyncio.to_thread(path.unlink, missing_ok=True)


class _Connection:
    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, commands: Commands, feed: Feed
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._commands = commands
        self._feed = feed

    async def serve(self) -> None:
        async for line in self._reader:
            asked = _parsed(line)
            if isinstance(asked, dict) and asked.get("do") == FOLLOW:
                await until_first(self._tell(), self._reader.read())
                return
            answer = await carry_out(self._commands, asked)
            await self._write(json.dumps(answer, ensure_ascii=False) + "\n")

    async def _tell(self) -> None:
        with self._feed.follow(self._drop) as lines, contextlib.suppress(ConnectionError):
            while True:
                await self._write(await lines.get())

    async def _write(self, line: str) -> None:
        self._writer.write(line.encode())
        await self._writer.drain()

    def _drop(self) -> None:
        log.warning("a follower of the floor was too slow, and has to begin anew")
        self._writer.transport.abort()


def _bound(path: Path) -> socket.socket:
    """Nobody can connect before it is ours alone: it does not listen yet."""
    path.unlink(missing_ok=True)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        bound.bind(str(path))
        path.chmod(0o600)
    except OSError:
        bound.close()
        raise
    return bound


def _parsed(line: bytes) -> object:
    try:
        parsed: object = json.loads(line)
    except ValueError:
        return None
    return parsed
