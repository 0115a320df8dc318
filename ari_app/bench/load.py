"""Many calls at once, placed by SIPp: each presses keys through a menu to goodbye (keys.xml).

LoadError    SIPp is missing, or could not run at all
"""

import asyncio
import csv
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

SCENARIO = Path(__file__).parent / "keys.xml"
_LONGEST_CALL_S = 90
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
    program = shutil.which("sipp")
    if program is None:
        raise LoadError("sipp is missing: apt-get install sip-tester")
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240  once, and local
    shutil.copy(SCENARIO, folder / SCENARIO.name)
    process = await asyncio.create_subprocess_exec(
        *(program, registrar, "-sf", SCENARIO.name, "-s", number),
        *("-i", trunk_address, "-p", str(_free_port(trunk_address)), "-mi", trunk_address),
        *("-m", str(count), "-r", f"{rate:g}", "-l", str(count)),
        *("-timeout", f"{_LONGEST_CALL_S + count / rate:.0f}", "-timeout_error", "-nostdin"),
        *("-trace_err", "-error_file", "errors.log", "-trace_rtt", "-rtt_freq", "1"),
        *("-trace_stat", "-stf", "statistics.csv", "-fd", "1"),
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
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


def _free_port(address: str) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])
