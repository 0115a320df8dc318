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


class Recognizer(Protocol):
    async def recognize(self, audio: bytes, language: str, phrases: tuple[str, ...] = ()) -> tuple[Hypothesis, ...]:
        """What was said in `audio` (mu-law, 8 kHz, mono), best reading first; empty when there were no words.

        `phrases`, where given, is the closed set of answers expected.

        Raises:
            RecognizerError: the engine could not listen; see its tree.
        """
