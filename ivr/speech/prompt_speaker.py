"""The speaker of a live line: recordings where there are any, the synthesizer for the rest."""

from ivr.conversation import Prompt
from ivr.speech.sounds import Recordings
from ivr.speech.synthesis.synthesizer import Synthesizer
from ivr.speech.wording import Wording


class PromptSpeaker:
    """Implements `Speaker`. Every piece brings its silences, so joining them leaves natural gaps."""

    def __init__(self, wording: Wording, recordings: Recordings, synthesizer: Synthesizer) -> None:
        self._wording = wording
        self._recordings = recordings
        self._synthesizer = synthesizer

    async def speak(self, prompt: Prompt) -> bytes:
        """The whole prompt as mu-law (8 kHz, mono).

        Raises:
            SpeakerError: an unknown prompt or unfilled slot, or neither a recording nor a working synthesizer.
        """
        whole = self._recordings.find(prompt.language, self._wording.text(prompt).strip())
        if whole is not None:
            return whole
        return b"".join([await self._piece(prompt.language, text) for text in self._wording.pieces(prompt)])

    async def _piece(self, language: str, text: str) -> bytes:
        recorded = self._recordings.find(language, text)
        return recorded if recorded is not None else await self._synthesizer.synthesize(text, language)
