"""Coughs, clicks and breaths, made by a fixed recipe: sounds without words, as they come through a telephone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ivr.speech import mulaw

SAMPLE_RATE = 8000
COUGHS, CLICKS, BREATHS = 8, 6, 6


@dataclass(frozen=True, slots=True)
class Noise:
    """One sound: mu-law at 8 kHz."""

    name: str
    audio: bytes


def noises(seed: int = 20) -> list[Noise]:
    """Twenty sounds, alike in every run: 8 coughs, 6 clicks, 6 breaths, mixed."""
    random = np.random.default_rng(seed)
    made = [
        *(Noise(f"cough {number}", _mulaw(_cough(random), -12)) for number in range(1, COUGHS + 1)),
        *(Noise(f"click {number}", _mulaw(_click(random), -8)) for number in range(1, CLICKS + 1)),
        *(Noise(f"breath {number}", _mulaw(_breath(random), -26)) for number in range(1, BREATHS + 1)),
    ]
    return [made[place] for place in random.permutation(len(made))]


def _cough(random: np.random.Generator) -> NDArray[np.float64]:
    """A burst as the throat opens, the rush of air after it, and a short hoarse voice that dies away."""
    burst = _hiss(random, random.uniform(0.03, 0.05), 300, 3400) * 1.5
    rush = _hiss(random, random.uniform(0.12, 0.22), 400, 2600)
    rush *= np.exp(-np.linspace(0, 3, len(rush)))
    voice_s = random.uniform(0.06, 0.12)
    clock = np.arange(round(voice_s * SAMPLE_RATE)) / SAMPLE_RATE
    voice = np.sign(np.sin(2 * np.pi * random.uniform(110, 180) * clock)) * np.exp(-clock / voice_s * 3) * 0.5
    return np.concatenate((burst, rush, voice + _hiss(random, voice_s, 300, 2000) * 0.4))


def _click(random: np.random.Generator) -> NDArray[np.float64]:
    """A knock on the receiver: it rings for some milliseconds."""
    clock = np.arange(round(random.uniform(0.008, 0.025) * SAMPLE_RATE)) / SAMPLE_RATE
    return np.asarray(np.sin(2 * np.pi * random.uniform(600, 2200) * clock) * np.exp(-clock * random.uniform(200, 500)))


def _breath(random: np.random.Generator) -> NDArray[np.float64]:
    """Air over the microphone: it swells and ebbs."""
    air = _hiss(random, random.uniform(0.4, 0.9), 500, 3400)
    return np.asarray(air * np.sin(np.linspace(0, np.pi, len(air))) ** 2)


def _hiss(random: np.random.Generator, length_s: float, low_hz: float, high_hz: float) -> NDArray[np.float64]:
    """Noise between two frequencies, with a root mean square of 1."""
    length = round(length_s * SAMPLE_RATE)
    spectrum = np.fft.rfft(random.standard_normal(length))
    frequencies = np.fft.rfftfreq(length, 1 / SAMPLE_RATE)
    spectrum[(frequencies < low_hz) | (frequencies > high_hz)] = 0
    hiss = np.fft.irfft(spectrum, length)
    return np.asarray(hiss / np.sqrt(np.mean(hiss**2)))


def _mulaw(sound: NDArray[np.float64], peak_dbfs: float) -> bytes:
    peak = 32768 * 10 ** (peak_dbfs / 20)
    return mulaw.encode(np.round(sound / np.max(np.abs(sound)) * peak).astype(np.int16))
