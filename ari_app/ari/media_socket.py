"""A websocket whose messages arrive by callback: no task, no queue, no wake-up between the network and a frame."""

import asyncio
from collections.abc import Callable
from typing import cast

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.uri import parse_uri


class MediaSocket(asyncio.Protocol):
    """The client end of one websocket.

    `on_audio` gets each binary message, `on_text` each text message, `on_close` is called once when it is over.
    """

    def __init__(
        self, url: str, on_audio: Callable[[bytes], None], on_text: Callable[[str], None], on_close: Callable[[], None]
    ) -> None:
        self._protocol = ClientProtocol(parse_uri(url), max_size=None)
        self._on_audio = on_audio
        self._on_text = on_text
        self._on_close = on_close
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._closed = asyncio.Event()
        self._transport: asyncio.Transport | None = None

    async def open(self, host: str, port: int) -> None:
        """Raises OSError or InvalidHandshake when there is no websocket to be had."""
        await asyncio.get_running_loop().create_connection(lambda: self, host, port)
        await self._opened

    def send(self, message: bytes | str) -> None:
        """Hand it to the kernel, or to the transport's buffer; after the end it is dropped."""
        if self._protocol.state is not State.OPEN:
            return
        if isinstance(message, bytes):
            self._protocol.send_binary(message)
        else:
            self._protocol.send_text(message.encode())
        self._write()

    async def close(self) -> None:
        """Say goodbye and wait until the other side is gone, a second at most."""
        if self._protocol.state is State.OPEN:
            self._protocol.send_close()
            self._write()
        try:
            await asyncio.wait_for(self._closed.wait(), 1)
        except TimeoutError:
            if self._transport:
                self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._protocol.send_request(self._protocol.connect())
        self._write()

    def data_received(self, data: bytes) -> None:
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                self._on_frame(event)
            elif isinstance(event, Response):
                self._on_handshake()
        self._write()

    def eof_received(self) -> None:
        self._protocol.receive_eof()
        self._write()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._opened.done():
            self._opened.set_exception(InvalidHandshake("the connection was closed"))
        self._closed.set()
        self._on_close()

    def _on_handshake(self) -> None:
        if self._protocol.handshake_exc:
            self._opened.set_exception(self._protocol.handshake_exc)
        else:
            self._opened.set_result(None)

    def _on_frame(self, frame: Frame) -> None:
        if frame.opcode is Opcode.BINARY:
            self._on_audio(bytes(frame.data))
        elif frame.opcode is Opcode.TEXT:
            self._on_text(bytes(frame.data).decode())

    def _write(self) -> None:
        if self._transport is None:
            return
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)
            else:
                self._transport.close()
