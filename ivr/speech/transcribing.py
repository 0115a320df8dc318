"""Recordings through an engine, one after the other; a bad one costs only itself."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ivr.speech import audio
from ivr.speech.engines.engine import LONGEST_S, Engine


@dataclass(frozen=True, slots=True)
class Transcript:
    """An entry of `hotline transcribe --json`. `error` says in words why there is no text."""

    wav: str
    text: str
    lang: str
    engine: str
    confidence: float | None
    audio_s: float
    wall_s: float
    error: str | None = None


def transcribe(wavs: Iterable[Path], engine: Engine, name: str, language: str) -> Iterator[Transcript]:
    """One transcript for each of `wavs`, as soon as it is done."""
    for wav in wavs:
        try:
            recording = _utterance(wav)
        except (audio.AudioError, OSError) as error:
            reason = str(error) if isinstance(error, audio.AudioError) else (error.strerror or str(error))
            yield Transcript(str(wav), "", language, name, None, 0.0, 0.0, reason)
            continue
        start = time.perf_counter()
        hypotheses = engine.transcribe(audio.from_mulaw(audio.to_telephone(recording)))
        wall_s = round(time.perf_counter() - start, 3)
        text, confidence = (hypotheses[0].text, hypotheses[0].confidence) if hypotheses else ("", None)
        yield Transcript(str(wav), text, language, name, confidence, round(recording.seconds, 2), wall_s)


def _utterance(wav: Path) -> audio.Recording:
    if wav.is_dir():
        raise audio.AudioError("a folder, not a WAV file")
    recording = audio.read_recording(wav)
    if recording.seconds > LONGEST_S:
        raise audio.AudioError(
            f"{recording.seconds:.0f} s long; an utterance has at most {LONGEST_S:.0f} s: cut the recording"
        )
    return recording
