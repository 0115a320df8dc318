"""Which engine listens to a language on this machine, and why."""

import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ivr.speech.engines.loading import EMBEDDED, EngineSpec
from ivr.speech.model_folder import installed_for
from ivr.speech.recognizer import ModelMissing
from ivr.speech.settings import SpeechSettings

_MEASURED = "measured.json"
_ENGINES_VERSION = 1
"""Raise it when an engine here becomes slower or faster: every machine then measures again."""

_PACKAGES = ("ctranslate2", "faster-whisper", "moonshine-voice", "numpy", "onnxruntime")
_MEASURING_S = 60.0
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Choice:
    """`reason` is a sentence for people; `model` is the folder of a vosk model, else None."""

    engine: str
    language: str
    reason: str
    model: Path | None = None

    def spec(self, vocabulary: str, settings: SpeechSettings) -> EngineSpec:
        """What a worker is told to load."""
        folder = "" if self.model is None else str(self.model.absolute())
        return EngineSpec(self.engine, self.language, vocabulary, str(settings.cache.absolute()), folder)


def choose(language: str, settings: SpeechSettings) -> Choice:
    """The engine for `language`. The first choice on a machine takes some seconds, for it measures; call it where
    waiting is allowed.

    Raises:
        ModelMissing: no engine here listens to the language, or not the one that the settings name.
    """
    if settings.engine == "auto":
        return _automatic(language, settings)
    if settings.engine == "vosk":
        installed = installed_for(language, settings.models)
        if installed is None:
            raise ModelMissing(f"no vosk model for {language} in {settings.models}: `hotline models fetch` gets one")
        return Choice("vosk", language, f"the settings ask for vosk; {installed.name} is installed.", installed.path)
    if settings.engine not in EMBEDDED:
        raise ModelMissing(f"no engine is called {settings.engine!r}: choose auto, vosk, {', '.join(EMBEDDED)}")
    if language in EMBEDDED[settings.engine]:
        return Choice(settings.engine, language, f"the settings ask for {settings.engine}.")
    fallback = _embedded_for(language)[0]
    return Choice(fallback, language, f"{settings.engine} does not listen to {language}, {fallback} does.")


def _automatic(language: str, settings: SpeechSettings) -> Choice:
    installed = installed_for(language, settings.models)
    if installed is not None:
        return Choice("vosk", language, f"the vosk model {installed.name} is installed.", installed.path)
    engines = _embedded_for(language)
    if len(engines) == 1:
        return Choice(engines[0], language, f"it is the only embedded engine for {language}.")
    seconds = _measured(engines, settings)
    if not seconds:
        raise ModelMissing("no embedded engine could be measured: run `make` again, then `hotline doctor`")
    figures = ", ".join(f"{engine} {seconds[engine] * 1000:.0f} ms" for engine in seconds)
    budget = f"{settings.budget_s * 1000:.0f} ms"
    for engine in seconds:
        if seconds[engine] <= settings.budget_s:
            return Choice(engine, language, f"the most accurate within {budget} an utterance here ({figures}).")
    fastest = min(seconds, key=lambda engine: seconds[engine])
    return Choice(fastest, language, f"none keeps {budget} an utterance here, it is the fastest ({figures}).")


def _embedded_for(language: str) -> list[str]:
    engines = [engine for engine, languages in EMBEDDED.items() if language in languages]
    if not engines:
        raise ModelMissing(f"no engine here listens to {language}: `hotline models fetch` gets a vosk model for it")
    return engines


def _measured(engines: list[str], settings: SpeechSettings) -> dict[str, float]:
    """Seconds by engine, the most accurate first; engines that do not load are left out."""
    store = settings.cache / _MEASURED
    facts = machine_facts()
    known = _remembered(store, facts)
    missing = [engine for engine in engines if engine not in known]
    for engine in missing:
        known[engine] = _measure(engine, settings.cache)
    if missing:
        _remember(store, facts, known)
    return {engine: seconds for engine in engines if (seconds := known[engine]) is not None}


def _measure(engine: str, cache: Path) -> float | None:
    command = [sys.executable, "-m", "ivr.speech.measuring", engine, str(cache.absolute())]
    try:
        run = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=_MEASURING_S, check=True)
        return float(run.stdout.split()[-1])
    except (subprocess.SubprocessError, ValueError, IndexError):
        return None


def machine_facts() -> dict[str, str]:
    """What the speed of an engine depends on; when any of it changes, the engines are measured again."""
    versions = {package: _version(package) for package in _PACKAGES}
    return {
        "processor": processor(),
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
        "engines": str(_ENGINES_VERSION),
        **versions,
    }


def _is_busy() -> bool:
    return os.getloadavg()[0] > (os.cpu_count() or 1)


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "missing"


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _remembered(store: Path, facts: dict[str, str]) -> dict[str, float | None]:
    try:
        content = json.loads(store.read_text())
        if content["machine"] != facts:
            return {}
        if content["busy"] and not _is_busy():
            return {}
        return {str(engine): float(seconds) for engine, seconds in content["seconds"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _remember(store: Path, facts: dict[str, str], known: dict[str, float | None]) -> None:
    """Best effort: on an unwritable cache every start measures again. Failures are not remembered, and figures of a
    busy machine (a fifth too slow, as was seen) only until it is a quiet one."""
    seconds = {engine: value for engine, value in known.items() if value is not None}
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=store.parent, suffix=".part", delete=False) as file:
            json.dump({"machine": facts, "busy": _is_busy(), "seconds": seconds}, file, indent=1)
        Path(file.name).replace(store)
    except OSError:
        return
