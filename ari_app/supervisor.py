"""Keeps a few named child processes alive: started in order, started again when they end, stopped in reverse order."""

import asyncio
import contextlib
import random
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from ari_app.line_errors import ChildFailed
from ari_app.log_follower import LogFollower
from ari_app.process_record import ProcessRecord
from ari_app.processes import ChildProcess, last_lines, start_child

_LINES_OF_LOG = 15

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """A child to keep alive."""

    name: str
    command: tuple[str, ...]
    wait_ready: Callable[[], Awaitable[None]]
    """Returns when the started child does its work; it may wait for ever."""
    ready_within_s: float = 30.0
    environment: Mapping[str, str] | None = None
    """Its environment variables; None means ours."""
    prepare: Callable[[], None] = lambda: None
    """Called before every start."""
    grace_s: float = 8.0
    """How long it may take to end when it is asked to."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait before a child that ended is started again."""

    first_s: float = 0.2
    longest_s: float = 30.0
    forgotten_after_s: float = 60.0
    """A child that ran so long begins anew with the first delay."""

    def delay_s(self, failures: int) -> float:
        """After so many failures in a row; a fifth up or down by chance, so that children do not march in step."""
        exponential = self.first_s * 2.0 ** min(failures, 32)
        return min(exponential, self.longest_s) * random.uniform(0.8, 1.2)  # noqa: S311  nothing secret


class Supervisor:
    """An async context: leaving it stops all children. `tell` gets a line for people about every event."""

    def __init__(self, log_dir: Path, record: ProcessRecord, tell: Tell, backoff: Backoff | None = None) -> None:
        self._log_dir = log_dir
        self._record = record
        self._tell = tell
        self._backoff = backoff or Backoff()
        self._kept: list[_KeptChild] = []
        self._follower = LogFollower(tell)
        self._following: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._following = asyncio.create_task(self._follower.follow())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self, spec: ChildSpec) -> None:
        """Starts a child, returns when it is ready, and keeps it alive from then on.

        Raises ChildFailed when it does not come up this first time.
        """
        log = self._log_dir / f"{spec.name}.log"
        self._follower.add(spec.name, log)
        child = _KeptChild(spec, log, self._record, self._tell, self._backoff)
        self._kept.append(child)
        await child.start()

    def pids(self) -> dict[str, int]:
        """The process numbers of the children that run at this moment."""
        return {child.spec.name: child.pid for child in self._kept if child.pid is not None}

    async def stop(self) -> None:
        """Stops all children, the last started first. When cancelled it goes on, but by force."""
        hurried = False
        for child in reversed(self._kept):
            try:
                await child.stop(0.0 if hurried else child.spec.grace_s)
            except asyncio.CancelledError:
                hurried = True
        self._kept.clear()
        if self._following is not None:
            self._following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._following


class _KeptChild:
    """One child over all its lives."""

    def __init__(self, spec: ChildSpec, log: Path, record: ProcessRecord, tell: Tell, backoff: Backoff) -> None:
        self.spec = spec
        self._log = log
        self._record = record
        self._tell = tell
        self._backoff = backoff
        self._process: ChildProcess | None = None
        self._keeping: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self._process.exit_code is None else None

    async def start(self) -> None:
        process = await self._launch()
        self._keeping = asyncio.create_task(self._keep(process))

    async def stop(self, grace_s: float) -> None:
        try:
            if self._keeping is not None:
                self._keeping.cancel()
                await asyncio.gather(self._keeping, return_exceptions=True)
        finally:
            if self._process is not None:
                await self._process.stop(grace_s)
                self._record.remove(self.spec.name)

    async def _keep(self, process: ChildProcess | None) -> None:
        failures = 0
        while True:
            started = time.monotonic()
            if process is not None:
                code = await process.wait()
                self._tell(f"{self.spec.name} ended ({_describe(code)})")
            failures = 0 if time.monotonic() - started > self._backoff.forgotten_after_s else failures
            delay_s = self._backoff.delay_s(failures)
            failures += 1
            self._tell(f"{self.spec.name} is started again in {delay_s:.1f} s")
            await asyncio.sleep(delay_s)
            try:
                process = await self._launch()
                self._tell(f"{self.spec.name} is back")
            except ChildFailed as error:
                process = None
                self._tell(str(error))

    async def _launch(self) -> ChildProcess:
        """Starts it and waits until it is ready. Raises ChildFailed, having ended it."""
        try:
            self.spec.prepare()
            process = self._process = await start_child(self.spec.command, self._log, self.spec.environment)
        except OSError as error:
            raise ChildFailed(f"{self.spec.name} cannot be started: {error}") from error
        self._record.add(self.spec.name, process.id)
        why = await self._why_not_ready(process)
        if why:
            await process.stop(self.spec.grace_s)
            raise ChildFailed(
                f"{self.spec.name} {why}; the end of {self._log}:\n{last_lines(self._log, _LINES_OF_LOG)}"
            )
        return process

    async def _why_not_ready(self, process: ChildProcess) -> str:
        ready = asyncio.ensure_future(self.spec.wait_ready())
        ended = asyncio.ensure_future(process.wait())
        try:
            await asyncio.wait({ready, ended}, timeout=self.spec.ready_within_s, return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                return f"ended before it was ready ({_describe(ended.result())})"
            if not ready.done():
                return f"was not ready within {self.spec.ready_within_s:g} s"
            ready.result()
            return ""
        finally:
            ready.cancel()
            ended.cancel()
            await asyncio.gather(ready, ended, return_exceptions=True)


def _describe(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"
