"""Versions that were tried out and found good, or that calls had, known to every process: none is tried out twice."""

import contextlib
import time
from pathlib import Path

_KEPT_S = 3600.0
"""A verdict is about files; what else counts (recordings, the program) may be another after a while."""


class Verdicts:
    """A folder with an empty file for each. Losing all of it loses time, nothing else."""

    def __init__(self, state: Path) -> None:
        self._folder = state / "verdicts"

    def is_good(self, version: str) -> bool:
        """Whether it was found good lately."""
        try:
            age_s = time.time() - (self._folder / version).stat().st_mtime
        except OSError:
            return False
        return 0 <= age_s < _KEPT_S

    def note_good(self, version: str) -> None:
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            for file in self._folder.iterdir():
                if not self.is_good(file.name):
                    file.unlink(missing_ok=True)
            (self._folder / version).touch()
