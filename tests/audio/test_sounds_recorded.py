"""The recordings in the repository: complete, even, and understood by a recognizer."""

from pathlib import Path

import pytest

from dialplan.loader import load_dialplan
from ivr.speech.audio import from_mulaw
from ivr.speech.engines.loading import EngineSpec, load
from ivr.speech.scoring import english_words, errors
from ivr.speech.script import caller_collection, line_collection
from ivr.speech.synthesis.inspection import inspect
from ivr.speech.synthesis.settings import SynthesisSettings
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
    voices = {wanted.recording.voice for wanted in caller_collection(SETTINGS).wanted}
    assert len(voices) >= 3
    assert not voices & set(SETTINGS.recorded_voices.values())


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def test_recorded_callers_are_understood(cache: Path) -> None:
    engine = load(EngineSpec("whisper-tiny", "en", "", str(cache)))
    collection = caller_collection(SETTINGS)
    said, wrong = 0, 0
    for wanted in collection.wanted:
        heard = engine.transcribe(from_mulaw(read_mulaw(wanted.recording.path(collection.folder))))
        words = english_words(wanted.recording.text)
        said += len(words)
        wrong += errors(words, english_words(heard[0].text if heard else ""))
    assert wrong / said < 0.06
