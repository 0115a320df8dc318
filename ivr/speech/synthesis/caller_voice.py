"""The voice of a caller who is a machine: good enough to be understood by a recognizer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from ivr.speech.callers import plain
from ivr.speech.sounds import Recordings
from ivr.speech.synthesis.cache import SpeechCache
from ivr.speech.synthesis.errors import EngineMissing
from ivr.speech.synthesis.rendering import natural_voice
from ivr.speech.synthesis.settings import SynthesisSettings
from ivr.speech.synthesis.synthesizer import Synthesizer
from ivr.speech.synthesis.worker import SpeechWorker

Source = Literal["recording", "cache", "kokoro", "espeak-ng"]


@dataclass(frozen=True, slots=True)
class CallerSpeech:
    """A sentence as mu-law (8 kHz) and where it came from. Recognizers get half of espeak-ng's words wrong."""

    audio: bytes
    source: Source


class CallerVoice:
    """Speaks as a caller; made by `caller_voice`."""

    def __init__(self, settings: SynthesisSettings, natural: SpeechWorker, synthesizer: Synthesizer) -> None:
        self._recordings = Recordings(settings.sounds / "callers")
        self._cache = SpeechCache(settings.cache, settings.cache_mb * 1_000_000)
        self._voices = settings.caller_voices
        self._natural = natural
        self._synthesizer = synthesizer

    async def speak(self, text: str, language: str) -> CallerSpeech:
        """`text` from the recorded sentences, else from the cache, else by Kokoro, else by espeak-ng.

        Raises:
            SynthesisError: none of them could speak it.
        """
        words = plain(text)
        recorded = self._recordings.find(language, words)
        if recorded is not None:
            return CallerSpeech(recorded, "recording")
        voice = self._voices.get(language)
        if voice is not None:
            cached = await asyncio.to_thread(self._cache.find, voice, words)
            if cached is not None:
                return CallerSpeech(cached, "cache")
            try:
                audio = await self._natural.speak(words, voice)
            except EngineMissing:
                pass
            else:
                await asyncio.to_thread(self._cache.keep, voice, words, audio)
                return CallerSpeech(audio, "kokoro")
        return CallerSpeech(await self._synthesizer.synthesize(text, language), "espeak-ng")


@asynccontextmanager
async def caller_voice(settings: SynthesisSettings) -> AsyncIterator[CallerVoice]:
    """A caller's voice; its engines start when they are needed and end with this context.

    Raises:
        ManifestError: the manifest of the recorded callers is broken.
    """
    async with natural_voice(settings) as natural:
        synthesizer = Synthesizer(settings)
        try:
            yield CallerVoice(settings, natural, synthesizer)
        finally:
            await synthesizer.close()
