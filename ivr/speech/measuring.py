"""How fast an embedded engine is on this machine's cores: `python -m ivr.speech.measuring ENGINE CACHE`.

A process of its own, so that the models it loads are gone afterwards. Prints seconds for an utterance of three seconds,
the best of three runs: other load on the machine can only make a run slower.
"""

import sys
import time
from pathlib import Path

from ivr.speech import audio
from ivr.speech.engines.loading import EngineSpec, load

_SAMPLE = Path(__file__).parent / "engines" / "sample.en.wav"
_RUNS = 3
_TYPICAL_VOCABULARY = "VPN, Outlook, Teams, SAP, Wi-Fi, password, printer, laptop, monitor, headset, mailbox, ticket."


def measure(engine: str, cache: Path) -> float:
    """Seconds that `engine` takes for the sample, loading not counted.

    Raises:
        ModelMissing: its model cannot be loaded.
    """
    loaded = load(EngineSpec(engine, "en", _TYPICAL_VOCABULARY, str(cache)))
    recording = audio.read_recording(_SAMPLE)
    samples = audio.resample(recording.samples, recording.rate, audio.ENGINE_RATE)
    loaded.transcribe(samples)
    times = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        loaded.transcribe(samples)
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    sys.stdout.write(f"{measure(sys.argv[1], Path(sys.argv[2])):.4f}\n")
