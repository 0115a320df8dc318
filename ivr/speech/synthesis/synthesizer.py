"""Speech for texts that are only known during a call: from the cache, else by espeak-ng in its worker process."""

import asyncio

from ivr.speech.synthesis.cache import SpeechCache
from ivr.speech.synthesis.errors import EngineMissing
from ivr.speech.synthesis.settings import SynthesisSettings
from ivr.speech.synthesis.worker import SpeechWorker


class Synthesizer:
    """One for the whole process; its worker starts with the first text that is not cached. What the natural voice has
    spoken ahead (`ahead.py`) is found first."""

    def __init__(self, settings: SynthesisSettings, *, idle: bool = False) -> None:
        """Its worker is `idle`: that of what nobody waits for."""
        self._voices = settings.live_voices
        self._natural_voices = settings.recorded_voices
        self._cache = SpeechCache(settings.cache, settings.cache_mb * 1_000_000)
        self._worker = SpeechWorker("ivr.speech.synthesis.espeak", settings.live_timeout_s, idle=idle)

    @property
    def worker(self) -> SpeechWorker:
        return self._worker

    async def synthesize(self, text: str, language: str) -> bytes:
        """`text` as mu-law (8 kHz), levelled and trimmed like a recording.

        Raises:
            SynthesisError: there is no voice for the language, or the engine could not speak; see its tree.
        """
        voice = self._voices.get(language)
        cached = await asyncio.to_thread(self._find, (self._natural_voices.get(language), voice), text)
        if cached is not None:
            return cached
        if voice is None:
            raise EngineMissing(f"no live voice is set for language '{language}'")
        audio = await self._worker.speak(text, voice)
        await asyncio.to_thread(self._cache.keep, voice, text, audio)
        return audio

    def _find(self, voices: tuple[str | None, ...], text: str) -> bytes | None:
        found = (self._cache.find(voice, text) for voice in voices if voice is not None)
        return next((audio for audio in found if audio is not None), None)

    async def close(self) -> None:
        """End the worker."""
        await self._worker.close()
