"""What a worker is told to load, and the loading."""

from dataclasses import dataclass
from pathlib import Path

from ivr.speech import models
from ivr.speech.engines.engine import Engine
from ivr.speech.engines.readings import Calibration
from ivr.speech.recognizer import ModelMissing

EMBEDDED = {"whisper-base": ("en", "zh", "ja"), "whisper-tiny": ("en",), "moonshine": ("en",)}
"""The engines whose model comes with a package, and their languages; the most accurate first."""

_CALIBRATIONS = {
    ("whisper-base", "en"): Calibration(bias=0.9, score=3.4, lead=7.6),
    ("whisper-tiny", "en"): Calibration(bias=0.5, score=4.0, lead=7.1),
    ("whisper-base", "zh"): Calibration(bias=1.6, score=6.7, lead=0.0),
    ("whisper-base", "ja"): Calibration(bias=1.6, score=6.7, lead=0.0),
}
"""Fitted by logistic regression on speech-bench, clean and noisy: 180 utterances in English, 80 in Mandarin. Japanese
is taken to be like Mandarin until somebody measures it."""


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """An engine for one language. `model` is the folder of a vosk model, else empty."""

    engine: str
    language: str
    vocabulary: str
    cache: str
    model: str = ""


def load(spec: EngineSpec) -> Engine:
    """The engine, its model verified and in memory, behind the question whether there is a voice at all.

    Raises:
        ModelMissing: the model is not there, is not the one that was tried, or does not speak the language.
    """
    from ivr.speech.engines.presence import VoiceOnly  # engines are heavy: only who loads one pays

    return VoiceOnly(_bare(spec), Path(spec.cache))


def _bare(spec: EngineSpec) -> Engine:
    cache = Path(spec.cache)
    if spec.engine == "vosk":
        from ivr.speech.engines.vosk import VoskEngine

        return VoskEngine(Path(spec.model))
    if spec.language not in EMBEDDED.get(spec.engine, ()):
        raise ModelMissing(f"the engine {spec.engine} does not listen to the language {spec.language}")
    if spec.engine == "moonshine":
        from ivr.speech.engines.moonshine import MoonshineEngine

        return MoonshineEngine(models.locate(models.MOONSHINE_TINY, cache))
    from ivr.speech.engines.whisper import WhisperEngine

    model = models.WHISPER_BASE if spec.engine == "whisper-base" else models.WHISPER_TINY_EN
    calibration = _CALIBRATIONS[spec.engine, spec.language]
    return WhisperEngine(models.locate(model, cache), spec.language, spec.vocabulary, calibration)
