"""A folder of recordings as it should be, as it is, and what to do about the difference."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ivr.speech.renderings import Rendering
from ivr.speech.sounds import ANY_LANGUAGE, Recording, read_manifest, text_hash, write_manifest
from ivr.speech.synthesis.generated import GENERATED
from ivr.speech.wav import write_mulaw

KOKORO = "Kokoro-82M v1.0 int8"
COMPUTED = "computed"
_LICENCE = "Apache-2.0"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A recording that should be there. While an optional one is missing, the synthesizer speaks its text."""

    recording: Recording
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """`missing` and `stale` are to be rendered; the files of `extra` are wanted by nothing."""

    missing: tuple[Wanted, ...]
    stale: tuple[Wanted, ...]
    extra: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Collection:
    """The recordings wanted in `folder`."""

    folder: Path
    wanted: tuple[Wanted, ...]

    def difference(self) -> Difference:
        """
        Raises:
            ManifestError: the manifest is broken.
        """
        there = {entry.path(self.folder): entry for entry in read_manifest(self.folder)}
        missing, stale = [], []
        for wanted in self.wanted:
            path = wanted.recording.path(self.folder)
            if not path.exists():
                missing.append(wanted)
            elif there.get(path) != wanted.recording:
                stale.append(wanted)
        return Difference(tuple(missing), tuple(stale), tuple(self._extra()))

    def store(self, recording: Recording, audio: bytes) -> None:
        """Write a rendered recording (mu-law) and its entry in the manifest.

        Raises:
            OSError: the folder cannot be written.
        """
        path = recording.path(self.folder)
        write_mulaw(path, audio)
        others = [entry for entry in read_manifest(self.folder) if entry.path(self.folder) != path]
        write_manifest(self.folder, [*others, recording])

    def remove(self, extra: Sequence[Path]) -> None:
        """Delete files and their entries in the manifest."""
        for path in extra:
            path.unlink(missing_ok=True)
        kept = [entry for entry in read_manifest(self.folder) if entry.path(self.folder) not in extra]
        write_manifest(self.folder, kept)

    def _extra(self) -> Iterator[Path]:
        expected = {wanted.recording.path(self.folder) for wanted in self.wanted}
        recorded = {entry.path(self.folder) for entry in read_manifest(self.folder)}
        found = {path for path in self.folder.glob("*/*.wav")}
        yield from sorted((found | recorded) - expected)


def spoken(rendering: Rendering, voice: str) -> Wanted:
    """`rendering` in a natural voice."""
    recording = Recording(
        name=rendering.name,
        language=rendering.language,
        text=rendering.text,
        text_hash=text_hash(rendering.language, rendering.text),
        engine=KOKORO,
        voice=voice,
        licence=_LICENCE,
    )
    return Wanted(recording, rendering.optional)


def computed() -> tuple[Wanted, ...]:
    """The sounds that are the same in every language; they are found by their names."""
    return tuple(
        Wanted(
            Recording(
                name=name,
                language=ANY_LANGUAGE,
                text=name,
                text_hash=text_hash(ANY_LANGUAGE, name),
                engine=COMPUTED,
                voice="none",
                licence=_LICENCE,
            )
        )
        for name in GENERATED
    )
