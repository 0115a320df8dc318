"""What takes seconds to load comes up behind the queue, and who needs it before waits for it.

After a restart the callers who wait for an agent, and those who talk with one, come first: they need no ears, and no
voice but the agent's.
"""

import asyncio
from dataclasses import dataclass
from typing import Generic, TypeVar

from ivr.conversation import Hypothesis, Prompt
from ivr.desk import Matcher, Ranking
from ivr.speech.speaker import Speaker
from ivr.speech.workers import RecognizerPool

Loaded = TypeVar("Loaded")


@dataclass(frozen=True, slots=True)
class Late(Generic[Loaded]):
    """Something that may still be loading."""

    loading: "asyncio.Task[Loaded]"

    @property
    def now(self) -> Loaded | None:
        """None while it is not there."""
        loading = self.loading
        if not loading.done() or loading.cancelled() or loading.exception() is not None:
            return None
        return loading.result()

    async def loaded(self) -> Loaded:
        """Raises what went wrong in loading it."""
        return await asyncio.shield(self.loading)


class LateSpeaker(Late[Speaker]):
    """`Speaker`."""

    async def speak(self, prompt: Prompt) -> bytes:
        return await (await self.loaded()).speak(prompt)


class LateMatcher(Late[Matcher]):
    """`Matcher`."""

    async def rank(self, hypotheses: tuple[Hypothesis, ...], language: str) -> Ranking:
        return await (await self.loaded()).rank(hypotheses, language)


class LateRecognizer(Late[RecognizerPool]):
    """`Recognizer`."""

    async def recognize(self, audio: bytes, language: str, phrases: tuple[str, ...] = ()) -> tuple[Hypothesis, ...]:
        return await (await self.loaded()).recognize(audio, language, phrases)

    async def overhear(self, audio: bytes, language: str) -> tuple[Hypothesis, ...]:
        return await (await self.loaded()).overhear(audio, language)

    async def close(self) -> None:
        """End the workers, also those that are still loading."""
        self.loading.cancel()
        await asyncio.wait([self.loading])
        if not self.loading.cancelled() and self.loading.exception() is None:
            await self.loading.result().close()
