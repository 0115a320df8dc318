"""The port to a caller's line: 20 ms frames in, 20 ms frames out.

A frame is 160 bytes of G.711 mu-law: 8 kHz, 8 bit, mono, as the telephone carries it. The frames that come
in are the clock of everything above: a line yields one every 20 ms whether the caller speaks or not.
"""

from dataclasses import dataclass
from typing import Protocol

FRAME_MS = 20
FRAME_BYTES = 160
SAMPLE_RATE = 8000
SILENT_FRAME = b"\xff" * FRAME_BYTES
LEAD_FRAMES = 6
"""So much (120 ms) may be played ahead of being heard: it bridges a loop that lags by 80 ms, with a frame to spare."""


class LineClosed(Exception):
    """The caller hung up, or the media connection is lost for good."""


@dataclass(frozen=True, slots=True)
class Frame:
    """20 ms of the caller's voice, mu-law (160 bytes)."""

    audio: bytes


@dataclass(frozen=True, slots=True)
class Digit:
    """One key: 0-9, *, #, A-D."""

    digit: str


Received = Frame | Digit


class AudioLine(Protocol):
    async def receive(self) -> Received:
        """The next frame or key of the caller.

        Raises:
            LineClosed: nothing will come any more.
        """

    async def play(self, audio: bytes) -> None:
        """Queue frames (160 bytes of mu-law each) to the caller's ear: the first `LEAD_FRAMES` of a sound at once, then
        one for each frame received."""

    async def flush(self) -> None:
        """Drop what was queued and not heard yet."""
