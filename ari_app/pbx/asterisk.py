"""One running Asterisk."""

import asyncio
from pathlib import Path

from ari_app.pbx.configuration import Configuration
from ari_app.pbx.errors import AsteriskFailed
from ari_app.pbx.ports import check_ports
from ari_app.processes import ChildProcess, last_lines, start_child

_LINES_OF_LOG = 15


async def run_cli(configuration: Configuration, command: str) -> str:
    """What Asterisk's command line answers.

    Raises AsteriskFailed when it does not run, or does not answer.
    """
    process = await asyncio.create_subprocess_exec(
        *configuration.cli_command(command),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    answer = output.decode(errors="replace")
    if process.returncode != 0:
        raise AsteriskFailed(f"Asterisk did not take the command {command!r}: {answer.strip()}")
    return answer


async def wait_booted(configuration: Configuration) -> None:
    """Returns when Asterisk has loaded everything. Waits for ever: bound it with `asyncio.timeout`."""
    while True:
        try:
            # The text and not the exit code: an Asterisk that gives up while it loads just hangs up on us.
            if "fully booted" in await run_cli(configuration, "core waitfullybooted"):
                return
        except AsteriskFailed:
            pass  # its socket is not there yet
        await asyncio.sleep(0.05)


class Asterisk:
    """An Asterisk without a supervisor, as tests and one-off commands use it; its output goes to `log`."""

    def __init__(self, configuration: Configuration, log: Path) -> None:
        self.configuration = configuration
        self.log = log
        self._child: ChildProcess | None = None

    @property
    def pid(self) -> int:
        return self._running.pid

    async def start(self) -> None:
        """Raises PortInUse, or AsteriskFailed when it cannot be started at all."""
        check_ports(self.configuration.settings)
        try:
            self._child = await start_child(self.configuration.command, self.log)
        except OSError as error:
            raise AsteriskFailed(f"Asterisk cannot be started: {error}") from error

    async def wait_booted(self) -> None:
        """Raises AsteriskFailed with the end of its log when it ends instead, or takes longer than `boot_timeout_s`."""
        booted = asyncio.ensure_future(wait_booted(self.configuration))
        ended = asyncio.ensure_future(self._running.wait())
        timeout_s = self.configuration.settings.boot_timeout_s
        try:
            await asyncio.wait({booted, ended}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
            if not booted.done():
                why = f"ended with code {ended.result()}" if ended.done() else f"did not boot within {timeout_s:g} s"
                raise AsteriskFailed(f"Asterisk {why}; the end of {self.log}:\n{last_lines(self.log, _LINES_OF_LOG)}")
            booted.result()
        finally:
            booted.cancel()
            ended.cancel()
            await asyncio.gather(booted, ended, return_exceptions=True)

    async def cli(self, command: str) -> str:
        """Raises AsteriskFailed."""
        return await run_cli(self.configuration, command)

    async def wait(self) -> int:
        """Waits for its end and returns its exit code."""
        return await self._running.wait()

    async def stop(self, grace_s: float = 5.0) -> None:
        """Ends it, calls and all; by force when it has not gone after `grace_s` seconds."""
        if self._child is not None:
            await self._child.stop(grace_s)

    @property
    def _running(self) -> ChildProcess:
        if self._child is None:
            raise AsteriskFailed("Asterisk was not started")
        return self._child
