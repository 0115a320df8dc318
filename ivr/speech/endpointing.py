"""When does the caller begin to speak, and when has he finished? Voice activity of 20 ms frames, by WebRTC's VAD.

Time is counted in frames; nothing here looks at a clock.
"""

import math
from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto

import numpy as np
import webrtcvad
from numpy.typing import NDArray

from ivr.speech import mulaw
from ivr.speech.line import FRAME_MS, SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class EndpointingSettings:
    """Times in milliseconds, multiples of 20.

    A frame below `quietest_dbfs` is never voice: WebRTC's VAD goes on hearing some for 100 ms after the last sound,
    which would make speech of a click and hold up every answer.
    `onset_ms` of voice within `onset_ms` + 20 ms begin an utterance; shorter sounds (clicks) are nothing.
    After `pause_ms` of silence it may be over, after `end_ms` it is. `lead_in_ms` from before the onset belong to it.
    """

    aggressiveness: int = 3
    quietest_dbfs: float = -55.0
    onset_ms: int = 60
    pause_ms: int = 240
    end_ms: int = 640
    lead_in_ms: int = 260


class Activity(Enum):
    """What a frame changed."""

    NONE = auto()
    STARTED = auto()
    PAUSED = auto()
    RESUMED = auto()
    ENDED = auto()


@dataclass(slots=True)
class Endpointer:
    """Fed with frames, it tells the beginning, the pauses and the end of each utterance."""

    settings: EndpointingSettings = field(default_factory=EndpointingSettings)
    _vad: webrtcvad.Vad = field(init=False)
    _recent: deque[tuple[bytes, bool]] = field(init=False)
    _utterance: bytearray = field(default_factory=bytearray, init=False)
    _is_speaking: bool = field(default=False, init=False)
    _silent_frames: int = field(default=0, init=False)
    _last: bytes = field(default=b"", init=False)

    def __post_init__(self) -> None:
        self._vad = webrtcvad.Vad(self.settings.aggressiveness)
        self._recent = deque(maxlen=self.settings.lead_in_ms // FRAME_MS)

    @property
    def is_speaking(self) -> bool:
        return self._is_speaking

    @property
    def utterance(self) -> bytes:
        """The utterance so far, or the last one when it has ended (mu-law, 8 kHz, mono)."""
        return bytes(self._utterance) if self._is_speaking else self._last

    @property
    def utterance_ms(self) -> int:
        return len(self._utterance if self._is_speaking else self._last) * 1000 // SAMPLE_RATE

    def feed(self, frame: bytes) -> Activity:
        """One frame of 20 ms (160 bytes of mu-law)."""
        samples = mulaw.decode(frame)
        is_voiced = (
            self._vad.is_speech(samples.tobytes(), SAMPLE_RATE) and _dbfs(samples) >= self.settings.quietest_dbfs
        )
        return self._within(frame, is_voiced) if self._is_speaking else self._before(frame, is_voiced)

    def cut(self) -> None:
        """End the utterance here: it is as long as one may be."""
        self._last = bytes(self._utterance)
        self._utterance.clear()
        self._recent.clear()
        self._is_speaking = False

    def _before(self, frame: bytes, is_voiced: bool) -> Activity:
        self._recent.append((frame, is_voiced))
        wanted = self.settings.onset_ms // FRAME_MS
        if not is_voiced or sum(voiced for _, voiced in list(self._recent)[-wanted - 1 :]) < wanted:
            return Activity.NONE
        self._utterance = bytearray(b"".join(audio for audio, _ in self._recent))
        self._is_speaking, self._silent_frames = True, 0
        return Activity.STARTED

    def _within(self, frame: bytes, is_voiced: bool) -> Activity:
        self._utterance += frame
        silent_before, self._silent_frames = self._silent_frames, 0 if is_voiced else self._silent_frames + 1
        if is_voiced:
            return Activity.RESUMED if silent_before * FRAME_MS >= self.settings.pause_ms else Activity.NONE
        if self._silent_frames * FRAME_MS == self.settings.pause_ms:
            return Activity.PAUSED
        if self._silent_frames * FRAME_MS < self.settings.end_ms:
            return Activity.NONE
        self.cut()
        return Activity.ENDED


def _dbfs(samples: NDArray[np.int16]) -> float:
    """The level of a frame, in decibels below full scale."""
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    return 10 * math.log10(max(power, 1.0) / 32768**2)
