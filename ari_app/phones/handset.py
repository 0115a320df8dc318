"""The ear and the mouth of one call: 20 ms frames both ways, on one clock.

Every tick of the sound card's clock asks for one frame to send and hands over one frame that was heard. Both are
written to a wav each, frame by frame, so that position n means the same moment in both and latencies can be
measured in the recordings. A level meter tells when sound begins and ends.
"""

import threading
import wave
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ivr.speech import mulaw

SAMPLE_RATE = 8000
FRAME_S = 0.02
FRAME_BYTES = 320
SILENCE = bytes(FRAME_BYTES)
# A line that falls silent goes below -40 dBFS; pauses inside words are shorter than the hangover.
SOUND_RMS = 32768 * 10 ** (-40 / 20)
HANGOVER_FRAMES = 10

Emit = Callable[[dict[str, Any]], None]


def is_sound(frame: bytes) -> bool:
    """Whether a frame of 16-bit samples is louder than -40 dBFS (root mean square)."""
    samples = np.frombuffer(frame, "<i2").astype(np.float32)
    return bool(np.sqrt(np.mean(samples * samples)) > SOUND_RMS)


class Handset:
    """Speaks what is queued, records both directions and reports what the level meter sees.

    `speak_frame` and `hear_frame` are called by the media thread, in turn; `say` and `close` by the SIP thread.
    Reports are dictionaries with `frame`, the position on the recording's clock in units of 20 ms.
    """

    def __init__(self, folder: Path, emit: Emit) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._emit = emit
        self._heard = _open_wav(folder / "heard.wav")
        self._sent = _open_wav(folder / "sent.wav")
        self._queue: deque[tuple[int, bytes]] = deque()
        self._said: tuple[int, int, int] | None = None  # number, next byte, first frame
        self._sending = SILENCE
        self._sounding = False
        self._last_sound = -HANGOVER_FRAMES
        self._closing = threading.Lock()
        self._closed = False
        self.frame = 0

    def say(self, number: int, audio: bytes) -> None:
        """Queue mu-law; `number` comes back in the report when all of it was sent."""
        self._queue.append((number, mulaw.decode(audio).tobytes()))

    def speak_frame(self) -> bytes:
        """The next frame for the far end: what is queued, else silence."""
        self._sending = SILENCE
        if self._queue:
            number, samples = self._queue[0]
            _, position, first = self._said or (number, 0, self.frame)
            self._sending = samples[position : position + FRAME_BYTES].ljust(FRAME_BYTES, b"\0")
            position += FRAME_BYTES
            self._said = (number, position, first)
            if position >= len(samples):
                self._queue.popleft()
                self._said = None
                self._emit({"event": "said", "number": number, "began": first, "frame": self.frame + 1})
        return self._sending

    def hear_frame(self, frame: bytes) -> None:
        """Take what the far end sent; this ends a tick of the clock."""
        frame = frame[:FRAME_BYTES].ljust(FRAME_BYTES, b"\0")
        with self._closing:
            if self._closed:
                return
            self._heard.writeframesraw(frame)
            self._sent.writeframesraw(self._sending)
        self._sending = SILENCE
        self._meter(frame)
        self.frame += 1

    def _meter(self, frame: bytes) -> None:
        if is_sound(frame):
            self._last_sound = self.frame
            if not self._sounding:
                self._sounding = True
                self._emit({"event": "sound", "frame": self.frame})
        elif self._sounding and self.frame - self._last_sound >= HANGOVER_FRAMES:
            self._sounding = False
            self._emit({"event": "silence", "frame": self._last_sound + 1})

    def close(self) -> None:
        """Finish both recordings; a frame that still comes is dropped."""
        with self._closing:
            self._closed = True
            self._heard.close()
            self._sent.close()


def _open_wav(path: Path) -> wave.Wave_write:
    recording = wave.open(str(path), "wb")  # noqa: SIM115  it stays open for the whole call
    recording.setnchannels(1)
    recording.setsampwidth(2)
    recording.setframerate(SAMPLE_RATE)
    return recording
