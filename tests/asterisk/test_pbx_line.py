"""`hotline up`'s line with a real Asterisk, and stand-ins for the controller and the web application."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from real_asterisk import commands_naming, free_port, wait_until

from ari_app.line_errors import LineNotRunning
from ari_app.pbx.installation import Installation
from ari_app.process_record import ProcessRecord
from ari_app.processes import identify
from ari_app.running_line import RunningLine, read_running_line

CONTROLLER = (
    "import pathlib, sys, time; pathlib.Path(sys.argv[1], 'controller.started').touch();"
    "time.sleep(float(sys.argv[2])); pathlib.Path(sys.argv[1], 'controller.ready').touch(); time.sleep(600)"
)
UP = """
import asyncio, sys
from pathlib import Path
from ari_app.line_errors import LineError
from ari_app.pbx.errors import PbxError
from ari_app.pbx.settings import PbxSettings
from ari_app.settings import Settings, WebSettings
from tickets.settings import TicketsSettings
from ari_app.up import Programs, run_line

state, cache, sip, http, ami, agi, web, controller, warm_up_s = sys.argv[1:]
settings = Settings(
    state_dir=Path(state),
    cache_dir=Path(cache),
    pbx=PbxSettings(sip_port=int(sip), http_port=int(http), ami_port=int(ami), agi_port=int(agi)),
    web=WebSettings(port=int(web)),
    tickets=TicketsSettings(database_url=f"sqlite:///{state}/hotline.db"),
)
programs = Programs(
    controller=(sys.executable, "-c", controller, str(settings.run_dir), warm_up_s),
    web=(sys.executable, "-m", "http.server", web, "--bind", "127.0.0.1"),
    agi=(sys.executable, "-m", "http.server", agi, "--bind", "127.0.0.1"),
)
try:
    asyncio.run(run_line(settings, programs=programs))
except (LineError, PbxError) as error:
    sys.exit(str(error))
"""


class Up:
    """A line in a process of its own, as an operator starts it."""

    def __init__(self, state: Path, cache: Path) -> None:
        self.state = state
        self.cache = cache
        self.ports = [free_port(socket.SOCK_DGRAM), *(free_port(socket.SOCK_STREAM) for _ in range(4))]
        self.output = state.with_name("output")
        self.process: subprocess.Popen[bytes] | None = None
        self.seen: dict[str, int] = {}

    def start(self, warm_up_s: float = 0.0) -> subprocess.Popen[bytes]:
        ports = [str(port) for port in self.ports]
        command = [sys.executable, "-c", UP, str(self.state), str(self.cache), *ports, CONTROLLER, str(warm_up_s)]
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=output)
        return self.process

    def wait_told(self, part: str, timeout_s: float = 60.0) -> None:
        assert wait_until(lambda: part in self.output.read_text(), timeout_s), self.output.read_text()

    def line(self) -> RunningLine:
        return read_running_line(self.state / "run")

    def pids(self) -> dict[str, int]:
        """The children that were started, by the record."""
        found = {name: process.pid for name, process in ProcessRecord(self.state / "run").read().items()}
        self.seen |= {f"{name} {pid}": pid for name, pid in found.items()}
        return found

    def nothing_left(self) -> bool:
        return all(identify(pid) is None for pid in self.seen.values())


@pytest.fixture
def up(tmp_path: Path, installation: Installation) -> Iterator[Up]:
    cache = Path(os.environ.get("HOTLINE_CACHE", "~/.cache/hotline")).expanduser()
    line = Up(tmp_path / "state", cache)
    yield line
    line.pids()
    if line.process is not None:
        line.process.kill()
        line.process.wait()
    assert wait_until(line.nothing_left, 30), line.seen


# 000-24
def test_all_parts_come_up_and_ctrl_c_leaves_nothing(up: Up) -> None:
    process = up.start()
    up.wait_told("the line is up")
    assert list(up.pids()) == ["asterisk", "controller", "web", "agi"]
    line = up.line()
    assert (line.pid, line.sip_port, line.web_url) == (process.pid, up.ports[0], f"http://127.0.0.1:{up.ports[4]}")
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert up.nothing_left()
    assert "Traceback" not in up.output.read_text()
    with pytest.raises(LineNotRunning):
        up.line()


@pytest.mark.parametrize("moment", ["starting asterisk", "starting controller"])
def test_interrupted_while_starting_nothing_is_left(up: Up, moment: str) -> None:
    process = up.start(warm_up_s=600)
    up.wait_told(moment)
    assert wait_until(up.pids, 30)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert up.nothing_left()
    assert "Traceback" not in up.output.read_text()


# 000-24
def test_interrupted_while_fetching_nothing_is_left(up: Up, tmp_path: Path) -> None:
    up.cache = tmp_path / "cache"
    process = up.start()
    up.wait_told("reading the package lists")
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert "Traceback" not in up.output.read_text()
    assert commands_naming(tmp_path) == []
    assert [path.name for path in up.cache.iterdir() if path.name.endswith(("amd64", "arm64"))] == []


# 000-24
def test_a_killed_asterisk_is_back_with_its_passwords_and_the_rest_stays(up: Up) -> None:
    process = up.start()
    up.wait_told("the line is up")
    before, secrets = up.pids(), (up.state / "asterisk/secrets.json").read_text()
    os.kill(before["asterisk"], signal.SIGKILL)
    up.wait_told("asterisk is back")
    after = up.pids()
    assert after["asterisk"] != before["asterisk"]
    assert (after["controller"], after["web"]) == (before["controller"], before["web"])
    assert (up.state / "asterisk/secrets.json").read_text() == secrets
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0


def test_a_second_line_is_refused_and_names_the_first(up: Up) -> None:
    first = up.start()
    up.wait_told("the line is up")
    up.pids()
    second = up.start()
    assert second.wait(60) == 1
    up.wait_told(f"a line is already running in {up.state} (pid {first.pid})")
    assert first.poll() is None
    first.send_signal(signal.SIGINT)
    assert first.wait(60) == 0


def test_a_killed_line_takes_its_children_along_and_the_next_starts(up: Up) -> None:
    first = up.start()
    up.wait_told("the line is up")
    up.pids()
    first.kill()
    first.wait()
    assert wait_until(up.nothing_left, 30)
    second = up.start()
    assert wait_until(lambda: up.output.read_text().count("the line is up") == 2, 30), up.output.read_text()
    (password,) = re.findall(r"first login .* user admin, password (\S+) ", up.output.read_text())
    assert not [log for log in (up.state / "log").iterdir() if password in log.read_text()]
    up.pids()
    second.send_signal(signal.SIGINT)
    assert second.wait(60) == 0


def test_a_port_in_use_is_a_message_and_nothing_was_started(up: Up) -> None:
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", up.ports[4]))
        holder.listen()
        assert up.start().wait(60) == 1
    assert f"TCP port {up.ports[4]} on 127.0.0.1 (web.port) is in use" in up.output.read_text()
    assert "Traceback" not in up.output.read_text()
    assert up.pids() == {}


def test_a_line_that_is_up_is_idle(up: Up) -> None:
    process = up.start()
    up.wait_told("the line is up")
    up.pids()
    before = cpu_s(process.pid)
    time.sleep(3)  # the measured time itself
    assert cpu_s(process.pid) - before <= 0.06  # of these seconds
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
