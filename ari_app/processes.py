"""Operating system processes that never outlive their purpose: started, stopped, and found again after a crash.

Every child is the head of its own process group, so that Ctrl-C in the terminal reaches only us (we stop the children
in order) and that nothing a child started survives it. A child is told to end by the kernel when we are killed.
"""

import asyncio
import contextlib
import os
import select
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProcessId:
    """A process, told apart from a later one with the same number."""

    pid: int
    started: str
    """The boot and the clock tick in which it started."""


def identify(pid: int) -> ProcessId | None:
    """The process that has this number now, or None."""
    try:
        # The name in parentheses may hold anything; after it come single-word fields, of which the 20th is the start.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    return None if fields[0] == "Z" else ProcessId(pid, f"{boot}/{fields[19]}")


def started_at(pid: int) -> float:
    """When the process started, on the clock of `time.monotonic`, to the hundredth of a second: the kernel counts so.

    Raises:
        OSError: there is no such process.
    """
    ticks = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    slept_s = time.clock_gettime(time.CLOCK_BOOTTIME) - time.monotonic()
    return ticks / os.sysconf("SC_CLK_TCK") - slept_s


class ChildProcess:
    """A started child. Its output is appended to its log file."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._group_is_swept = False
        self.id = identify(process.pid) or ProcessId(process.pid, "ended at once")

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative is the number of the signal that ended it."""
        return self._process.returncode

    async def wait(self) -> int:
        """Waits for its end, ends what it left behind, and returns its exit code."""
        code = await self._process.wait()
        self._sweep_group()
        return code

    async def stop(self, grace_s: float) -> None:
        """Asks it to end, and ends it and all its own children by force after `grace_s` seconds or when cancelled."""
        try:
            if self._process.returncode is None:
                self._process.terminate()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._process.wait(), grace_s)
        finally:
            self._sweep_group()
            await self._process.wait()

    def _sweep_group(self) -> None:
        # Once only: long after its end the number may have become another process's.
        if not self._group_is_swept:
            _signal_group(self.pid, signal.SIGKILL)
            self._group_is_swept = True


async def start_child(command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> ChildProcess:
    """Starts a child whose standard output and error go to the end of `log`.

    Raises OSError when it cannot be started.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    # Append mode and not a pipe: a frozen terminal of ours must never block a child that writes its log.
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        process = await asyncio.create_subprocess_exec(
            "setpriv",
            "--pdeathsig",
            "TERM",
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=None if environment is None else dict(environment),
            start_new_session=True,
        )
    finally:
        os.close(output)
    return ChildProcess(process)


def end_leftover(leftover: ProcessId, grace_s: float) -> bool:
    """Ends a process of an earlier run that is not our child, with its group. False if it was gone already."""
    try:
        descriptor = os.pidfd_open(leftover.pid)
    except ProcessLookupError:
        return False
    try:
        # Asked only now: from here on the descriptor names one process, whatever becomes of its number.
        if identify(leftover.pid) != leftover:
            return False
        ended = select.poll()
        ended.register(descriptor, select.POLLIN)
        signal.pidfd_send_signal(descriptor, signal.SIGTERM)
        if not ended.poll(grace_s * 1000):
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
            ended.poll(5000)
        _signal_group(leftover.pid, signal.SIGKILL)
        return True
    finally:
        os.close(descriptor)


def last_lines(log: Path, count: int) -> str:
    """The end of a log file, for the message about why a child died."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 200 * count))
            lines = file.read().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return "\n".join(lines[-count:])


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)
