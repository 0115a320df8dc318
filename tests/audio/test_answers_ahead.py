"""Answers are in the speech cache before a caller asks for them, and can be made out."""

import asyncio
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from ari_app.published.speaking import AnswersAhead
from ivr.speech.audio import from_mulaw
from ivr.speech.engines.loading import EngineSpec, load
from ivr.speech.scoring import chinese_sounds, english_words, errors
from ivr.speech.synthesis.ahead import keep_ahead
from ivr.speech.synthesis.cache import SpeechCache
from ivr.speech.synthesis.settings import SynthesisSettings
from ivr.speech.synthesis.synthesizer import Synthesizer
from ivr.speech.synthesis.worker import SpeechWorker
from knowledge.article import Article
from knowledge.library import Library, load_library
from knowledge.settings import KnowledgeSettings

SHIPPED = load_library(KnowledgeSettings().articles)
LOCKED = SHIPPED.articles["en", "account-locked"]
VOICE = SynthesisSettings().live_voices["en"]
ANSWERS = ("account-locked", "printer-paper-jam")
LONG = "Restart the computer, wait until it asks for the password, and then wait a little more. " * 4


def library(*articles: Article) -> Library:
    return Library({(article.language, article.id): article for article in articles}, {})


async def until_spoken(cache: SpeechCache, text: str) -> None:
    async with asyncio.timeout(60):
        while cache.find(VOICE, text.strip()) is None:  # noqa: ASYNC110 (a file sets no event)
            await asyncio.sleep(0.05)


@pytest.fixture
def settings(tmp_path: Path) -> SynthesisSettings:
    """With the plain voice only."""
    return SynthesisSettings(cache=tmp_path, recorded_voices={}, live_timeout_s=60)


# 000-13
async def test_all_that_is_not_recorded_is_spoken(settings: SynthesisSettings) -> None:
    ahead, cache = AnswersAhead(settings), SpeechCache(settings.cache, 1_000_000)
    told = replace(
        LOCKED, id="other", topic="the blue thing", spoken="One. Two.", spoken_steps=("Call us.", "Then wait.")
    )
    try:
        await ahead.take(library(LOCKED, told))
        for text in (LOCKED.spoken, "the blue thing", "Call us.", "Then wait."):
            await until_spoken(cache, text)
    finally:
        await ahead.close()
    assert cache.find(VOICE, LOCKED.topic) is None  # recorded
    assert cache.find(VOICE, told.spoken) is None  # nobody is told all of it at once


async def test_an_edition_that_is_replaced_is_given_up_and_what_is_new_comes_first(settings: SynthesisSettings) -> None:
    ahead, cache = AnswersAhead(settings), SpeechCache(settings.cache, 10_000_000)
    many = [replace(LOCKED, id=f"a{index}", topic=f"topic {index}", spoken=f"{index}. {LONG}") for index in range(200)]
    try:
        await ahead.take(library(*many))
        await until_spoken(cache, "topic 0")
        await ahead.take(library(*many, replace(LOCKED, topic="the last", spoken="The last of all.")))
        await until_spoken(cache, "The last of all.")
    finally:
        await ahead.close()
    assert cache.find(VOICE, "topic 199") is None


def schedulers(pid: int) -> set[int]:
    return {os.sched_getscheduler(int(thread.name)) for thread in Path(f"/proc/{pid}/task").iterdir()}


async def test_who_speaks_ahead_gives_way() -> None:
    worker = SpeechWorker("ivr.speech.synthesis.espeak", 60, idle=True)
    try:
        await worker.speak("hello", VOICE)
        assert worker.pid is not None
        assert schedulers(worker.pid) == {os.SCHED_IDLE}
    finally:
        await worker.close()


async def test_a_voice_that_is_missing_is_looked_for_once(settings: SynthesisSettings) -> None:
    nobody = replace(settings, live_voices={"en": VOICE}, recorded_voices={"zh": "zf_xiaoxiao"}, sounds=settings.cache)
    (settings.cache / "voices").mkdir()
    (settings.cache / "voices" / "kokoro.npz").write_bytes(b"not the pinned one")
    texts = [("zh", "\u4e00"), ("zh", "\u4e8c"), ("en", "one")]
    kept = [one async for one in keep_ahead(texts, nobody)]
    assert [one.by for one in kept] == [None, None, "espeak-ng"]
    assert "no live voice" in kept[1].problem
    assert [one.by async for one in keep_ahead(texts[2:], nobody)] == ["cache"]


@pytest.mark.parametrize(("language", "most"), [("en", 0.4), ("zh", 0.8)])
async def test_answers_of_the_plain_voice_can_be_made_out(
    settings: SynthesisSettings, language: str, most: float
) -> None:
    """Not well: docs/knowledge.md has the figures. A voice that reads the wrong language is another matter."""
    parts = chinese_sounds if language == "zh" else english_words
    texts = re.findall("[^.\u3002]+[.\u3002]", "".join(SHIPPED.articles[language, id].spoken for id in ANSWERS))
    engine = load(EngineSpec("whisper-base", language, "", str(settings.cache)))
    wrong = total = 0
    synthesizer = Synthesizer(settings)
    try:
        for text in texts:
            heard = engine.transcribe(from_mulaw(await synthesizer.synthesize(text, language)))
            said = parts(text)
            wrong += min(errors(said, parts(heard[0].text if heard else "")), len(said))
            total += len(said)
    finally:
        await synthesizer.close()
    assert wrong / total < most
