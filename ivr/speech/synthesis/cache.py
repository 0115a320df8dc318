"""What was synthesised once is kept on disk, by voice and text. Losing all of it loses time, nothing else."""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import structlog

from ivr.speech.audio import AudioError
from ivr.speech.wav import read_mulaw, write_mulaw

_log = structlog.get_logger(__name__)


class SpeechCache:
    """A folder of WAV files of at most `most_bytes`; those unused longest go first.

    A folder that cannot be written is said once, and then there is no cache.
    """

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._complained = False

    def find(self, voice: str, text: str) -> bytes | None:
        """What `voice` said for `text` (mu-law), or None."""
        path = self._path(voice, text)
        try:
            audio = read_mulaw(path)
        except (OSError, AudioError):
            return None
        with contextlib.suppress(OSError):
            path.touch()
        return audio

    def holds(self, voice: str, text: str) -> bool:
        """Whether there is something; it counts as used."""
        try:
            os.utime(self._path(voice, text))
        except OSError:
            return False
        return True

    def keep(self, voice: str, text: str, audio: bytes) -> None:
        """Keep `audio` (mu-law) as what `voice` says for `text`."""
        try:
            write_mulaw(self._path(voice, text), audio)
            self._shrink()
        except OSError as error:
            if not self._complained:
                _log.warning("speech is not cached", folder=str(self._folder), why=str(error))
            self._complained = True

    def _path(self, voice: str, text: str) -> Path:
        key = hashlib.sha256(f"{voice}\n{text}".encode()).hexdigest()
        return self._folder / f"{key}.wav"

    def _shrink(self) -> None:
        files = [(status.st_mtime_ns, status.st_size, path) for path, status in self._files()]
        surplus = sum(size for _, size, _ in files) - self._most_bytes
        for _, size, path in sorted(files):
            if surplus <= 0:
                return
            path.unlink(missing_ok=True)
            surplus -= size

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        for path in self._folder.glob("*.wav"):
            with contextlib.suppress(FileNotFoundError):  # another process may have thrown it out
                yield path, path.stat()
