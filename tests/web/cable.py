"""What lies between a browser and its site: a cable that can be pulled, and connections that can be cut."""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

_CHUNK = 64 * 1024


@dataclass
class Cable:
    """Loopback TCP at `address`, handed on as it comes."""

    address: str
    loop: asyncio.AbstractEventLoop
    _passes: asyncio.Event
    _is_cut: bool = False
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    serving: set[asyncio.Task[Any] | None] = field(default_factory=set)

    @contextmanager
    def pulled(self) -> Iterator[None]:
        """Nothing passes, and nobody is told; afterwards what was on its way arrives."""
        self.loop.call_soon_threadsafe(self._passes.clear)
        try:
            yield
        finally:
            self.loop.call_soon_threadsafe(self._passes.set)

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Every connection is reset, and so is each that is tried."""
        self.loop.call_soon_threadsafe(self._cut)
        try:
            yield
        finally:
            self._is_cut = False

    def _cut(self) -> None:
        self._is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                await self._passes.wait()
                writer.write(chunk)
                await writer.drain()
        writer.close()

    def between(self, host: str, port: int) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if self._is_cut:
                writer.transport.abort()
                return
            far_reader, far_writer = await asyncio.open_connection(host, port)
            ends, task = {writer, far_writer}, asyncio.current_task()
            self._writers |= ends
            self.serving.add(task)
            await asyncio.gather(self._hand_on(reader, far_writer), self._hand_on(far_reader, writer))
            self._writers -= ends
            self.serving.discard(task)

        return serve


@contextmanager
def cable_to(site: str) -> Iterator[Cable]:
    """A way to the address `site` that can be interrupted."""
    to = urlsplit(site)
    assert to.hostname is not None
    assert to.port is not None
    host, port = to.hostname, to.port
    started: list[Cable] = []
    is_up, is_over = threading.Event(), asyncio.Event()

    async def run() -> None:
        passes = asyncio.Event()
        passes.set()
        cable = Cable("", asyncio.get_running_loop(), passes)
        server = await asyncio.start_server(cable.between(host, port), "127.0.0.1", 0)
        cable.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        started.append(cable)
        is_up.set()
        await is_over.wait()
        server.close()
        cable._cut()
        await asyncio.gather(*cable.serving, return_exceptions=True)

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert is_up.wait(10)
    try:
        yield started[0]
    finally:
        started[0].loop.call_soon_threadsafe(is_over.set)
        thread.join(10)
        assert not thread.is_alive()
