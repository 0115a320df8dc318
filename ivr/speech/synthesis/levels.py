"""How loud speech is, and how much silence stands around it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ivr.speech import mulaw
from ivr.speech.line import SAMPLE_RATE

ACTIVE_DBFS = -20.0
PEAK_DBFS = -3.0
LEADING_MS = 60
TRAILING_MS = 120

_STEP_MS = 5
_STEP = SAMPLE_RATE * _STEP_MS // 1000
_AUDIBLE_DBFS = -50.0
_MARGIN_DB = 15.9  # the margin of ITU-T P.56 between active speech and the threshold under which it is a pause
_FLOOR = 1e-6


@dataclass(frozen=True, slots=True)
class Levels:
    """`active_dbfs` is the RMS of speech without its pauses, `peak_dbfs` the loudest sample."""

    active_dbfs: float
    peak_dbfs: float
    leading_ms: int
    trailing_ms: int
    seconds: float


def measure(audio: bytes) -> Levels:
    """The levels of `audio` (mu-law, 8 kHz)."""
    samples = mulaw.decode(audio).astype(np.float32) / np.float32(32768)
    leading, end = audible(samples)
    return Levels(
        active_dbfs=round(active_dbfs(samples), 1),
        peak_dbfs=round(decibels(float(np.max(np.abs(samples), initial=0.0))), 1),
        leading_ms=leading * 1000 // SAMPLE_RATE,
        trailing_ms=(len(samples) - end) * 1000 // SAMPLE_RATE,
        seconds=round(len(samples) / SAMPLE_RATE, 2),
    )


def active_dbfs(samples: NDArray[np.float32]) -> float:
    """The RMS level of those steps that are speech; `samples` are -1 … 1 at 8 kHz."""
    powers = _powers(samples)
    if not len(powers):
        return decibels(0.0)
    threshold = 0.0
    for _ in range(10):
        level = float(np.mean(powers[powers >= threshold]))
        threshold = level / 10 ** (_MARGIN_DB / 10)
    return decibels(level**0.5)


def audible(samples: NDArray[np.float32]) -> tuple[int, int]:
    """The first sample that can be heard and the one after the last, in steps of 5 ms; (n, n) for silence."""
    heard = np.flatnonzero(_powers(samples) > 10 ** (_AUDIBLE_DBFS / 10))
    if not len(heard):
        return len(samples), len(samples)
    return int(heard[0]) * _STEP, min(int(heard[-1] + 1) * _STEP, len(samples))


def decibels(amplitude: float) -> float:
    """`amplitude` (1.0 is full scale) in dBFS, never below -120."""
    return 20 * float(np.log10(max(amplitude, _FLOOR)))


def _powers(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean power of every step of 5 ms; the last step is filled up with silence."""
    padded = np.pad(samples, (0, -len(samples) % _STEP))
    powers: NDArray[np.float32] = np.mean(padded.reshape(-1, _STEP) ** 2, axis=1)
    return powers
