"""Error and time of the engines on labelled recordings, against the library's own way in the same run."""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from faster_whisper import WhisperModel

from ivr.speech import audio, models, scoring
from ivr.speech.choice import processor
from ivr.speech.engines.engine import Engine
from ivr.speech.engines.loading import EMBEDDED, EngineSpec, load

Transcribe = Callable[[audio.Samples], str]
Progress = Callable[[str], None]

_YARDSTICK = "faster-whisper as it comes: 30 s window, no vocabulary, beam 1"
_ENGLISH = {"words": scoring.english_words}
_MANDARIN = {"characters": scoring.chinese_characters, "pinyin": scoring.chinese_sounds}
_TIME = "ms"
_PERCENT = "% errors"

_LIMITS = {
    ("en-piper", "words"): 6.0,
    ("en-piper-noise15", "words"): 17.0,
    ("en-piper", _TIME): 350.0,
    ("zh-kokoro", "characters"): 19.0,
    ("zh-kokoro", "pinyin"): 9.0,
}
"""What the engine that the line uses must reach."""


@dataclass(frozen=True, slots=True)
class Row:
    """`ours` and `yardstick` in `unit`; `limit` and `ok` only where an absolute limit is promised."""

    case: str
    ours: float
    yardstick: float | None
    ratio: float | None
    unit: str
    yardstick_name: str
    limit: float | None = None
    ok: bool | None = None


@dataclass(frozen=True, slots=True)
class Clip:
    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class Result:
    """Error in percent by measure ("words", or "characters" and "pinyin"), and the time per utterance."""

    errors: Mapping[str, float]
    median_ms: float
    p95_ms: float


def bench_sets(folder: Path) -> dict[str, list[Clip]]:
    """The sets in `folder`: each `<lang>-<name>.json` lists `{"wav", "text"}`, wavs relative to `folder`.

    Raises:
        OSError, ValueError, KeyError, TypeError: a list cannot be read, or is of another shape.
    """
    return {
        listing.stem: [
            Clip(folder / entry["wav"], entry["text"]) for entry in json.loads(listing.read_text(encoding="utf-8"))
        ]
        for listing in sorted(folder.glob("*.json"))
    }


def bench_asr(
    folder: Path,
    engines: Sequence[str],
    chosen: Mapping[str, str],
    vocabularies: Mapping[str, str],
    cache: Path,
    progress: Progress,
) -> dict[str, Any]:
    """The document of `hotline bench asr` (shape: `bench X`).

    `chosen` maps a language to the engine that the line uses there: only its rows carry limits.

    Raises:
        ModelMissing: an engine's model is not there.
    """
    rows: list[Row] = []
    for name, clips in bench_sets(folder).items():
        language = name.partition("-")[0]
        fitting = [engine for engine in engines if language in EMBEDDED.get(engine, ())]
        if not fitting or not clips:
            continue
        yardsticks: dict[str, Result] = {}
        for engine in fitting:
            model = _yardstick_model(engine, language)
            if model.name not in yardsticks:
                progress(f"{name}: yardstick {model.name}, {len(clips)} utterances")
                yardsticks[model.name] = _run(clips, language, _plain(models.locate(model, cache), language))
            progress(f"{name}: {engine}, {len(clips)} utterances")
            spec = EngineSpec(engine, language, vocabularies.get(language, ""), str(cache))
            result = _run(clips, language, _best_text(load(spec)))
            limits = _LIMITS if engine == chosen.get(language) else {}
            rows += _rows(name, engine, result, yardsticks[model.name], limits)
    machine = {"processor": processor(), "cores": os.cpu_count(), "system": platform.platform()}
    return {"name": "asr", "machine": machine, "rows": [asdict(row) for row in rows]}


def _rows(
    name: str, engine: str, result: Result, yardstick: Result, limits: Mapping[tuple[str, str], float]
) -> list[Row]:
    case = f"{name} {engine}"
    rows = [
        _row(f"{case} {measure}", value, yardstick.errors[measure], _PERCENT, limits.get((name, measure)))
        for measure, value in result.errors.items()
    ]
    rows.append(_row(f"{case} median", result.median_ms, yardstick.median_ms, _TIME, limits.get((name, _TIME))))
    rows.append(_row(f"{case} p95", result.p95_ms, yardstick.p95_ms, _TIME, None))
    return rows


def _row(case: str, ours: float, yardstick: float, unit: str, limit: float | None) -> Row:
    ratio = round(ours / yardstick, 3) if yardstick else None
    ok = None if limit is None else ours <= limit
    return Row(case, round(ours, 1), round(yardstick, 1), ratio, unit, _YARDSTICK, limit, ok)


def _run(clips: Sequence[Clip], language: str, transcribe: Transcribe) -> Result:
    measures = _MANDARIN if language == "zh" else _ENGLISH
    wrong, total = dict.fromkeys(measures, 0), dict.fromkeys(measures, 0)
    times = []
    transcribe(_samples(clips[0]))
    for clip in clips:
        samples = _samples(clip)
        start = time.perf_counter()
        text = transcribe(samples)
        times.append((time.perf_counter() - start) * 1000)
        for measure, units in measures.items():
            said = units(clip.text)
            wrong[measure] += scoring.errors(said, units(text))
            total[measure] += len(said)
    errors = {measure: 100 * wrong[measure] / total[measure] for measure in measures}
    return Result(errors, statistics.median(times), sorted(times)[int(0.95 * (len(times) - 1))])


def _samples(clip: Clip) -> audio.Samples:
    """The clip by way of mu-law, as a call delivers it."""
    return audio.from_mulaw(audio.to_telephone(audio.read_recording(clip.path)))


def _best_text(engine: Engine) -> Transcribe:
    def transcribe(samples: audio.Samples) -> str:
        hypotheses = engine.transcribe(samples)
        return hypotheses[0].text if hypotheses else ""

    return transcribe


def _yardstick_model(engine: str, language: str) -> models.PackagedModel:
    return models.WHISPER_BASE if engine == "whisper-base" or language != "en" else models.WHISPER_TINY_EN


def _plain(model: Path, language: str) -> Transcribe:
    whisper = WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)

    def transcribe(samples: audio.Samples) -> str:
        segments, _ = whisper.transcribe(samples, language=language, beam_size=1, without_timestamps=True)
        return " ".join(segment.text for segment in segments)

    return transcribe
