"""Warnings and errors from the children's log files, for the terminal; and keeping those files at a bearable size."""

import asyncio
import contextlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

LONGEST_BYTES = 20_000_000
"""A longer log file is moved to `<name>.1`, which is overwritten."""

_INTERVAL_S = 1.0
_TROUBLE = re.compile(r"\b(WARNING|ERROR|CRITICAL)\b|\[(warning|error|critical)\s*\]|^Traceback ")


class LogFollower:
    """Reads what is appended to the followed files and tells the lines that speak of trouble."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._read_to: dict[tuple[str, Path], int] = {}

    def add(self, name: str, log: Path) -> None:
        """Follows a file from its present end on."""
        self._read_to[name, log] = log.stat().st_size if log.exists() else 0

    async def follow(self) -> None:
        """Goes on until cancelled, and then reads what is there a last time."""
        try:
            while True:
                await asyncio.sleep(_INTERVAL_S)
                self._read_all()
        finally:
            self._read_all()

    def _read_all(self) -> None:
        for name, log in list(self._read_to):
            with contextlib.suppress(OSError):  # not written yet, or a full disk: the line does not depend on it
                self._read(name, log)

    def _read(self, name: str, log: Path) -> None:
        size, seen = log.stat().st_size, self._read_to[name, log]
        if size == seen:
            return
        with log.open("rb") as file:
            file.seek(min(seen, size))
            text = file.read()
        whole_lines = text[: text.rfind(b"\n") + 1]
        self._read_to[name, log] = min(seen, size) + len(whole_lines)
        for line in whole_lines.decode(errors="replace").splitlines():
            if _TROUBLE.search(line):
                self._tell(f"{name}: {line}")
        if size > LONGEST_BYTES and text.endswith(b"\n"):
            self._begin_anew(name, log)

    def _begin_anew(self, name: str, log: Path) -> None:
        # Copied and cut, not renamed: the child has the file open in append mode and goes on at its new end.
        shutil.copyfile(log, log.with_name(f"{log.name}.1"))
        with log.open("r+b") as file:
            file.truncate()
        self._read_to[name, log] = 0
