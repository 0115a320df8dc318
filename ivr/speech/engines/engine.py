"""The port of an engine: samples in, readings out. Engines are synchronous and live inside worker processes."""

from typing import Protocol

from ivr.conversation import Hypothesis
from ivr.speech.audio import Samples

LONGEST_S = 29.0
"""The longest utterance that any engine takes in one piece."""


class Engine(Protocol):
    def transcribe(self, samples: Samples, phrases: tuple[str, ...] = ()) -> tuple[Hypothesis, ...]:
        """What was said in `samples` (16 kHz, mono, −1…1, at most `LONGEST_S`), best reading first.

        `phrases`, where given, is the closed set of answers expected. Empty when there were no words.
        """
