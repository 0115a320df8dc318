"""One sentence (3.4 s, telephone band, a synthetic voice) on which engines are warmed up and measured."""

from pathlib import Path

from ivr.speech import audio


def sample() -> audio.Samples:
    """The sentence at the engines' rate."""
    recording = audio.read_recording(Path(__file__).with_name("sample.wav"))
    return audio.resample(recording.samples, recording.rate, audio.ENGINE_RATE)
