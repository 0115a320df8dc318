"""Every kind of probe against something real: a server, a port, a program. # 002-4"""

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pages import Page, Site, site

from ari_app.diagnosis import ping
from ari_app.diagnosis.runner import ProbeRunner, UnknownProbe
from ari_app.diagnosis.settings import DiagnosisSettings
from ari_app.diagnosis.verdict import KEPT_OUTPUT, Verdict
from dialplan.probes import ProbesFile

VALUES = {"person.employee_number": "10042", "field.asset": "PC-7"}


def runner(secrets: Path = Path("nowhere"), at_once: int = 4) -> ProbeRunner:
    return ProbeRunner(DiagnosisSettings(secrets, at_once), lambda: datetime.now(UTC))


def file_of(kind: Mapping[str, Any], seconds: int = 5) -> ProbesFile:
    return ProbesFile.model_validate({"probes": {"it": {"name": {"en": "it"}, "seconds": seconds, **kind}}})


async def measured(kind: Mapping[str, Any], seconds: int = 5, secrets: Path = Path("nowhere")) -> Verdict:
    return await runner(secrets).run(file_of(kind, seconds), "it", VALUES, "maria")


def python(code: str, *arguments: str, **more: Any) -> dict[str, Any]:
    return {"command": {"run": [sys.executable, "-c", code, *arguments], **more}}


# Web pages


@pytest.fixture
def pages() -> Iterator[Site]:
    never = threading.Event()
    with site({}) as elsewhere:
        found = {
            "/ok": Page(b"all is well"),
            "/10042": Page(b"known"),
            "/broken": Page(b"sorry", 503),
            "/moved": Page(status=302, headers={"Location": "/ok"}),
            "/away": Page(status=302, headers={"Location": f"{elsewhere.url}/ok"}),
            "/round": Page(status=302, headers={"Location": "/round"}),
            "/never": Page(waits=never),
            "/large": Page(b"x" * 5_000_000),
        }
        with site(found) as here:
            yield here
        assert elsewhere.requests == []


@pytest.mark.parametrize(
    ("path", "more", "state", "found"),
    [
        ("/ok", {}, "ok", "answered"),
        ("/ok", {"words": "is well"}, "ok", "answered"),
        ("/ok", {"words": "is ill"}, "fault", "words_missing"),
        ("/{person.employee_number}", {"words": "known"}, "ok", "answered"),
        ("/broken", {}, "fault", "other_status"),
        ("/broken", {"status": [200, 503]}, "ok", "answered"),
        ("/nothing", {}, "fault", "other_status"),
        ("/moved", {}, "ok", "answered"),
        ("/moved", {"status": 302}, "ok", "answered"),
        ("/away", {}, "fault", "led_elsewhere"),
        ("/away", {"status": 302}, "ok", "answered"),
        ("/round", {}, "fault", "no_answer"),
        ("/large", {}, "ok", "answered"),
    ],
)
async def test_a_page(pages: Site, path: str, more: dict[str, Any], state: str, found: str) -> None:
    verdict = await measured({"http": {"url": pages.url + path, **more}})
    assert (verdict.state, verdict.found) == (state, found)
    assert len(verdict.output) <= KEPT_OUTPUT


async def test_a_page_that_does_not_come_in_time_is_a_fault(pages: Site) -> None:
    verdict = await measured({"http": {"url": f"{pages.url}/never"}}, seconds=1)
    assert (verdict.state, verdict.found, verdict.facts) == ("fault", "too_late", {"seconds": 1})
    assert 0.9 < verdict.seconds < 3


async def test_a_verdict_tells_when_and_for_whom(pages: Site) -> None:
    before = datetime.now(UTC)
    verdict = await measured({"http": {"url": f"{pages.url}/broken"}})
    assert (verdict.probe, verdict.by, verdict.output) == ("it", "maria", "sorry")
    assert verdict.facts == {"at": f"{pages.url}/broken", "status": 503, "expected": "200"}
    assert before <= verdict.at <= datetime.now(UTC)


async def test_no_proxy_and_no_password_of_ours_is_used(pages: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert (await measured({"http": {"url": f"{pages.url}/ok"}})).state == "ok"
    assert set(pages.requests[0][1]) == {"host", "accept", "accept-encoding", "connection", "user-agent"}


# Ports


async def test_a_port_that_listens_and_one_that_does_not() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert (await measured({"tcp": {"host": "127.0.0.1", "port": port}})).state == "ok"
    server.close()
    await server.wait_closed()
    verdict = await measured({"tcp": {"host": "127.0.0.1", "port": port}})
    assert (verdict.state, verdict.found, verdict.facts["at"]) == ("fault", "no_answer", f"127.0.0.1:{port}")


async def test_a_host_that_is_none_is_not_asked() -> None:
    assert (await measured({"tcp": {"host": "a b", "port": 9}})).found == "no_host"


# Programs


@pytest.mark.parametrize(
    ("code", "more", "state", "found"),
    [
        ("print('fine')", {}, "ok", "ended_well"),
        ("raise SystemExit(3)", {}, "fault", "other_exit"),
        ("raise SystemExit(3)", {"exit": [0, 3]}, "ok", "ended_well"),
        ("print('load: 12 %')", {"pattern": r"load: \d\d %"}, "ok", "ended_well"),
        ("print('load: 112 %')", {"pattern": r"^load: \d\d %"}, "fault", "pattern_missing"),
        ("import os; os.kill(os.getpid(), 9)", {}, "fault", "other_exit"),
    ],
)
async def test_a_program(code: str, more: dict[str, Any], state: str, found: str) -> None:
    verdict = await measured(python(code, **more))
    assert (verdict.state, verdict.found) == (state, found)


async def test_a_program_that_is_not_there() -> None:
    verdict = await measured({"command": {"run": ["no-such-program"]}})
    assert (verdict.state, verdict.found, verdict.facts["program"]) == ("unknown", "not_started", "no-such-program")


async def test_a_program_sees_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_NOTIFY__SMTP_PASSWORD", "secret")
    told = "import os, sys, json; print(json.dumps([sorted(os.environ), os.getcwd(), sys.stdin.read()]))"
    names, folder, given = json.loads((await measured(python(told))).output)
    assert set(names) <= {"PATH", "LANG", "LC_CTYPE"}
    assert (folder, given) == ("/", "")


async def test_a_program_that_prints_a_megabyte_neither_fills_the_memory_nor_hangs() -> None:
    verdict = await measured(python("print('x' * 1_000_000)"))
    assert verdict.state == "ok"
    assert verdict.output == "x" * (KEPT_OUTPUT - 1) + "…"


async def test_what_no_page_can_show_is_replaced() -> None:
    verdict = await measured(python(r"import sys; sys.stdout.buffer.write(b'a\x1b[31m\x00\xff\nb')"))
    assert verdict.output == "a�[31m��\nb"


async def test_a_program_that_does_not_end_is_ended_with_all_that_it_has_started(tmp_path: Path) -> None:
    noted = tmp_path / "pids"
    code = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(noted)!r}, 'w').write('%d %d' % (os.getpid(), child.pid))\n"
        "time.sleep(60)"
    )
    verdict = await measured(python(code), seconds=2)
    assert (verdict.state, verdict.found) == ("unknown", "too_late")
    pids = [int(pid) for pid in noted.read_text().split()]
    assert len(pids) == 2
    async with asyncio.timeout(10):  # a busy machine takes a moment over it
        while any(map(is_running, pids)):  # noqa: ASYNC110  another process: nothing tells us
            await asyncio.sleep(0.05)


async def test_a_program_whose_child_keeps_the_output_open_is_not_waited_for() -> None:
    code = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])"
    verdict = await measured(python(code))
    assert verdict.state == "ok"
    assert verdict.seconds < 4


def wait_until(holds: Callable[[], bool], within_s: float = 10) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    """A zombie has ended: only its parent has not looked yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


# Ping: the program of the machine, here one that answers as we tell it


@contextmanager
def ping_that(folder: Path, does: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    told, program = folder / "told", folder / "ping"
    program.write_text(f'#!/bin/sh\necho "asked $*" > {told}\n{does}\n')
    program.chmod(0o755)
    monkeypatch.setattr(ping, "_ASK", (str(program), *ping._ASK[1:]))
    yield told


@pytest.mark.parametrize(("code", "state"), [(0, "ok"), (1, "fault"), (2, "unknown")])
async def test_ping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, state: str) -> None:
    with ping_that(tmp_path, f"exit {code}", monkeypatch) as told:
        verdict = await measured({"ping": {"host": "{field.asset}.example.com"}})
    assert verdict.state == state
    assert told.read_text() == "asked -n -q -c 2 -- PC-7.example.com\n"


@pytest.mark.skipif(not any(Path(folder, "ping").exists() for folder in ("/bin", "/usr/bin")), reason="no ping here")
async def test_the_ping_of_this_machine() -> None:
    assert (await measured({"ping": {"host": "127.0.0.1"}})).state == "ok"


# Monitoring


@pytest.fixture
def monitor() -> Iterator[Site]:
    state = {"data": [{"state": "up", "code": 0, "sick": False}], "page": "x" * 10}
    answers = {"/hosts/PC-7": Page(json.dumps(state).encode()), "/page": Page(b"<html>"), "/denied": Page(b"no", 403)}
    with site(answers) as here:
        yield here


@pytest.mark.parametrize(
    ("more", "state", "found"),
    [
        ({"path": "data.0.state", "ok": "up"}, "ok", "value_good"),
        ({"path": "data.0.state", "ok": ["green", "up"]}, "ok", "value_good"),
        ({"path": "data.0.state", "ok": ["green"]}, "fault", "value_bad"),
        ({"path": "data.0.state", "fault": ["up"]}, "fault", "value_bad"),
        ({"path": "data.0.state", "fault": ["down"]}, "ok", "value_good"),
        ({"path": "data.0.state", "ok": ["green"], "fault": ["red"]}, "unknown", "value_other"),
        ({"path": "data.0.code", "ok": 0}, "ok", "value_good"),
        ({"path": "data.0.sick", "ok": 0}, "fault", "value_bad"),
        ({"path": "data.0.sick", "ok": False}, "ok", "value_good"),
        ({"path": "data.1.state", "ok": "up"}, "unknown", "path_missing"),
        ({"path": "data.state", "ok": "up"}, "unknown", "path_missing"),
        ({"path": "page.state", "ok": "up"}, "unknown", "path_missing"),
    ],
)
async def test_a_monitoring_system(monitor: Site, more: dict[str, Any], state: str, found: str) -> None:
    verdict = await measured({"monitoring": {"url": f"{monitor.url}/hosts/{{field.asset}}", **more}})
    assert (verdict.state, verdict.found) == (state, found)


@pytest.mark.parametrize(("path", "found"), [("/page", "path_missing"), ("/denied", "other_status")])
async def test_a_monitoring_system_that_says_nothing_is_no_fault_of_the_service(
    monitor: Site, path: str, found: str
) -> None:
    verdict = await measured({"monitoring": {"url": monitor.url + path, "path": "a", "ok": 1}})
    assert (verdict.state, verdict.found) == ("unknown", found)


async def test_its_header_lies_in_a_file_and_is_told_nowhere(monitor: Site, tmp_path: Path) -> None:
    (tmp_path / "monitor").write_text("X-Api-Key: 4711-secret\n")
    kind = {"monitoring": {"url": f"{monitor.url}/denied", "secret": "monitor", "path": "a", "ok": 1}}
    verdict = await measured(kind, secrets=tmp_path)
    assert monitor.requests[0][1]["x-api-key"] == "4711-secret"
    assert "4711" not in json.dumps(verdict.as_json())


@pytest.mark.parametrize("content", [None, "", "no header", "A: b\nC: d", "Authorization:"])
async def test_without_its_header_it_is_not_asked(monitor: Site, tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "monitor").write_text(content)
    kind = {"monitoring": {"url": f"{monitor.url}/page", "secret": "monitor", "path": "a", "ok": 1}}
    verdict = await measured(kind, secrets=tmp_path)
    assert (verdict.state, verdict.found, monitor.requests) == ("unknown", "secret_missing", [])


# Many at once


async def test_only_a_few_run_at_once(tmp_path: Path) -> None:
    code = (
        "import os, sys, time\n"
        "mark = os.path.join(sys.argv[1], str(os.getpid()))\n"
        "open(mark, 'w').close(); time.sleep(0.2)\n"
        "print(len(os.listdir(sys.argv[1]))); os.remove(mark)"
    )
    few, probes = runner(at_once=2), file_of(python(code, str(tmp_path)), seconds=20)
    verdicts = await asyncio.gather(*(few.run(probes, "it", {}, "test") for _ in range(6)))
    assert {verdict.state for verdict in verdicts} == {"ok"}
    assert max(int(verdict.output) for verdict in verdicts) <= 2


async def test_who_gets_no_turn_in_his_time_is_told() -> None:
    few, slow = runner(at_once=1), python("import time; time.sleep(60)")
    patient, hasty = (few.run(file_of(slow, seconds), "it", {}, "test") for seconds in (2, 1))
    first, second = await asyncio.gather(patient, hasty)
    assert (first.found, second.found) == ("too_late", "too_many")


async def test_who_gives_up_leaves_nothing_behind(tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    code = f"import os, time; open({str(noted)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    task = asyncio.create_task(measured(python(code), seconds=20))
    await asyncio.to_thread(wait_until, lambda: noted.exists() and noted.read_text() != "")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not is_running(int(noted.read_text()))
    assert os.getpid() != int(noted.read_text())


async def test_a_probe_that_is_not_there() -> None:
    with pytest.raises(UnknownProbe, match="did you mean 'it'"):
        await runner().run(file_of(python("")), "its", {}, "test")
