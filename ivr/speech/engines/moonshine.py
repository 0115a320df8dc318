"""Moonshine tiny: the quickest of the embedded engines, English only; one reading, no score."""

from pathlib import Path

from moonshine_voice import ModelArch, Transcriber

from ivr.conversation import Hypothesis
from ivr.speech.audio import ENGINE_RATE, Samples


class MoonshineEngine:
    def __init__(self, model: Path) -> None:
        self._transcriber = Transcriber(model, ModelArch.TINY)

    def transcribe(self, samples: Samples, phrases: tuple[str, ...] = ()) -> tuple[Hypothesis, ...]:
        transcript = self._transcriber.transcribe_without_streaming(samples.tolist(), ENGINE_RATE)
        text = " ".join(line.text.strip() for line in transcript.lines).strip()
        return (Hypothesis(text),) if text else ()
