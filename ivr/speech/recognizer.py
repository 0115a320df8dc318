"""The port to speech recognition. Engines live in `engines/`, the worker processes in `workers.py`."""

from typing import Protocol

from ivr.conversation import Hypothesis


class RecognizerError(Exception):
    """Recognition failed.

    RecognizerError
    ├── RecognizerBusy   the bounded queue is full: this turn goes on with keys
    ├── RecognizerDown   no worker is alive
    └── ModelMissing     an engine was asked for whose model is not installed
    """


class RecognizerBusy(RecognizerError): ...


class RecognizerDown(RecognizerError): ...


class ModelMissing(RecognizerError): ...


class Overhearing(Protocol):
    """For talks between people: nobody waits for what is understood of them."""

    async def overhear(self, audio: bytes, language: str) -> tuple[Hypothesis, ...]:
        """As `Recognizer.recognize`, once nobody else is waiting to be understood, however long that takes."""


class Recognizer(Protocol):
    async def recognize(self, audio: bytes, language: str, phrases: tuple[str, ...] = ()) -> tuple[Hypothesis, ...]:
        """What was said in `audio` (mu-law, 8 kHz, mono), best reading first; empty when there were no words.

        `phrases`, where given, is the closed set of answers expected.

        Raises:
            RecognizerError: the engine could not listen; see its tree.
        """
