"""From what an engine gives to what a telephone carries: band, level, silences, mu-law."""

import numpy as np
from numpy.typing import NDArray

from ivr.speech import mulaw
from ivr.speech.audio import resample
from ivr.speech.line import SAMPLE_RATE
from ivr.speech.synthesis.levels import ACTIVE_DBFS, LEADING_MS, PEAK_DBFS, TRAILING_MS, active_dbfs, audible

_BAND = ((60, 140, 3600, 3950), (0, 1, 1, 0))
"""Frequencies (Hz) and how much of them passes."""
_KNEE = 0.5  # of the highest allowed peak: what is quieter passes the limiter untouched
_FADE = SAMPLE_RATE * 5 // 1000


def master(samples: NDArray[np.float32], rate: int) -> bytes:
    """`samples` (-1 … 1 at `rate` Hz) as mu-law at 8 kHz: speech at -20 dBFS, no peak above -3 dBFS,
    60 ms of silence before and 120 ms after it."""
    band = _band_limited(samples, rate)
    if not band.any():
        return b""
    level = band * np.float32(10 ** ((ACTIVE_DBFS - active_dbfs(band)) / 20))
    return mulaw.encode((_limited(_framed(level)) * 32767).astype(np.int16))


def _band_limited(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """`samples` at 8 kHz, with silence around them, without what a telephone does not carry."""
    narrow = resample(np.pad(samples, rate // 10), rate, SAMPLE_RATE)
    hertz = np.fft.rfftfreq(len(narrow), 1 / SAMPLE_RATE)
    spectrum = np.fft.rfft(narrow) * np.interp(hertz, *_BAND)
    return np.fft.irfft(spectrum, len(narrow)).astype(np.float32)


def _framed(level: NDArray[np.float32]) -> NDArray[np.float32]:
    """What can be heard of `level`, between its silences. The soft edges lie outside of it, in the silences."""
    start, end = audible(level)
    edge = np.linspace(0, 1, _FADE, dtype=np.float32)
    speech = np.pad(level, _FADE)[start : end + 2 * _FADE]
    speech[:_FADE] *= edge
    speech[-_FADE:] *= edge[::-1]
    return np.pad(speech, (_samples(LEADING_MS) - _FADE, _samples(TRAILING_MS) - _FADE))


def _samples(milliseconds: int) -> int:
    return milliseconds * SAMPLE_RATE // 1000


def _limited(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """`samples` bent smoothly under the highest allowed peak."""
    peak = 10 ** (PEAK_DBFS / 20)
    knee = peak * _KNEE
    over = np.maximum(np.abs(samples) - knee, 0)
    bent = knee + (peak - knee) * np.tanh(over / (peak - knee))
    limited: NDArray[np.float32] = np.where(over > 0, np.sign(samples) * bent, samples).astype(np.float32)
    return limited
