"""Texts that are known before they are spoken: put into the synthesizer's cache, by the natural voice if it is here."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, field
from typing import Literal

from ivr.speech.synthesis.cache import SpeechCache
from ivr.speech.synthesis.errors import EngineMissing, SynthesisError
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


async def keep_ahead(
    texts: Iterable[tuple[str, str]], settings: SynthesisSettings, *, idle: bool = False
) -> AsyncGenerator[Kept, None]:
    """Speak each of `texts` (language, text) into the cache where the line's synthesizer will find it, one by one.

    Where nobody waits for them the voices are `idle`: they have the processor only while nobody else wants it.
    """
    synthesizer = Synthesizer(settings, idle=idle)
    try:
        async with natural_voice(settings, idle=idle) as natural:
            voices = _Voices(settings, natural, synthesizer)
            for language, text in texts:
                yield await voices.keep(language, text)
    finally:
        await synthesizer.close()


@dataclass(slots=True)
class _Voices:
    """The natural one, and the plain one for what that cannot speak. Which of them is missing for a language is found
    out once."""

    settings: SynthesisSettings
    natural: SpeechWorker
    plain: Synthesizer
    _cache: SpeechCache = field(init=False)
    _natural_names: dict[str, str] = field(init=False)
    _silent: dict[str, str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._cache = SpeechCache(self.settings.cache, self.settings.cache_mb * 1_000_000)
        self._natural_names = dict(self.settings.recorded_voices)

    async def keep(self, language: str, text: str) -> Kept:
        name = self._natural_names.get(language)
        if name is not None:
            if await asyncio.to_thread(self._cache.holds, name, text):
                return Kept(language, text, "cache")
            if await self._naturally(language, text, name):
                return Kept(language, text, "natural voice")
        return await self._plainly(language, text)

    async def _naturally(self, language: str, text: str, name: str) -> bool:
        try:
            audio = await self.natural.speak(text, name)
        except EngineMissing:
            del self._natural_names[language]
            return False
        except SynthesisError:  # not up to this text
            return False
        await asyncio.to_thread(self._cache.keep, name, text, audio)
        return True

    async def _plainly(self, language: str, text: str) -> Kept:
        name = self.settings.live_voices.get(language)
        if name is not None and await asyncio.to_thread(self._cache.holds, name, text):
            return Kept(language, text, "cache")
        if language in self._silent:
            return Kept(language, text, None, self._silent[language])
        try:
            await self.plain.synthesize(text, language)
        except EngineMissing as error:
            self._silent[language] = str(error)
            return Kept(language, text, None, str(error))
        except SynthesisError as error:
            return Kept(language, text, None, str(error))
        return Kept(language, text, "espeak-ng")
