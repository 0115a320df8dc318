"""Answers that are new are in the speech cache before a caller asks for them."""

import asyncio
from dataclasses import replace
from pathlib import Path

from ari_app.published.speaking import AnswersAhead
from ivr.speech.synthesis.cache import SpeechCache
from ivr.speech.synthesis.settings import SynthesisSettings
from knowledge.article import Article
from knowledge.library import Library, load_library
from knowledge.settings import KnowledgeSettings

SHIPPED = load_library(KnowledgeSettings().articles)
LOCKED = SHIPPED.articles["en", "account-locked"]
VOICE = SynthesisSettings().live_voices["en"]
LONG = "Restart the computer, wait until it asks for the password, and then wait a little more. " * 4


def library(*articles: Article) -> Library:
    return Library({(article.language, article.id): article for article in articles}, {})


async def until_spoken(cache: SpeechCache, text: str) -> None:
    async with asyncio.timeout(60):
        while cache.find(VOICE, text.strip()) is None:  # noqa: ASYNC110 (a file sets no event)
            await asyncio.sleep(0.05)


# 000-13
async def test_what_is_new_is_spoken_and_nothing_else(tmp_path: Path) -> None:
    ahead = AnswersAhead(SynthesisSettings(cache=tmp_path, live_timeout_s=60), library(LOCKED))
    cache = SpeechCache(tmp_path, 1_000_000)
    try:
        await ahead.take(library(LOCKED))
        await ahead.take(
            library(replace(LOCKED, spoken="Call us. Then wait.", spoken_steps=("Call us.", "Then wait.")))
        )
        await until_spoken(cache, "Call us.")
        await until_spoken(cache, "Then wait.")
    finally:
        await ahead.close()
    assert cache.find(VOICE, LOCKED.topic) is None
    assert cache.find(VOICE, LOCKED.spoken) is None


async def test_an_edition_that_is_replaced_is_not_spoken_to_its_end(tmp_path: Path) -> None:
    ahead = AnswersAhead(SynthesisSettings(cache=tmp_path, live_timeout_s=60), library())
    cache = SpeechCache(tmp_path, 10_000_000)
    many = [replace(LOCKED, id=f"a{index}", topic=f"topic {index}", spoken=f"{index}. {LONG}") for index in range(200)]
    try:
        await ahead.take(library(*many))
        await until_spoken(cache, "topic 0")
        await ahead.take(library(replace(LOCKED, topic="the last", spoken="The last of all.")))
        await until_spoken(cache, "The last of all.")
    finally:
        await ahead.close()
    assert cache.find(VOICE, "topic 199") is None
