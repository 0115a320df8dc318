"""The recordings in the repository: complete, even, and understood by a recognizer."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dialplan.loader import load_dialplan
from ivr.library import vocabulary
from ivr.speech.audio import from_mulaw
from ivr.speech.engines.engine import Engine
from ivr.speech.engines.loading import EngineSpec, load
from ivr.speech.scoring import chinese_sounds, english_words, errors
from ivr.speech.script import caller_collection, line_collection
from ivr.speech.synthesis.inspection import inspect
from ivr.speech.synthesis.settings import SynthesisSettings
from ivr.speech.vocabulary import compose_vocabulary
from ivr.speech.wav import read_mulaw
from knowledge.library import load_library
from knowledge.settings import KnowledgeSettings

SETTINGS = SynthesisSettings()


def test_the_lines_recordings_are_complete_and_even() -> None:
    library = load_library(KnowledgeSettings().articles)
    problems = list(inspect(line_collection(SETTINGS, load_dialplan(), library)))
    assert [problem for problem in problems if problem.severity == "error"] == []


def test_recorded_callers_are_complete_and_even() -> None:
    assert list(inspect(caller_collection(SETTINGS))) == []


def test_recorded_callers_do_not_speak_with_the_lines_voice() -> None:
    recordings = [wanted.recording for wanted in caller_collection(SETTINGS).wanted]
    for language, fewest in (("en", 3), ("zh", 2)):
        voices = {recording.voice for recording in recordings if recording.language == language}
        assert len(voices) >= fewest
        assert SETTINGS.recorded_voices[language] not in voices


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def test_recorded_callers_are_understood(cache: Path) -> None:
    engine = load(EngineSpec("whisper-tiny", "en", "", str(cache)))
    assert _error_rate(engine, _callers("en"), english_words) < 0.06


def test_recorded_callers_are_understood_in_mandarin(cache: Path) -> None:  # P-10
    assert _error_rate(load(_mandarin(cache)), _callers("zh"), chinese_sounds) < 0.1


def test_the_line_is_understood_in_mandarin(cache: Path) -> None:  # P-10
    collection = line_collection(SETTINGS, load_dialplan(), load_library(KnowledgeSettings().articles))
    spoken = {"greeting", "main.ask", "main.again", "accounts.ask", "article.helped", "queue.enter", "line.deaf"}
    prompts = [
        recording
        for recording in (wanted.recording for wanted in collection.wanted)
        if recording.language == "zh" and recording.name in spoken
    ]
    assert len(prompts) == len(spoken)
    said = [(recording.path(collection.folder), recording.text) for recording in prompts]
    assert _error_rate(load(_mandarin(cache)), said, chinese_sounds) < 0.06


def _mandarin(cache: Path) -> EngineSpec:
    words = vocabulary(load_dialplan(), load_library(KnowledgeSettings().articles), "zh")
    return EngineSpec("whisper-base", "zh", compose_vocabulary("zh", words), str(cache))


def _callers(language: str) -> list[tuple[Path, str]]:
    collection = caller_collection(SETTINGS)
    recordings = (wanted.recording for wanted in collection.wanted)
    return [(entry.path(collection.folder), entry.text) for entry in recordings if entry.language == language]


def _error_rate(engine: Engine, said: list[tuple[Path, str]], parts: Callable[[str], list[str]]) -> float:
    """Wrong words or sounds, as a share of all; `said` are recordings with their texts."""
    wrong = total = 0
    for path, text in said:
        heard = engine.transcribe(from_mulaw(read_mulaw(path)))
        total += len(parts(text))
        wrong += errors(parts(text), parts(heard[0].text if heard else ""))
    return wrong / total
