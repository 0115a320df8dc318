"""How fast an embedded engine is on this machine's cores: `python -m ivr.speech.measuring ENGINE CACHE`.

A process of its own, so that the models it loads are gone afterwards. Prints seconds for an utterance of three seconds:
CPU time, for engines use one thread and other load on the machine must not decide; the best of three runs.
"""

import sys
import time
from pathlib import Path

from ivr.speech.engines.loading import EngineSpec, load
from ivr.speech.engines.sample import sample

_RUNS = 3
_TYPICAL_VOCABULARY = "VPN, Outlook, Teams, SAP, Wi-Fi, password, printer, laptop, monitor, headset, mailbox, ticket."


def measure(engine: str, cache: Path) -> float:
    """CPU seconds that `engine` takes for the sample, loading not counted.

    Raises:
        ModelMissing: its model cannot be loaded.
    """
    loaded = load(EngineSpec(engine, "en", _TYPICAL_VOCABULARY, str(cache)))
    samples = sample()
    loaded.transcribe(samples)
    times = []
    for _ in range(_RUNS):
        start = time.process_time()
        loaded.transcribe(samples)
        times.append(time.process_time() - start)
    return min(times)


if __name__ == "__main__":
    sys.stdout.write(f"{measure(sys.argv[1], Path(sys.argv[2])):.4f}\n")
