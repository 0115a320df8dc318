"""Latencies in the two recordings of a call: what was sent and what was heard, on one clock.

All functions are pure. Recordings are 16-bit samples at 8 kHz; positions and lengths are seconds. Sound is what lies
above -40 dBFS (root mean square of 5 ms).
"""

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 8000
WINDOW_S = 0.005
THRESHOLD_DBFS = -40.0
_WINDOW = round(SAMPLE_RATE * WINDOW_S)

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sound from `began_s` to `ended_s`."""

    began_s: float
    ended_s: float


def read_samples(path: Path) -> Samples:
    """A recording of a telephone (16 bit, 8 kHz, mono)."""
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def stretches(samples: Samples, gap_s: float) -> list[Stretch]:
    """Where there is sound; silences shorter than `gap_s` belong to it."""
    loud = np.flatnonzero(_levels_dbfs(samples) > THRESHOLD_DBFS)
    if not len(loud):
        return []
    breaks = np.flatnonzero(np.diff(loud) * WINDOW_S >= gap_s + WINDOW_S)
    begins = loud[np.concatenate(([0], breaks + 1))]
    ends = loud[np.concatenate((breaks, [len(loud) - 1]))] + 1
    return [Stretch(float(begin) * WINDOW_S, float(end) * WINDOW_S) for begin, end in zip(begins, ends, strict=True)]


def onset_s(samples: Samples, since_s: float) -> float | None:
    """The first sound at or after `since_s`."""
    sounding = stretches(samples[round(since_s * SAMPLE_RATE) :], gap_s=0.0)
    return since_s + sounding[0].began_s if sounding else None


def barge_in_s(sent: Samples, heard: Samples, since_s: float, silence_s: float = 0.6) -> float | None:
    """From the caller's speech onset (the first after `since_s`) to silence at the caller's ear.

    None if the caller said nothing, if nothing was heard at the onset, or if the line never fell silent.
    """
    onset = onset_s(sent, since_s)
    if onset is None:
        return None
    for stretch in stretches(heard, silence_s):
        if stretch.began_s <= onset < stretch.ended_s:
            return stretch.ended_s - onset if stretch.ended_s + silence_s <= len(heard) / SAMPLE_RATE else None
    return None


def turn_s(sent: Samples, heard: Samples, since_s: float, until_s: float) -> float | None:
    """From the end of what the caller said between `since_s` and `until_s` to the first sound heard after it.

    None if the caller said nothing or the line never answered.
    """
    said = stretches(sent[: round(until_s * SAMPLE_RATE)], gap_s=10.0)
    spoken = [stretch for stretch in said if stretch.ended_s > since_s]
    if not spoken:
        return None
    answer = onset_s(heard, spoken[-1].ended_s)
    return None if answer is None else answer - spoken[-1].ended_s


def lively_s(reference: Samples, count: int, length_s: float = 0.5, longest_gap_s: float = 0.04) -> list[float]:
    """Up to `count` positions, spread evenly, from which a prompt sounds on for `length_s`: a silence found there
    was made by a caller, not by the speaker's breath."""
    sounding = stretches(reference, longest_gap_s)
    step = 0.1
    starts = [
        stretch.began_s + offset * step
        for stretch in sounding
        for offset in range(int((stretch.ended_s - stretch.began_s - length_s) / step) + 1)
    ]
    if len(starts) <= count:
        return starts
    return [starts[round(place)] for place in np.linspace(0, len(starts) - 1, count)]


def find_excerpt(excerpt: Samples, reference: Samples) -> tuple[float, float]:
    """Where in `reference` the excerpt fits best, and how well (0…1, the normalised correlation)."""
    part, whole = excerpt.astype(float), reference.astype(float)
    if len(part) > len(whole) or not np.any(part):
        return 0.0, 0.0
    size = len(whole) + len(part) - 1
    products = np.fft.irfft(np.fft.rfft(whole, size) * np.conj(np.fft.rfft(part, size)), size)
    products = products[: len(whole) - len(part) + 1]
    energy = np.concatenate(([0.0], np.cumsum(whole**2)))
    norms = np.sqrt(np.maximum(energy[len(part) :] - energy[: -len(part)], 1.0) * np.sum(part**2))
    likeness = products / norms
    best = int(np.argmax(likeness))
    return best / SAMPLE_RATE, float(max(likeness[best], 0.0))


def percentile(values: list[float], percent: float) -> float:
    """The smallest value that `percent` of all do not exceed (nearest rank).

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(0, int(np.ceil(percent / 100 * len(ordered))) - 1)]


def _levels_dbfs(samples: Samples) -> NDArray[np.float64]:
    whole = samples[: len(samples) // _WINDOW * _WINDOW].reshape(-1, _WINDOW).astype(float)
    power = np.mean(whole**2, axis=1) / 32768**2
    return np.asarray(10 * np.log10(np.maximum(power, 1e-12)))
