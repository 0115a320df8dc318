"""The port to speech output: a prompt becomes sound."""

from typing import Protocol

from ivr.conversation import Prompt


class SpeakerError(Exception):
    """A prompt could not be turned into sound."""


class Speaker(Protocol):
    async def speak(self, prompt: Prompt) -> bytes:
        """The whole prompt as mu-law (8 kHz, mono): recorded where it was rendered ahead, else synthesised.

        Raises:
            SpeakerError: neither a recording nor a working synthesizer.
        """
