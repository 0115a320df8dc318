"""The media leg of a call: Asterisk's websocket channel as an `AudioLine`."""

import asyncio
import json
import uuid
from collections import deque
from urllib.parse import urlsplit

import structlog
from websockets.exceptions import InvalidHandshake

from ari_app.ari.client import AriClient
from ari_app.ari.errors import AriError, AriUnavailable, ignoring_gone
from ari_app.ari.events import StasisStart
from ari_app.ari.fanout import Subscription
from ari_app.ari.media_socket import MediaSocket
from ari_app.ari.pacing import Intake, Playout
from ivr.speech.line import SILENT_FRAME, Digit, Frame, LineClosed

_log = structlog.get_logger(__name__)
_FLUSH = json.dumps({"command": "FLUSH_MEDIA"})
_QUIET = SILENT_FRAME * 2
"""Sent after a flush: a telephone that suddenly gets nothing would go on with what it guesses."""


class MediaLost(LineClosed):
    """The media connection broke while the caller may still be there: `open_media` can make a new one."""


class MediaLine:
    """A caller's line (`ivr.speech.line.AudioLine`) over a websocket channel that is in the caller's bridge.

    `receive` yields one frame every 20 ms from the moment of opening, sound or not. For each frame received, play one
    frame (or none); the first frames of a sound may be given in one go. `press` and `hang_up` are for whoever reads the
    caller's events. `intake` counts what was filled in and dropped.
    """

    def __init__(self, channel_id: str) -> None:
        self.channel_id = channel_id
        self._loop = asyncio.get_running_loop()
        self._keys: deque[str] = deque()
        self._ended: LineClosed | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._playout = Playout()
        self._has_played = False
        self.intake = Intake(self._loop.time())
        self._timer = self._loop.call_later(0, self._fill)
        self._socket: MediaSocket | None = None

    async def connect(self, url: str) -> None:
        """Raises OSError or InvalidHandshake."""
        where = urlsplit(url)
        socket = MediaSocket(url, self._on_audio, self._on_text, self._on_close)
        await socket.open(where.hostname or "", where.port or 80)
        self._socket = socket

    async def receive(self) -> Frame | Digit:
        """The next frame or key of the caller; keys first.

        Raises:
            MediaLost: the websocket broke.
            LineClosed: `hang_up` or `close` was called.
        """
        while True:
            if self._keys:
                return Digit(self._keys.popleft())
            if self.intake.frames:
                self._release_the_rest()
                return Frame(self.intake.frames.popleft())
            if self._ended:
                raise self._ended
            self._waiting = self._loop.create_future()
            await self._waiting

    async def play(self, audio: bytes) -> None:
        """Queue one frame (or several: a multiple of 160 bytes of mu-law) to the caller's ear."""
        self._has_played = True
        self._send(self._playout.play(audio, self._loop.time()))

    async def flush(self) -> None:
        """Drop what was queued and not heard yet."""
        self._playout.flush()
        if self._socket:
            self._socket.send(_FLUSH)
            self._socket.send(_QUIET)

    def press(self, digit: str) -> None:
        """The caller pressed a key."""
        self._keys.append(digit)
        self._wake()

    def hang_up(self) -> None:
        """The caller is gone: `receive` raises LineClosed, also to one who waits in it."""
        self._end(LineClosed("the caller hung up"))

    async def close(self) -> None:
        """Give up the line; Asterisk hangs up the websocket channel."""
        self._end(LineClosed("closed"))
        if self._socket:
            await self._socket.close()

    def _on_audio(self, audio: bytes) -> None:
        self.intake.take(audio, self._loop.time())
        self._wake()

    def _on_text(self, text: str) -> None:
        if "MEDIA_XOFF" in text or "ERROR" in text:
            _log.warning("Asterisk complains about the sound", channel=self.channel_id, message=text)

    def _on_close(self) -> None:
        self._end(MediaLost("the media websocket is closed"))

    def _fill(self) -> None:
        self._timer = self._loop.call_at(self.intake.fill(self._loop.time()), self._fill)
        if self.intake.frames:
            self._wake()

    def _release_the_rest(self) -> None:
        if self._playout.is_holding and not self._has_played:
            self._send(self._playout.release(self._loop.time()))
        self._has_played = False

    def _send(self, sound: bytes) -> None:
        if sound and self._socket:
            self._socket.send(sound)

    def _end(self, reason: LineClosed) -> None:
        if self._ended is None:
            self._ended = reason
            self._timer.cancel()
            self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)


async def open_media(client: AriClient) -> MediaLine:
    """A new media leg in the application, ready to be added to a bridge by its `channel_id`.

    Raises:
        AriError: Asterisk cannot give one, or not in time.
    """
    line = MediaLine(f"media-{uuid.uuid4()}")
    settings = client.settings
    try:
        with client.follow(line.channel_id) as events:
            channel = await client.channels.externalMedia(
                channelId=line.channel_id,
                app=settings.app,
                external_host="INCOMING",
                transport="websocket",
                encapsulation="none",
                connection_type="server",
                format="ulaw",
                transport_data="f(json)",
            )
            connection_id = channel.json["channelvars"]["MEDIA_WEBSOCKET_CONNECTION_ID"]
            async with asyncio.timeout(settings.request_timeout_s):
                await line.connect(f"{settings.url.replace('http', 'ws', 1)}/media/{connection_id}")
                # Before that, Asterisk refuses to add it to a bridge.
                await _entered_stasis(events)
    except (AriError, OSError, InvalidHandshake, TimeoutError, asyncio.CancelledError) as error:
        await line.close()
        with ignoring_gone():
            await client.channels.hangup(channelId=line.channel_id)
        if isinstance(error, AriError | asyncio.CancelledError):
            raise
        raise AriUnavailable(f"no media websocket: {error!r}") from error
    return line


async def _entered_stasis(events: Subscription) -> None:
    async for event in events:
        if isinstance(event, StasisStart):
            return
    raise AriUnavailable("the client was closed")
