"""Many calls at once, placed by SIPp: each presses keys through a menu to goodbye (keys.xml), or wants a person and
waits in silence (queued_callers.xml).

LoadError    SIPp is missing, or could not run at all
"""

import asyncio
import csv
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

_SCENARIOS = Path(__file__).parent
_THROUGH_A_MENU, _QUEUED = "keys.xml", "queued_callers.xml"
_LONGEST_CALL_S = 90
_LONGEST_WAIT_S = 120
_QUEUED_PER_S = 10
_RAN = {0, 1}
"""SIPp's exit codes after a whole run: every call went through, or some failed."""


class LoadError(Exception):
    """SIPp is missing, or could not run at all."""


@dataclass(frozen=True, slots=True)
class Load:
    """What came of the calls: `answer_ms` is, for each that was answered, from INVITE to 200."""

    placed: int
    completed: int
    failed: int
    answer_ms: tuple[float, ...]


async def place_calls(registrar: str, trunk_address: str, number: str, count: int, rate: float, folder: Path) -> Load:
    """Place `count` calls to `number` at `registrar` (host:port), `rate` a second; SIPp's files stay in `folder`.

    Keys are sent through a raw socket: this needs root or CAP_NET_RAW.

    Raises:
        LoadError: SIPp is missing, or could not run at all.
    """
    process = await _sipp(
        folder,
        *(registrar, "-sf", _THROUGH_A_MENU, "-s", number, *_our_end(trunk_address)),
        *("-m", str(count), "-r", f"{rate:g}", "-l", str(count)),
        *("-timeout", f"{_LONGEST_CALL_S + count / rate:.0f}", "-timeout_error"),
        *("-trace_rtt", "-rtt_freq", "1", "-trace_stat", "-stf", "statistics.csv", "-fd", "1"),
    )
    try:
        _, complaint = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode not in _RAN:
        raise LoadError(f"sipp ended with {process.returncode}: {complaint.decode(errors='replace').strip()[-500:]}")
    return _read(folder)


@asynccontextmanager
async def crowd(
    registrar: str, trunk_address: str, number: str, callers: int, folder: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """So many callers, ten a second, each until an agent hangs up; SIPp ends with the last of them, with 0 if all was
    as it should be. Its files stay in `folder`.

    Raises:
        LoadError: SIPp is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240  once, and local
    (folder / "silence.ul").write_bytes(b"\xff" * 8000)
    process = await _sipp(
        folder,
        *(registrar, "-sf", _QUEUED, "-s", number, *_our_end(trunk_address)),
        *("-m", str(callers), "-l", str(callers), "-r", str(_QUEUED_PER_S)),
        *("-timeout", str(_LONGEST_WAIT_S), "-timeout_error"),
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _sipp(folder: Path, *arguments: str) -> asyncio.subprocess.Process:
    """
    Raises:
        LoadError: it is missing.
    """
    program = shutil.which("sipp")
    if program is None:
        raise LoadError("sipp is missing: apt-get install sip-tester")
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240  once, and local
    for scenario in (_THROUGH_A_MENU, _QUEUED):
        shutil.copy(_SCENARIOS / scenario, folder)
    return await asyncio.create_subprocess_exec(
        *(program, *arguments, "-nostdin", "-trace_err", "-error_file", "errors.log"),
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )


def _our_end(address: str) -> tuple[str, ...]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((address, 0))
        return "-i", address, "-p", str(probe.getsockname()[1]), "-mi", address


def _read(folder: Path) -> Load:
    with (folder / "statistics.csv").open() as file:
        last = list(csv.DictReader(file, delimiter=";"))[-1]
    times: list[float] = []
    for path in folder.glob("*_rtt.csv"):
        with path.open() as file:
            times += [float(row["response_time_ms"]) for row in csv.DictReader(file, delimiter=";")]
    return Load(
        placed=int(last["TotalCallCreated"]),
        completed=int(last["SuccessfulCall(C)"]),
        failed=int(last["FailedCall(C)"]),
        answer_ms=tuple(times),
    )
