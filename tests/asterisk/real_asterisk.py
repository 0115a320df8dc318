"""A real Asterisk as the tests see it: addresses, passwords, command line. `conftest.py` starts it."""

import asyncio
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from ari_app.pbx.asterisk import Asterisk
from ari_app.pbx.configuration import Configuration
from ari_app.pbx.credentials import ARI_USER
from ari_app.pbx.settings import PbxSettings


class RealAsterisk:
    """The running Asterisk, and what a test needs to talk to it."""

    def __init__(self, configuration: Configuration, log: Path) -> None:
        self.configuration = configuration
        self.log = log
        self._runner = asyncio.Runner()
        self._asterisk = Asterisk(configuration, log)

    @property
    def settings(self) -> PbxSettings:
        return self.configuration.settings

    @property
    def ari_url(self) -> str:
        """As `http://127.0.0.1:8088/ari`, without a slash at its end."""
        return self.settings.ari_url

    @property
    def ari_auth(self) -> tuple[str, str]:
        """User and password of ARI."""
        return ARI_USER, self.configuration.credentials.ari_password

    @property
    def sip_host(self) -> str:
        return self.settings.bind

    @property
    def sip_port(self) -> int:
        return self.settings.sip_port

    @property
    def trunk_address(self) -> str:
        """The address from which a user agent must call to be taken for the trunk."""
        return self.settings.trunk_addresses[0]

    def agent_password(self, agent: str) -> str:
        """The SIP password of `agent1` … `agent10`."""
        return self.configuration.credentials.agent_passwords[agent]

    @property
    def pid(self) -> int:
        return self._asterisk.pid

    def start(self) -> None:
        self._runner.run(self._start())

    def stop(self) -> None:
        self._runner.run(self._asterisk.stop())

    def close(self) -> None:
        self.stop()
        self._runner.close()

    def cli(self, command: str) -> str:
        """What Asterisk's command line answers."""
        answer = subprocess.run(
            self.configuration.cli_command(command), capture_output=True, text=True, timeout=10, check=True
        )
        return answer.stdout

    def channels(self) -> list[str]:
        """The names of the channels that are up."""
        return [line.split("!")[0] for line in self.cli("core show channels concise").splitlines() if "!" in line]

    def bridges(self) -> list[str]:
        """The ids of the bridges that are up."""
        return [line.split()[0] for line in self.cli("bridge show all").splitlines()[1:] if line.strip()]

    async def _start(self) -> None:
        await self._asterisk.start()
        await self._asterisk.wait_booted()


def free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(is_true: Callable[[], object], timeout_s: float) -> bool:
    """Whether it became true in time."""
    deadline = time.monotonic() + timeout_s
    while not is_true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def commands_naming(folder: Path) -> list[str]:
    """The commands of running processes that name the folder."""
    commands = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in command:
            commands.append(command)
    return commands
