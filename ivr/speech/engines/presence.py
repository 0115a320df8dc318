"""Is there a voice at all? Engines make words of silence and noise ("You", "Google.com"), so this is asked first.

The judge is Silero's detector, which faster-whisper ships: 6 ms for 3 s of sound. On silence, noise, hum, tones,
keys, coughs and music it stayed below 0.2, on every sentence of speech-bench, with noise too, above 0.6.
"""

from pathlib import Path

import numpy as np
from faster_whisper.vad import SileroVADModel

from ivr.conversation import Hypothesis
from ivr.speech.audio import Samples
from ivr.speech.engines.engine import Engine
from ivr.speech.models import SILERO, packaged_path, verify

_WINDOW = 512
_LIKELY = 0.5
_FEWEST_WINDOWS = 2
"""Windows of 32 ms that must sound like a voice: a short "no" has five, a click none."""


class VoiceOnly:
    """An engine that is asked only when there is a voice."""

    def __init__(self, engine: Engine, cache: Path) -> None:
        self._engine = engine
        verify(SILERO, cache)
        self._detector = SileroVADModel(str(packaged_path(SILERO)))

    def transcribe(self, samples: Samples, phrases: tuple[str, ...] = ()) -> tuple[Hypothesis, ...]:
        if not self._has_voice(samples):
            return ()
        return self._engine.transcribe(samples, phrases)

    def _has_voice(self, samples: Samples) -> bool:
        if len(samples) == 0:
            return False
        padded = np.zeros(-(-len(samples) // _WINDOW) * _WINDOW, np.float32)
        padded[: len(samples)] = samples
        return int((self._detector(padded) >= _LIKELY).sum()) >= _FEWEST_WINDOWS
