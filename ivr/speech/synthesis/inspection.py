"""What is wrong with a collection of recordings."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ivr.speech.audio import AudioError
from ivr.speech.synthesis.collection import COMPUTED, Collection, Wanted
from ivr.speech.synthesis.levels import ACTIVE_DBFS, LEADING_MS, PEAK_DBFS, TRAILING_MS, Levels, measure
from ivr.speech.wav import read_mulaw

Severity = Literal["error", "warning"]
Kind = Literal["missing", "stale", "extra", "unreadable", "level", "peak", "silence"]

_LEVEL_DB = 1.5
_PEAK_DB = 0.3  # mu-law's own coarseness near full scale
_SILENCE_MS = 30


@dataclass(frozen=True, slots=True)
class SoundProblem:
    """A fault of one file. A warning leaves the line in working order."""

    kind: Kind
    file: str
    message: str
    severity: Severity = "error"


def inspect(collection: Collection) -> Iterator[SoundProblem]:
    """Every problem: what has to be rendered, what is in the way, and whose level or silences are off.

    Raises:
        ManifestError: the manifest is broken.
    """
    difference = collection.difference()
    for wanted in difference.missing:
        yield SoundProblem("missing", _file(collection, wanted), "not rendered yet", _severity(wanted))
    for wanted in difference.stale:
        why = "another text or voice than is wanted now"
        yield SoundProblem("stale", _file(collection, wanted), why, _severity(wanted))
    for path in difference.extra:
        yield SoundProblem("extra", str(path), "nothing says this")
    absent = set(difference.missing)
    for wanted in collection.wanted:
        if wanted not in absent:
            yield from _inspect_file(collection, wanted)


def measured(collection: Collection) -> Iterator[Levels]:
    """The levels of all spoken recordings that are there and readable."""
    for wanted in collection.wanted:
        path = wanted.recording.path(collection.folder)
        if wanted.recording.engine != COMPUTED and path.exists():
            yield measure(read_mulaw(path))


def _inspect_file(collection: Collection, wanted: Wanted) -> Iterator[SoundProblem]:
    file = _file(collection, wanted)
    try:
        levels = measure(read_mulaw(wanted.recording.path(collection.folder)))
    except (OSError, AudioError) as error:
        yield SoundProblem("unreadable", file, str(error))
        return
    if levels.peak_dbfs > PEAK_DBFS + _PEAK_DB:
        yield SoundProblem("peak", file, f"the peak is {levels.peak_dbfs} dBFS, above {PEAK_DBFS:g}")
    if wanted.recording.engine == COMPUTED:
        return
    if abs(levels.active_dbfs - ACTIVE_DBFS) > _LEVEL_DB:
        yield SoundProblem("level", file, f"speech at {levels.active_dbfs} dBFS instead of {ACTIVE_DBFS:g}")
    for place, ms, wanted_ms in (
        ("before", levels.leading_ms, LEADING_MS),
        ("after", levels.trailing_ms, TRAILING_MS),
    ):
        if abs(ms - wanted_ms) > _SILENCE_MS:
            yield SoundProblem("silence", file, f"{ms} ms of silence {place} the speech instead of {wanted_ms}")


def _severity(wanted: Wanted) -> Severity:
    """The line synthesises what is optional and not recorded."""
    return "warning" if wanted.optional else "error"


def _file(collection: Collection, wanted: Wanted) -> str:
    return str(wanted.recording.path(collection.folder))
