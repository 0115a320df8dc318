"""What is to be heard around a caller: a room full of other people, and its hum. The same in every run."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ivr.speech import mulaw
from ivr.speech.line import SAMPLE_RATE, AudioLine, Frame, Received
from ivr.speech.sounds import Recordings, read_manifest
from ivr.speech.synthesis.levels import ACTIVE_DBFS

_SECONDS = 20
_VOICES = 8
_HUM_DB = -6.0
"""The hum of the room, beside the voices."""


def room(sounds: Path, quieter_db: float, seed: int = 1) -> bytes:
    """Twenty seconds (mu-law) of a room that is so much quieter than a caller: the voices of `sounds`/callers, all at
    once, and pink noise.

    Raises:
        ManifestError: the manifest of the recorded callers is broken.
    """
    random = np.random.default_rng(seed)
    sound = _voices(sounds / "callers", random) + _pink(random) * 10 ** (_HUM_DB / 20)
    level = 32768 * 10 ** ((ACTIVE_DBFS - quieter_db) / 20)
    return mulaw.encode(np.clip(sound / _rms(sound) * level, -32768, 32767).astype(np.int16))


class NoisyLine:
    """An `AudioLine` with `room` (mu-law) round and round behind the caller's voice."""

    def __init__(self, line: AudioLine, room: bytes) -> None:
        self._line = line
        self._room = _frames(room)

    async def receive(self) -> Received:
        received = await self._line.receive()
        return Frame(mixed(received.audio, next(self._room))) if isinstance(received, Frame) else received

    async def play(self, audio: bytes) -> None:
        await self._line.play(audio)

    async def flush(self) -> None:
        await self._line.flush()


def mixed(one: bytes, other: bytes) -> bytes:
    """Both at once (mu-law); as long as `one`, `other` must not be shorter."""
    both = mulaw.decode(one).astype(np.int32) + mulaw.decode(other[: len(one)])
    return mulaw.encode(np.clip(both, -32768, 32767).astype(np.int16))


def _frames(room: bytes) -> Iterator[bytes]:
    return itertools.cycle(room[at : at + 160] for at in range(0, len(room) - 159, 160))


def _voices(callers: Path, random: np.random.Generator) -> NDArray[np.float64]:
    """Other people, each saying one thing after another."""
    recordings, known = Recordings(callers), read_manifest(callers)
    heard = np.zeros(_SECONDS * SAMPLE_RATE)
    for _ in range(_VOICES if known else 0):
        at = 0
        while at < len(heard):
            entry = known[random.integers(len(known))]
            said = mulaw.decode(recordings.find(entry.language, entry.text) or b"").astype(np.float64)
            part = said[: len(heard) - at]
            heard[at : at + len(part)] += part
            at += len(part) + SAMPLE_RATE // 5
    return heard / max(_rms(heard), 1.0)


def _pink(random: np.random.Generator) -> NDArray[np.float64]:
    """Noise whose power falls with the frequency; its root mean square is 1."""
    spectrum = np.fft.rfft(random.standard_normal(_SECONDS * SAMPLE_RATE))
    spectrum /= np.sqrt(np.arange(1, len(spectrum) + 1))
    noise = np.fft.irfft(spectrum, _SECONDS * SAMPLE_RATE)
    return np.asarray(noise / _rms(noise))


def _rms(sound: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(np.square(sound))))
