"""The answers of the articles are spoken into the speech cache before the first caller asks for them."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import aclosing, suppress
from pathlib import Path

import structlog

from ivr.speech.sounds import read_manifest, text_hash
from ivr.speech.synthesis.ahead import keep_ahead
from ivr.speech.synthesis.settings import SynthesisSettings
from knowledge.library import Library

log = structlog.get_logger(__name__)

Text = tuple[str, str]
"""Language and words."""


class AnswersAhead:
    """One text at a time, by voices that have the processor while nobody else wants it. Calls never wait for them: what
    is not there yet is spoken by the calls' own synthesizer."""

    def __init__(self, settings: SynthesisSettings) -> None:
        self._settings = settings
        self._before: frozenset[Text] = frozenset()
        self._speaking: asyncio.Task[None] | None = None

    async def take(self, library: Library) -> None:
        """New calls get these articles: those before are given up, and what is new among these comes first. Returns at
        once."""
        await self.close()
        texts = tuple(dict.fromkeys(spoken_texts(library)))
        new_first = sorted(texts, key=self._before.__contains__)
        self._before = frozenset(texts)
        self._speaking = asyncio.create_task(self._speak(new_first), name="answers ahead")

    async def close(self) -> None:
        if self._speaking is not None:
            self._speaking.cancel()
            with suppress(asyncio.CancelledError):
                await self._speaking
            self._speaking = None

    async def _speak(self, texts: list[Text]) -> None:
        try:
            wanted = await asyncio.to_thread(_not_recorded, texts, self._settings.sounds)
            spoken_by: Counter[str] = Counter()
            problems: set[str] = set()
            async with aclosing(keep_ahead(wanted, self._settings, idle=True)) as keeping:
                async for kept in keeping:
                    spoken_by[kept.by or "nobody"] += 1
                    if kept.problem and kept.problem not in problems:
                        problems.add(kept.problem)
                        log.warning("an answer is not spoken ahead", text=kept.text, why=kept.problem)
            log.info("the answers are in the speech cache", **{by.replace(" ", "_"): n for by, n in spoken_by.items()})
        except Exception:
            log.exception("the answers are not spoken ahead")


def spoken_texts(library: Library) -> Iterator[Text]:
    """The pieces that are spoken of each article, as the speaker asks for them."""
    for article in library.articles.values():
        for words in (article.topic, *(article.spoken_steps or (article.spoken,))):
            yield article.language, words.strip()


def _not_recorded(texts: Iterable[Text], sounds: Path) -> list[Text]:
    """
    Raises:
        ManifestError: what is recorded cannot be read.
    """
    recorded = {entry.text_hash for entry in read_manifest(sounds)}
    return [(language, words) for language, words in texts if text_hash(language, words) not in recorded]
