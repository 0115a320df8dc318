"""Sounds that no voice makes, computed: the tone before a recording, and the music of the queue."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from ivr.speech import mulaw
from ivr.speech.line import SAMPLE_RATE

_BEAT_S = 0.75
_ARPEGGIO = (0, 1, 2, 3, 2, 1, 3, 2)
"""Which note of the chord each half beat plays."""
_CHORDS = (
    (60, 64, 67, 74),
    (57, 64, 67, 72),
    (62, 65, 69, 76),
    (55, 65, 71, 74),
    (64, 67, 71, 74),
    (57, 64, 67, 71),
    (53, 65, 69, 72),
    (55, 62, 67, 71),
)
"""Eight bars of four MIDI notes: C, A minor, D minor, G, E minor, A minor, F, G."""
_OVERTONES = ((1, 1.0), (2, 0.28), (3, 0.10), (4, 0.04))
_MUSIC_RMS = 10 ** (-26 / 20)
_TONE_AMPLITUDE = 10 ** (-17 / 20)


def tone() -> bytes:
    """A soft beep of 0.4 s at 800 Hz (mu-law)."""
    length = SAMPLE_RATE * 4 // 10
    swell = np.minimum(1, np.minimum(np.arange(length), np.arange(length)[::-1]) / (SAMPLE_RATE * 0.04))
    beep = _TONE_AMPLITUDE * swell * np.sin(2 * np.pi * 800 * np.arange(length) / SAMPLE_RATE)
    quiet = np.zeros(SAMPLE_RATE // 20)
    return _mulaw(np.concatenate([quiet, beep, quiet]))


def hold_music() -> bytes:
    """24 s of calm broken chords that loop without a seam (mu-law)."""
    beats = [
        (bar * 4 + half / 2, chord[note]) for bar, chord in enumerate(_CHORDS) for half, note in enumerate(_ARPEGGIO)
    ]
    basses = [(float(bar * 4), chord[0] - 12) for bar, chord in enumerate(_CHORDS)]
    music = np.zeros(round(len(_CHORDS) * 4 * _BEAT_S * SAMPLE_RATE))
    for beat, note in beats:
        _strike(music, beat, note, seconds=2.2, strength=0.5)
    for beat, note in basses:
        _strike(music, beat, note, seconds=3.2, strength=0.8)
    return _mulaw(music * _MUSIC_RMS / np.sqrt(np.mean(music**2)))


GENERATED: Mapping[str, Callable[[], bytes]] = {"tone": tone, "hold-music": hold_music}


def _strike(music: NDArray[np.float64], beat: float, note: int, seconds: float, strength: float) -> None:
    """Add one note, like a soft electric piano; what rings beyond the end rings at the beginning."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    pitch = 440 * 2 ** ((note - 69) / 12)
    sound = sum(
        level * np.sin(2 * np.pi * pitch * order * time) * np.exp(-time * (1.6 + 0.9 * order))
        for order, level in _OVERTONES
        if pitch * order < SAMPLE_RATE / 2
    )
    attack = np.minimum(1, time / 0.015)
    release = np.minimum(1, (seconds - time) / 0.1)
    places = (round(beat * _BEAT_S * SAMPLE_RATE) + np.arange(len(time))) % len(music)
    music[places] += strength * attack * release * sound


def _mulaw(samples: NDArray[np.float64]) -> bytes:
    return mulaw.encode((samples * 32767).astype(np.int16))
