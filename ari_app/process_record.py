"""Which processes a running line consists of, on disk: so that a second start is refused, and the leftovers of a killed
one are found and ended."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from ari_app.line_errors import LineBusy, StateUnwritable
from ari_app.processes import ProcessId, end_leftover


@contextlib.contextmanager
def only_line(run_dir: Path) -> Iterator[None]:
    """Holds the state folder for this process; the kernel gives it free when the process ends, however it ends.

    Raises LineBusy or StateUnwritable.
    """
    with _open_lock(run_dir) as lock:
        lock.seek(0)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = lock.read().strip()
            raise LineBusy(
                f"a line is already running in {run_dir.parent} (pid {pid}): stop it with Ctrl-C or `kill {pid}`, "
                "or give this one a state folder of its own"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def _open_lock(run_dir: Path) -> TextIO:
    try:
        run_dir.mkdir(parents=True, exist_ok=True)
        return (run_dir / "hotline.lock").open("a+")
    except OSError as error:
        raise StateUnwritable(
            f"the state folder {run_dir.parent} cannot be written ({error.strerror}): change its rights or name another"
        ) from None


class ProcessRecord:
    """The children that were started and not yet seen to end."""

    def __init__(self, run_dir: Path) -> None:
        self._path = run_dir / "processes.json"
        self._processes: dict[str, ProcessId] = {}

    def add(self, name: str, process: ProcessId) -> None:
        self._processes[name] = process
        self._write()

    def remove(self, name: str) -> None:
        self._processes.pop(name, None)
        self._write()

    def end_leftovers(self, grace_s: float = 5.0) -> list[str]:
        """Ends what an earlier run left, the last started first; returns the names. May block for `grace_s` each."""
        left = self.read()
        ended = [name for name, process in reversed(left.items()) if end_leftover(process, grace_s)]
        self._write()
        return ended

    def read(self) -> dict[str, ProcessId]:
        """What is on record, first started first: of this run, or of an earlier one."""
        try:
            return {name: ProcessId(**process) for name, process in json.loads(self._path.read_text()).items()}
        except (FileNotFoundError, ValueError, TypeError):
            return {}  # none, or cut short by the crash itself

    def _write(self) -> None:
        beside = self._path.with_suffix(".new")
        # Only a help after a crash: a full disk must not keep a child from being started again.
        with contextlib.suppress(OSError):
            beside.write_text(json.dumps({name: asdict(process) for name, process in self._processes.items()}))
            beside.replace(self._path)
