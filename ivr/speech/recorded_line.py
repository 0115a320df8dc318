"""A caller's line without a telephone and without time: what is put on it comes in, frame by frame."""

import asyncio
from collections import deque
from collections.abc import Iterable

from ivr.speech.line import FRAME_BYTES, FRAME_MS, SILENT_FRAME, Digit, Frame, LineClosed, Received

LONGEST_CALL_MS = 1_200_000


class EndlessCall(Exception):
    """Twenty minutes of sound have passed, and the conversation is not over."""


class RecordedLine:
    """`AudioLine` on which the caller sends `parts` (mu-law, or keys as text), and then is silent or, with `hangs_up`,
    gone.

    `heard_frames` is what was played and reached the ear, frame by frame; `ms` the audio time that has passed.
    """

    def __init__(self, *parts: bytes | str, hangs_up: bool = False) -> None:
        self._coming: deque[Received] = deque()
        self._hangs_up = hangs_up
        self.heard_frames: list[bytes] = []
        self._queued: deque[bytes] = deque()
        self.flushes_at_ms: list[int] = []
        self.ms = 0
        self.send(*parts)

    @property
    def is_sending(self) -> bool:
        """Whether something of the caller is still to come in."""
        return bool(self._coming)

    def send(self, *parts: bytes | str) -> None:
        """Put these behind what is to come in."""
        self._coming.extend(item for part in parts for item in _received(part))

    def hang_up(self) -> None:
        """The caller is gone at once."""
        self._coming.clear()
        self._hangs_up = True

    async def receive(self) -> Received:
        """See `AudioLine`.

        Raises:
            LineClosed: the caller is gone.
            EndlessCall: nobody ends the call.
        """
        await asyncio.sleep(0)  # as on a live line, others come to their turn between two frames
        if not self._coming:
            if self._hangs_up:
                raise LineClosed
            self._coming.append(Frame(SILENT_FRAME))
        received = self._coming.popleft()
        if isinstance(received, Frame):
            self.ms += FRAME_MS
            if self._queued:
                self.heard_frames.append(self._queued.popleft())
            if self.ms > LONGEST_CALL_MS:
                raise EndlessCall(f"after {self.ms / 60_000:.0f} minutes the call was not over")
        return received

    async def play(self, audio: bytes) -> None:
        """See `AudioLine`.

        Raises:
            ValueError: not whole frames.
        """
        if len(audio) % FRAME_BYTES:
            raise ValueError(f"{len(audio)} bytes are not whole frames of {FRAME_BYTES}")
        self._queued.extend(audio[at : at + FRAME_BYTES] for at in range(0, len(audio), FRAME_BYTES))

    async def flush(self) -> None:
        self._queued.clear()
        self.flushes_at_ms.append(self.ms)


def _received(part: bytes | str) -> Iterable[Received]:
    if isinstance(part, str):
        return [Digit(key) for key in part]
    frames = (part[start : start + FRAME_BYTES] for start in range(0, len(part), FRAME_BYTES))
    return [Frame(frame.ljust(FRAME_BYTES, SILENT_FRAME[:1])) for frame in frames]
