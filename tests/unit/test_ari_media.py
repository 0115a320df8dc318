"""The media line over a websocket that is not Asterisk's."""

import asyncio
import json
import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fake_ari import until
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import InvalidStatus

from ari_app.ari.media import MediaLine, MediaLost
from ari_app.ari.media_socket import MediaSocket
from ivr.speech.line import FRAME_BYTES, SILENT_FRAME, Digit, Frame, LineClosed

VOICE = b"\x10" * FRAME_BYTES


class Far:
    """The far end: what it heard, and the connection through which it speaks."""

    def __init__(self) -> None:
        self.heard: list[bytes | str] = []
        self.connection: ServerConnection | None = None

    async def accept(self, connection: ServerConnection) -> None:
        self.connection = connection
        async for message in connection:
            self.heard.append(message)

    async def speak(self, sound: bytes) -> None:
        assert self.connection
        await self.connection.send(sound)


@asynccontextmanager
async def line_to(far: Far) -> AsyncIterator[MediaLine]:
    async with serve(far.accept, "127.0.0.1", 0) as server:
        line = MediaLine("media-1")
        await line.connect(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/media/1")
        yield line
        await line.close()


async def frames(line: MediaLine, count: int) -> list[bytes]:
    received = [await line.receive() for _ in range(count)]
    return [frame.audio for frame in received if isinstance(frame, Frame)]


async def test_a_line_without_sound_gives_fifty_silent_frames_a_second() -> None:
    async with line_to(Far()) as line:
        loop = asyncio.get_running_loop()
        took = []
        for _ in range(5):
            began = loop.time()
            assert await frames(line, 10) == [SILENT_FRAME] * 10
            took.append(loop.time() - began)
        assert 0.18 <= statistics.median(took) <= 0.24, took


async def test_what_comes_is_received_in_order() -> None:
    far = Far()
    async with line_to(far) as line:
        await until(lambda: far.connection)
        await far.speak(VOICE + VOICE[:60])
        await far.speak(VOICE[60:])
        await until(lambda: line.intake.frames.count(VOICE) == 2)


async def test_keys_come_at_once_and_before_sound() -> None:
    async with line_to(Far()) as line:
        await line.receive()
        waiting = asyncio.create_task(line.receive())
        await asyncio.sleep(0)
        line.press("5")
        line.press("#")
        assert [await waiting, await line.receive()] == [Digit("5"), Digit("#")]


async def test_a_short_sound_goes_out_when_no_more_is_played() -> None:
    far = Far()
    async with line_to(far) as line:
        await line.receive()
        await line.play(VOICE)
        assert far.heard == []
        await frames(line, 3)
        await until(lambda: far.heard == [VOICE])


async def test_a_flush_is_told_and_forgets_what_was_held() -> None:
    far = Far()
    async with line_to(far) as line:
        await line.play(VOICE)
        await line.flush()
        await until(lambda: len(far.heard) == 2)
        await frames(line, 3)
        flush, quiet = far.heard
        assert json.loads(flush) == {"command": "FLUSH_MEDIA"}
        assert set(quiet) == set(SILENT_FRAME)


async def test_a_hang_up_ends_it_for_who_waits_and_who_comes_later() -> None:
    async with line_to(Far()) as line:
        await frames(line, 2)
        waiting = asyncio.create_task(line.receive())
        await asyncio.sleep(0)
        line.hang_up()
        with pytest.raises(LineClosed, match="hung up"):
            await waiting
        with pytest.raises(LineClosed, match="hung up"):
            await line.receive()
        await line.play(VOICE)
        await line.flush()


async def test_a_broken_media_connection_is_told_from_a_hang_up() -> None:
    far = Far()
    async with line_to(far) as line:
        await until(lambda: far.connection)
        assert far.connection
        far.connection.transport.abort()
        with pytest.raises(MediaLost):
            await frames(line, 100)


async def test_closing_leaves_no_task_and_no_timer() -> None:
    before = asyncio.all_tasks()
    async with line_to(Far()) as line:
        await line.receive()
    with pytest.raises(LineClosed):
        await frames(line, 100)
    made = line.intake.filled
    await asyncio.sleep(0.05)
    assert line.intake.filled == made
    assert asyncio.all_tasks() == before


async def test_what_is_no_websocket_is_refused() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        socket = MediaSocket(f"ws://127.0.0.1:{port}/x", lambda audio: None, lambda text: None, lambda: None)
        with pytest.raises(InvalidStatus, match="404"):
            await socket.open("127.0.0.1", port)
