import json
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.speech.choice import choose, machine_facts
from ivr.speech.recognizer import ModelMissing
from ivr.speech.settings import SpeechSettings


@pytest.fixture
def settings(tmp_path: Path) -> SpeechSettings:
    return SpeechSettings(models=tmp_path / "models", cache=tmp_path / "cache")


def remember(settings: SpeechSettings, seconds: dict[str, float]) -> None:
    settings.cache.mkdir()
    content = {"machine": machine_facts(), "busy": False, "seconds": seconds}
    (settings.cache / "measured.json").write_text(json.dumps(content))


def install_vosk(settings: SpeechSettings, name: str, size: int = 1) -> None:
    (settings.models / name / "am").mkdir(parents=True)
    (settings.models / name / "am" / "final.mdl").write_bytes(b"x" * size * 1_000_000)


@pytest.mark.parametrize(
    ("seconds", "engine"),
    [
        ({"whisper-base": 0.3, "whisper-tiny": 0.15, "moonshine": 0.12}, "whisper-base"),
        ({"whisper-base": 0.5, "whisper-tiny": 0.25, "moonshine": 0.2}, "whisper-tiny"),
        ({"whisper-base": 0.9, "whisper-tiny": 0.5, "moonshine": 0.3}, "moonshine"),
        ({"whisper-base": 1.9, "whisper-tiny": 0.9, "moonshine": 1.3}, "whisper-tiny"),
    ],
)
def test_auto_takes_the_most_accurate_engine_that_is_quick_enough(
    settings: SpeechSettings, seconds: dict[str, float], engine: str
) -> None:
    remember(settings, seconds)
    choice = choose("en", settings)
    assert choice.engine == engine
    assert f"{seconds[engine] * 1000:.0f} ms" in choice.reason


def test_auto_prefers_the_largest_installed_vosk_model(settings: SpeechSettings) -> None:
    install_vosk(settings, "vosk-model-small-en-us-0.15")
    install_vosk(settings, "vosk-model-en-us-0.22", size=3)
    choice = choose("en", settings)
    assert choice.engine == "vosk"
    assert choice.model == settings.models / "vosk-model-en-us-0.22"
    assert Path(choice.spec("", settings).model).is_absolute()


def test_mandarin_has_one_engine_and_needs_no_measurement(settings: SpeechSettings) -> None:
    assert choose("zh", settings).engine == "whisper-base"
    assert not settings.cache.exists()


def test_the_settings_can_name_the_engine(settings: SpeechSettings) -> None:
    assert choose("en", replace(settings, engine="moonshine")).engine == "moonshine"
    spared = choose("zh", replace(settings, engine="moonshine"))
    assert spared.engine == "whisper-base"
    assert "does not listen to zh" in spared.reason


@pytest.mark.parametrize(("engine", "language"), [("vosk", "en"), ("siri", "en"), ("auto", "fi"), ("moonshine", "fi")])
def test_what_is_not_there_is_a_clear_error(settings: SpeechSettings, engine: str, language: str) -> None:
    with pytest.raises(ModelMissing, match=r"hotline models fetch|choose auto"):
        choose(language, replace(settings, engine=engine))
