"""Texts that are known shortly before they are spoken: put into the synthesizer's cache, by the natural voice if it is
there."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Literal

from ivr.speech.synthesis.cache import SpeechCache
from ivr.speech.synthesis.errors import SynthesisError
from ivr.speech.synthesis.rendering import natural_voice
from ivr.speech.synthesis.settings import SynthesisSettings
from ivr.speech.synthesis.synthesizer import Synthesizer
from ivr.speech.synthesis.worker import SpeechWorker


@dataclass(frozen=True, slots=True)
class Kept:
    """A text and who spoke it into the cache; nobody could where `problem` says why."""

    language: str
    text: str
    by: Literal["cache", "natural voice", "espeak-ng"] | None
    problem: str = ""


async def keep_ahead(texts: Iterable[tuple[str, str]], settings: SynthesisSettings) -> AsyncIterator[Kept]:
    """Speak each of `texts` (language, text) into the cache where the line's synthesizer will find it, one by one."""
    cache = SpeechCache(settings.cache, settings.cache_mb * 1_000_000)
    synthesizer = Synthesizer(settings)
    try:
        async with natural_voice(settings) as natural:
            for language, text in texts:
                yield await _keep(language, text, settings.recorded_voices.get(language), cache, natural, synthesizer)
    finally:
        await synthesizer.close()


async def _keep(
    language: str, text: str, voice: str | None, cache: SpeechCache, natural: SpeechWorker, synthesizer: Synthesizer
) -> Kept:
    try:
        if voice is not None:
            if await asyncio.to_thread(cache.find, voice, text) is not None:
                return Kept(language, text, "cache")
            try:
                audio = await natural.speak(text, voice)
            except SynthesisError:  # not installed, or not up to this text: then a plain voice speaks it
                pass
            else:
                await asyncio.to_thread(cache.keep, voice, text, audio)
                return Kept(language, text, "natural voice")
        await synthesizer.synthesize(text, language)
    except SynthesisError as error:
        return Kept(language, text, None, str(error))
    return Kept(language, text, "espeak-ng")
