"""What is being said: segments of sound, frame by frame, that can be paused and go on."""

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.speech.line import FRAME_BYTES, FRAME_MS, SILENT_FRAME

# After an interruption the last moment before it is said again: nobody understands half a word.
_STEP_BACK_MS = 400


@dataclass(frozen=True, slots=True)
class Segment:
    """One prompt as sound (mu-law, 8 kHz, mono); the caller may talk over it where `barge_in` is set."""

    audio: bytes
    barge_in: bool


class Playback:
    """Where we are in `segments`; time passes by `next_frame`."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._frames = [(frame, segment.barge_in) for segment in segments for frame in _frames(segment.audio)]
        self._position = 0
        self._paused_at: int | None = None

    @property
    def is_finished(self) -> bool:
        return self._position >= len(self._frames)

    @property
    def is_paused(self) -> bool:
        return self._paused_at is not None

    @property
    def may_interrupt(self) -> bool:
        """Whether the caller may talk over what is being said now."""
        return self.is_finished or self._frames[self._position][1]

    def next_frame(self) -> bytes | None:
        """The next frame to be heard; None while paused or at the end."""
        if self.is_paused or self.is_finished:
            return None
        frame, _ = self._frames[self._position]
        self._position += 1
        return frame

    def pause(self) -> None:
        if not self.is_finished:
            self._paused_at = self._position

    def resume(self) -> None:
        if self._paused_at is not None:
            self._position = max(0, self._paused_at - _STEP_BACK_MS // FRAME_MS)
            self._paused_at = None

    def stop(self) -> None:
        self._position, self._paused_at = len(self._frames), None


def _frames(audio: bytes) -> list[bytes]:
    """`audio` cut into frames, the last one filled up with silence."""
    frames = [audio[start : start + FRAME_BYTES] for start in range(0, len(audio), FRAME_BYTES)]
    if frames:
        frames[-1] = frames[-1].ljust(FRAME_BYTES, SILENT_FRAME[:1])
    return frames
