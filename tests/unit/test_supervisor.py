"""The supervisor, with small real processes as its children."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest

from ari_app.line_errors import ChildFailed, LineBusy, LineNotRunning, StateUnwritable
from ari_app.log_follower import LogFollower
from ari_app.process_record import ProcessRecord, only_line
from ari_app.processes import ProcessId, end_leftover, identify, last_lines, start_child
from ari_app.running_line import RunningLine, forget_running_line, read_running_line, write_running_line
from ari_app.supervisor import Backoff, ChildSpec, Supervisor

QUICK = Backoff(first_s=0.02, longest_s=0.1, forgotten_after_s=60)

SLEEPER = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).touch(); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SLEEPER
WITH_GRANDCHILD = (
    "import subprocess, sys, pathlib, time;"
    "child = subprocess.Popen(['sleep', '600']);"
    "pathlib.Path(sys.argv[1]).write_text(str(child.pid)); time.sleep(600)"
)


async def until(is_true: Callable[[], object], timeout_s: float = 30.0) -> None:
    async with asyncio.timeout(timeout_s):
        while not is_true():  # noqa: ASYNC110  other processes are looked at
            await asyncio.sleep(0.01)


def gone(pid: int) -> bool:
    return identify(pid) is None


def spec(name: str, code: str, folder: Path, **changes: object) -> ChildSpec:
    sign = folder / f"{name}.sign"
    values: dict[str, object] = {
        "name": name,
        "command": (sys.executable, "-c", code, str(sign)),
        "wait_ready": partial(until, sign.exists, 60),
        "ready_within_s": 10.0,
        "prepare": partial(sign.unlink, missing_ok=True),
        "grace_s": 2.0,
    }
    return ChildSpec(**(values | changes))  # type: ignore[arg-type]


class Told(list[str]):
    """The lines told to people."""

    def any(self, part: str) -> bool:
        return any(part in line for line in self)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def supervisor(tmp_path: Path, told: Told) -> AsyncIterator[Supervisor]:
    async with Supervisor(tmp_path / "log", ProcessRecord(tmp_path), told.append, QUICK) as supervisor:
        yield supervisor


async def test_a_killed_child_is_back_soon_and_the_others_do_not_notice(
    supervisor: Supervisor, tmp_path: Path, told: Told
) -> None:
    await supervisor.start(spec("first", SLEEPER, tmp_path))
    await supervisor.start(spec("second", SLEEPER, tmp_path))
    before = supervisor.pids()
    os.kill(before["second"], signal.SIGKILL)
    await until(lambda: told.any("second is back"))
    after = supervisor.pids()
    assert after["first"] == before["first"]
    assert after["second"] != before["second"]
    assert told.any("second ended (killed by SIGKILL)")


async def test_what_a_dead_child_started_goes_with_it(supervisor: Supervisor, tmp_path: Path, told: Told) -> None:
    sign = tmp_path / "parent.sign"
    written = partial(until, lambda: sign.exists() and sign.read_text(), 60)
    await supervisor.start(spec("parent", WITH_GRANDCHILD, tmp_path, wait_ready=written))
    grandchild = int(sign.read_text())
    os.kill(supervisor.pids()["parent"], signal.SIGKILL)
    await until(lambda: gone(grandchild))


async def test_stop_ends_all_in_reverse_order_and_the_stubborn_by_force(tmp_path: Path, told: Told) -> None:
    order = tmp_path / "order"
    tells_its_end = (
        "import signal, sys, pathlib, time;"
        f"signal.signal(signal.SIGTERM, lambda *_: (open({str(order)!r}, 'a').write(sys.argv[1] + '\\n'), sys.exit()));"
        "pathlib.Path(sys.argv[1]).touch(); time.sleep(600)"
    )
    async with Supervisor(tmp_path / "log", ProcessRecord(tmp_path), told.append, QUICK) as supervisor:
        await supervisor.start(spec("first", tells_its_end, tmp_path))
        await supervisor.start(spec("second", tells_its_end, tmp_path))
        await supervisor.start(spec("stubborn", STUBBORN, tmp_path, grace_s=0.2))
        pids = supervisor.pids()
    assert all(gone(pid) for pid in pids.values())
    assert [Path(line).stem for line in order.read_text().split()] == ["second", "first"]
    assert json.loads((tmp_path / "processes.json").read_text()) == {}


async def test_a_child_that_never_comes_up_is_told_with_the_end_of_its_log(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    with pytest.raises(ChildFailed, match=r"(?s)broken ended before it was ready \(exit code 1\).*no such voice"):
        await supervisor.start(spec("broken", "raise SystemExit('no such voice')", tmp_path))
    never = asyncio.Event()
    with pytest.raises(ChildFailed, match=r"slow was not ready within 0.2 s"):
        await supervisor.start(spec("slow", SLEEPER, tmp_path, wait_ready=never.wait, ready_within_s=0.2))
    with pytest.raises(ChildFailed, match="foreign"):
        await supervisor.start(spec("foreign", "", tmp_path, command=("/nowhere/foreign",)))
    assert supervisor.pids() == {}


async def test_interrupted_while_a_child_starts_nothing_is_left(tmp_path: Path, told: Told) -> None:
    started: list[int] = []

    async def run() -> None:
        async with Supervisor(tmp_path / "log", ProcessRecord(tmp_path), told.append, QUICK) as supervisor:
            never = asyncio.Event()
            starting = asyncio.create_task(supervisor.start(spec("slow", SLEEPER, tmp_path, wait_ready=never.wait)))
            await until((tmp_path / "slow.sign").exists)
            started.extend(supervisor.pids().values())
            try:
                await starting
            finally:
                starting.cancel()

    task = asyncio.create_task(run())
    await until(lambda: started)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert len(started) == 1
    assert gone(started[0])


def test_backoff_grows_to_its_limit_and_jitters() -> None:
    backoff = Backoff(first_s=1, longest_s=10)
    assert 0.8 <= backoff.delay_s(0) <= 1.2
    assert 3.2 <= backoff.delay_s(2) <= 4.8
    assert backoff.delay_s(1000) <= 12
    assert len({backoff.delay_s(0) for _ in range(10)}) > 1


def test_the_state_folder_has_one_line_at_a_time(tmp_path: Path) -> None:
    with only_line(tmp_path / "run"), pytest.raises(LineBusy, match=rf"pid {os.getpid()}"), only_line(tmp_path / "run"):
        pass
    with only_line(tmp_path / "run"):
        pass
    (tmp_path / "file").touch()
    with pytest.raises(StateUnwritable), only_line(tmp_path / "file" / "run"):
        pass


def test_leftovers_of_a_killed_run_are_ended_but_nobody_else(tmp_path: Path) -> None:
    left = subprocess.Popen([sys.executable, "-c", STUBBORN, str(tmp_path / "sign")], start_new_session=True)
    other = subprocess.Popen(["sleep", "600"])
    try:
        deadline = time.monotonic() + 30
        while not (tmp_path / "sign").exists():
            assert time.monotonic() < deadline
        process = identify(left.pid)
        assert process is not None
        earlier = ProcessRecord(tmp_path)
        earlier.add("asterisk", process)
        earlier.add("web", ProcessId(other.pid, "another boot/1"))
        assert ProcessRecord(tmp_path).end_leftovers(grace_s=0.1) == ["asterisk"]
        assert left.wait(30) == -signal.SIGKILL
        assert other.poll() is None
        assert not end_leftover(process, 0.1)
    finally:
        for child in (left, other):
            child.kill()
            child.wait()


async def test_children_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    parent_code = (
        "import asyncio, pathlib, sys\n"
        "from ari_app.processes import start_child\n"
        "async def main():\n"
        "    child = await start_child(['sleep', '600'], pathlib.Path(sys.argv[1]))\n"
        "    print(child.pid, flush=True)\n"
        "    await child.wait()\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", parent_code, str(tmp_path / "log"), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    # Its name changes from setpriv to sleep once it has asked the kernel for the signal.
    await until(lambda: "sleep" in Path(f"/proc/{child}/comm").read_text())
    parent.kill()
    await parent.wait()
    await until(lambda: gone(child))


async def test_warnings_in_a_log_are_told_and_the_log_stays_bearable(
    tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ari_app.log_follower._INTERVAL_S", 0.01)
    monkeypatch.setattr("ari_app.log_follower.LONGEST_BYTES", 200)
    log = tmp_path / "some.log"
    log.write_text("ERROR of yesterday\n")
    follower = LogFollower(told.append)
    follower.add("some", log)
    following = asyncio.create_task(follower.follow())
    writer = (
        "import time, sys\n"
        "for n in range(20): print('all is well', flush=True)\n"
        "print('WARNING: half a', end='', flush=True); time.sleep(0.1); print(' line', flush=True)\n"
        "time.sleep(0.1); print('[error ] again', flush=True)\n"
    )
    child = await start_child((sys.executable, "-c", writer), log)
    await child.wait()
    await until(lambda: told.any("again"))
    following.cancel()
    assert list(told) == ["some: WARNING: half a line", "some: [error ] again"]
    assert log.stat().st_size < 200
    assert "all is well" in (tmp_path / "some.log.1").read_text()
    assert last_lines(log, 1) == "[error ] again"


def test_the_running_line_is_found_only_while_it_runs(tmp_path: Path) -> None:
    with pytest.raises(LineNotRunning, match="hotline up"):
        read_running_line(tmp_path)
    me = identify(os.getpid())
    assert me is not None
    line = RunningLine(
        me.pid, me.started, "127.0.0.1", 5060, "5000", "127.0.0.2", "http://a/ari", "http://b", "/state/asterisk"
    )
    write_running_line(tmp_path, line)
    assert read_running_line(tmp_path) == line
    (tmp_path / "line.json").write_text((tmp_path / "line.json").read_text().replace(me.started, "another boot/1"))
    with pytest.raises(LineNotRunning):
        read_running_line(tmp_path)
    forget_running_line(tmp_path)
    assert not (tmp_path / "line.json").exists()
