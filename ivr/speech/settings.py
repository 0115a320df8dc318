"""The settings of speech recognition."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SpeechSettings:
    """What listens, how many at a time, and where models and caches lie."""

    engine: str = "auto"
    """auto, vosk, whisper-base, whisper-tiny or moonshine. `auto`: see `ivr.speech.choice`."""

    languages: tuple[str, ...] = ("en", "zh")
    """Codes (ISO 639-1) of languages that callers speak beside those of the dialplan; models are loaded at start."""

    models: Path = Path(".hotline/models")
    """Where `hotline models fetch` puts vosk models, one folder each."""

    cache: Path = Path.home() / ".cache" / "hotline"
    """Joined models, checksums already verified, and the measurement of this machine."""

    models_url: str = "https://alphacephei.com/vosk/models"
    """Where `hotline models fetch NAME` finds `NAME.zip`."""

    workers: int = 0
    """Recognizer processes, one CPU thread each; 0 means one per core but one, at least one."""

    queue: int = 8
    """Utterances that may wait for a worker; one more is refused, and its turn goes on with keys."""

    max_wait_s: float = 3.0
    """How long an utterance may wait for a worker."""

    max_decode_s: float = 6.0
    """How long a worker may take for an utterance before it counts as hung and is replaced."""

    talks_transcribed: int = 2
    """So many talks of callers with agents are transcribed at once, where their groups want that; others are not."""

    budget_s: float = 0.35
    """What `auto` allows an engine for an utterance of three seconds, on one core of this machine."""

    niceness: int = 5
    """Added to the workers' niceness, so that sound never starves."""
