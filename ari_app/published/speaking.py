"""New answers are spoken into the speech cache before the first caller asks for them."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import suppress

import structlog

from ivr.speech.synthesis.errors import EngineMissing, SynthesisError
from ivr.speech.synthesis.settings import SynthesisSettings
from ivr.speech.synthesis.synthesizer import Synthesizer
from knowledge.library import Library

log = structlog.get_logger(__name__)

_NICENESS = 15

Text = tuple[str, str]
"""Language and words."""


class AnswersAhead:
    """`library` is what calls have already. What is new in the next one is spoken by a synthesizer of our own, one text
    at a time and at low priority: that of the calls is never waited for."""

    def __init__(self, settings: SynthesisSettings, library: Library) -> None:
        self._settings = settings
        self._known = frozenset(spoken_texts(library))
        self._speaking: asyncio.Task[None] | None = None

    async def take(self, library: Library) -> None:
        """New calls get these articles: what was still to be spoken of those before is given up. Returns at once."""
        await self.close()
        wanted = dict.fromkeys(spoken_texts(library))
        if new := [text for text in wanted if text not in self._known]:
            self._speaking = asyncio.create_task(self._speak(new), name="answers ahead")

    async def close(self) -> None:
        if self._speaking is not None:
            self._speaking.cancel()
            with suppress(asyncio.CancelledError):
                await self._speaking
            self._speaking = None

    async def _speak(self, texts: list[Text]) -> None:
        synthesizer, done = Synthesizer(self._settings), 0
        try:
            for language, words in texts:
                if await self._spoken(synthesizer, language, words):
                    self._known |= {(language, words)}
                    done += 1
            log.info("new answers are in the speech cache", count=done, of=len(texts))
        except EngineMissing as error:
            log.warning("new answers are not spoken ahead", why=str(error))
        except Exception:
            log.exception("new answers are not spoken ahead")
        finally:
            await synthesizer.close()

    @staticmethod
    async def _spoken(synthesizer: Synthesizer, language: str, words: str) -> bool:
        try:
            await synthesizer.synthesize(words, language)
        except EngineMissing:
            raise
        except SynthesisError as error:
            log.warning("an answer cannot be spoken ahead", text=words, why=str(error))
            return False
        if synthesizer.worker.pid is not None:
            with suppress(OSError):  # it has ended
                os.setpriority(os.PRIO_PROCESS, synthesizer.worker.pid, _NICENESS)
        return True


def spoken_texts(library: Library) -> Iterator[Text]:
    """The pieces that are spoken of each article, as the speaker asks for them."""
    for article in library.articles.values():
        for words in (article.topic, *(article.spoken_steps or (article.spoken,))):
            yield article.language, words.strip()
