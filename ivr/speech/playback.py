"""What is being said: segments of sound, frame by frame, that can be paused and go on."""

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.speech.line import FRAME_BYTES, FRAME_MS, LEAD_FRAMES, SILENT_FRAME

# After an interruption the last moment before it is said again: nobody understands half a word.
_STEP_BACK_MS = 400


@dataclass(frozen=True, slots=True)
class Segment:
    """One prompt as sound (mu-law, 8 kHz, mono); the caller may talk over it where `barge_in` is set."""

    audio: bytes
    barge_in: bool


class Loop:
    """Sound that is played round and round (mu-law, 8 kHz, mono); what interrupts it does not set it back."""

    def __init__(self, audio: bytes) -> None:
        self._frames = _frames(audio)
        self._position = 0
        self._has_lead = False

    def begin(self) -> None:
        """Nothing of it is on its way to the ear any more."""
        self._has_lead = False

    def next_sound(self) -> bytes:
        """The lead at the beginning, then frame by frame."""
        count = 1 if self._has_lead else LEAD_FRAMES
        self._has_lead = True
        start, self._position = self._position, self._position + count
        return b"".join(self._frames[at % len(self._frames)] for at in range(start, start + count))


class Playback:
    """Where we are in `segments`; each frame received calls for `next_sound`. Once all of them are heard, `music`
    begins."""

    def __init__(self, segments: Sequence[Segment], music: Loop | None = None) -> None:
        self._music = music
        self._frames = [(frame, segment.barge_in) for segment in segments for frame in _frames(segment.audio)]
        self._position = 0
        self._is_paused = False
        self._has_lead = False
        self._unheard = 0

    @property
    def is_finished(self) -> bool:
        """Whether all of it has been played; the lead may still be on its way to the ear."""
        return self._position >= len(self._frames)

    @property
    def is_heard(self) -> bool:
        return self.is_finished and not self._unheard

    @property
    def is_paused(self) -> bool:
        return self._is_paused

    @property
    def may_interrupt(self) -> bool:
        """Whether the caller may talk over what is being said now."""
        return self.is_heard or self._frames[self._heard][1]

    @property
    def _heard(self) -> int:
        """What is at the ear now: the lead is ahead of it."""
        return max(0, self._position - self._unheard)

    def next_sound(self) -> bytes | None:
        """What is to be played now: the lead at the beginning, then frame by frame; None while paused and at
        the end."""
        if self.is_paused:
            return None
        if self.is_finished:
            if self._music is not None and self.is_heard:
                return self._music.next_sound()
            self._unheard = max(0, self._unheard - 1)
            return None
        start = self._position
        self._position = min(start + (1 if self._has_lead else LEAD_FRAMES), len(self._frames))
        self._has_lead = True
        self._unheard = LEAD_FRAMES
        return b"".join(frame for frame, _ in self._frames[start : self._position])

    def pause(self) -> None:
        if not self.is_finished:
            self._is_paused = True

    def resume(self) -> None:
        if self._is_paused:
            self._position = max(0, self._heard - _STEP_BACK_MS // FRAME_MS)
            self._is_paused = False
            self._has_lead = False

    def stop(self) -> None:
        self._position, self._is_paused, self._unheard = len(self._frames), False, 0


def _frames(audio: bytes) -> list[bytes]:
    """`audio` cut into frames, the last one filled up with silence."""
    frames = [audio[start : start + FRAME_BYTES] for start in range(0, len(audio), FRAME_BYTES)]
    if frames:
        frames[-1] = frames[-1].ljust(FRAME_BYTES, SILENT_FRAME[:1])
    return frames
