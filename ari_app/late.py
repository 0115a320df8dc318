"""What takes seconds to load comes up behind the queue, and who needs it before waits for it.

After a restart the callers who wait for an agent, and those who talk with one, come first: they need no ears, and no
voice but the agent's.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ivr.conversation import Hypothesis, Prompt
from ivr.desk import Matcher, Ranking
from ivr.speech.engines.loading import EngineSpec
from ivr.speech.settings import SpeechSettings
from ivr.speech.speaker import Speaker
from ivr.speech.workers import RecognizerPool


@dataclass(frozen=True, slots=True)
class LateSpeaker:
    """`Speaker` whose recordings may still be looked up."""

    loading: "asyncio.Task[Speaker]"

    async def speak(self, prompt: Prompt) -> bytes:
        return await (await self.loaded()).speak(prompt)

    async def loaded(self) -> Speaker:
        """
        Raises:
            ManifestError: the manifest of the recordings is broken.
        """
        return await asyncio.shield(self.loading)


@dataclass(frozen=True, slots=True)
class LateMatcher:
    """`Matcher` that may still be learning."""

    loading: "asyncio.Task[Matcher]"

    async def rank(self, hypotheses: tuple[Hypothesis, ...], language: str) -> Ranking:
        return await (await self.loaded()).rank(hypotheses, language)

    async def loaded(self) -> Matcher:
        """
        Raises:
            KnowledgeError: there is nothing to learn from.
        """
        return await asyncio.shield(self.loading)


class LateRecognizer:
    """`Recognizer` that hears from `load` on; `specs` says what to load, and may take seconds to find out."""

    def __init__(self, settings: SpeechSettings, specs: Callable[[], Sequence[EngineSpec]]) -> None:
        self._settings = settings
        self._specs = specs
        self._pool: asyncio.Future[RecognizerPool] = asyncio.get_running_loop().create_future()

    async def load(self) -> None:
        """
        Raises:
            RecognizerError: a worker could not load its models; none is left behind.
        """
        pool = RecognizerPool(await asyncio.to_thread(self._specs), self._settings)
        await pool.start()
        self._pool.set_result(pool)

    async def recognize(self, audio: bytes, language: str, phrases: tuple[str, ...] = ()) -> tuple[Hypothesis, ...]:
        pool = await asyncio.shield(self._pool)
        return await pool.recognize(audio, language, phrases)

    async def close(self) -> None:
        """End the workers, if there are any."""
        if self._pool.done():
            await self._pool.result().close()
