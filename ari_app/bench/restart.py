"""`hotline bench restart`: the controller is killed while callers wait and talk; how long its successor takes until an
agent is rung again."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from ari_app.acd.agents import AgentState
from ari_app.bench.load import LoadError, crowd
from ari_app.bench.measure import percentile
from ari_app.bench.own_line import of_its_own
from ari_app.bench.report import Row
from ari_app.pbx.credentials import load_credentials
from ari_app.phones.phone import Account, Phone
from ari_app.process_record import ProcessRecord
from ari_app.processes import started_at
from ari_app.settings import Settings
from ari_app.up import line_up
from tickets.store import Store, open_store

QUEUED = 30
TALKING = 5
OFFERS_RESUME_WITHIN_MS = 3000.0

_LIBRARIES = "asyncio, httpx, numpy, pydantic, sqlalchemy.orm, structlog, websockets.asyncio.client"
_YARDSTICK = "importing the libraries alone, p50"
_IMPORTS = 5

_QUEUE_WITHIN_S = 60.0
_RING_WITHIN_S = 60.0
_LOOK_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Restart:
    """`rung_after_ms` from the start of the new process to the ring of a telephone; `imports_ms`, how long a bare
    Python took for the libraries of the controller each time, on the same busy machine just before."""

    rung_after_ms: float
    imports_ms: tuple[float, ...]


def restart_rows(restart: Restart) -> list[Row]:
    """One row: ours against the limit, and against the yardstick."""
    ours, yardstick = round(restart.rung_after_ms, 1), round(percentile(list(restart.imports_ms), 50), 1)
    return [
        Row(
            f"{QUEUED} wait, {TALKING} talk: start to first ring",
            ours,
            "ms",
            OFFERS_RESUME_WITHIN_MS,
            ours <= OFFERS_RESUME_WITHIN_MS,
            yardstick,
            round(ours / yardstick, 2),
            _YARDSTICK,
        )
    ]


async def measure_restart(settings: Settings, folder: Path, progress: Callable[[str], None]) -> Restart:
    """On a line of its own, whose state lies in `folder`. The first six agents must be those whom key 0 leads to.

    Raises:
        LineError, PbxError: the line cannot be started.
        LoadError, PhoneError: the callers or the agents do not come.
    """
    settings = of_its_own(settings, folder / "line")
    async with AsyncExitStack() as stack:
        line = await stack.enter_async_context(line_up(settings, progress))
        store = stack.enter_context(closing(open_store(settings.tickets)))
        registrar = f"{line.sip_host}:{line.sip_port}"
        passwords = load_credentials(settings.asterisk_dir).agent_passwords

        async def agent(number: int, *, answers: bool) -> Phone:
            name = settings.pbx.agent_names[number]
            account = Account(name, f"127.0.0.{11 + number}", registrar, passwords[name], auto_answer=answers)
            return await stack.enter_async_context(Phone.running(account, folder / name))

        await asyncio.gather(*(agent(number, answers=True) for number in range(TALKING)))
        callers = crowd(registrar, line.trunk_address, line.number, QUEUED + TALKING, folder / "callers")
        await stack.enter_async_context(callers)
        await _all_are_there(store)
        progress(f"{QUEUED} wait, {TALKING} talk")
        phone = await agent(TALKING, answers=False)
        await phone.incoming(_RING_WITHIN_S)
        imports_ms = [await _import_ms() for _ in range(_IMPORTS)]
        os.kill(_controller(settings), signal.SIGKILL)
        progress("the controller is killed")
        again = await phone.incoming(_RING_WITHIN_S)
        return Restart(1000 * (again.began_at - started_at(_controller(settings))), tuple(imports_ms))


def _controller(settings: Settings) -> int:
    return ProcessRecord(settings.run_dir).read()["controller"].pid


async def _all_are_there(store: Store) -> None:
    """
    Raises:
        LoadError: not within a minute.
    """
    deadline = time.monotonic() + _QUEUE_WITHIN_S
    while True:
        floor = await asyncio.to_thread(store.floor.load)
        talking = sum(agent.state == AgentState.TALKING for agent in floor.agents)
        if (len(floor.entries), talking) == (QUEUED, TALKING):
            return
        if time.monotonic() > deadline:
            raise LoadError(f"only {len(floor.entries)} callers wait, and {talking} talk")
        await asyncio.sleep(_LOOK_EVERY_S)


async def _import_ms() -> float:
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", f"import {_LIBRARIES}")
    await process.wait()
    return 1000 * (time.monotonic() - began)
