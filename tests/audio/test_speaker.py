"""Prompts as sound: recordings joined, and what is not recorded synthesised to the same level."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dialplan.loader import load_dialplan
from ivr.conversation import Prompt
from ivr.speech.fillings import known_fillings
from ivr.speech.prompt_speaker import PromptSpeaker
from ivr.speech.sounds import Recordings
from ivr.speech.speaker import SpeakerError
from ivr.speech.synthesis.levels import measure
from ivr.speech.synthesis.settings import SynthesisSettings
from ivr.speech.synthesis.synthesizer import Synthesizer
from ivr.speech.wording import Wording, segments
from knowledge.library import load_library
from knowledge.settings import KnowledgeSettings

RECORDINGS = Recordings(SynthesisSettings().sounds)
DIALPLAN = load_dialplan()


@pytest.fixture
async def synthesizer(tmp_path: Path) -> AsyncIterator[Synthesizer]:
    synthesizer = Synthesizer(SynthesisSettings(cache=tmp_path, live_timeout_s=60))
    yield synthesizer
    await synthesizer.close()


@pytest.fixture
def speaker(synthesizer: Synthesizer) -> PromptSpeaker:
    return PromptSpeaker(Wording(DIALPLAN.prompts), RECORDINGS, synthesizer)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_every_shipped_prompt_without_free_slots_is_recorded(
    speaker: PromptSpeaker, synthesizer: Synthesizer, language: str
) -> None:
    for key, text in DIALPLAN.prompts[language].items():
        if {slot for _, slot in segments(text)} <= {None, "number"}:
            await speaker.speak(Prompt(key, language, {"number": "0123456789"}))
    assert synthesizer.worker.pid is None


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_around_a_name_all_is_recorded(speaker: PromptSpeaker, synthesizer: Synthesizer, language: str) -> None:
    whole = await speaker.speak(Prompt("greeting.known", language, {"name": "Jane Miller"}))
    name = await synthesizer.synthesize("Jane Miller", language)
    assert name in whole
    pieces = Wording(DIALPLAN.prompts).pieces(Prompt("greeting.known", language, {"name": "Jane Miller"}))
    assert all(RECORDINGS.find(language, piece) for piece in pieces if piece != "Jane Miller")


async def test_the_topics_of_articles_and_categories_are_recorded(
    speaker: PromptSpeaker, synthesizer: Synthesizer
) -> None:
    for language, by_key in known_fillings(DIALPLAN, load_library(KnowledgeSettings().articles)).items():
        for key in ("confirm.article", "confirm.category"):
            for filling in by_key[key]:
                await speaker.speak(Prompt(key, language, filling.slots))
    assert synthesizer.worker.pid is None


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_numbers_are_joined_from_recorded_digits(speaker: PromptSpeaker, language: str) -> None:
    audio = await speaker.speak(Prompt("solved", language, {"number": "105"}))
    digits = [await speaker.speak(Prompt(f"digit.{digit}", language)) for digit in "105"]
    assert b"".join(digits) in audio


async def test_free_text_is_synthesised_as_loud_as_recordings(speaker: PromptSpeaker, synthesizer: Synthesizer) -> None:
    audio = await speaker.speak(Prompt("confirm.article", "en", {"topic": "the coffee machine of Jane Smith"}))
    assert synthesizer.worker.pid is not None
    levels = measure(audio)
    assert abs(levels.active_dbfs + 20) < 1.5
    assert levels.peak_dbfs <= -2.7
    assert abs(levels.leading_ms - 60) <= 30
    assert abs(levels.trailing_ms - 120) <= 30


async def test_an_unknown_prompt_is_a_speaker_error(speaker: PromptSpeaker) -> None:
    with pytest.raises(SpeakerError, match="nonsense"):
        await speaker.speak(Prompt("nonsense", "en"))
