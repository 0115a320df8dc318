"""`hotline up`: Asterisk, the controller, the web application and the key menu, together, in the foreground."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import typer

from ari_app.certificates import ensure_certificate
from ari_app.fallback.queues import queues_of
from ari_app.line_errors import ContentBroken, DatabaseUnusable
from ari_app.pbx.asterisk import wait_booted
from ari_app.pbx.configuration import Configuration, configure
from ari_app.pbx.errors import AsteriskMissing
from ari_app.pbx.fetch import fetch_asterisk
from ari_app.pbx.installation import Installation, find_installation
from ari_app.pbx.ports import check_port, check_ports
from ari_app.process_record import ProcessRecord, only_line
from ari_app.processes import identify
from ari_app.published.preparing import prepare_articles
from ari_app.running_line import RunningLine, forget_running_line, write_running_line
from ari_app.settings import Settings
from ari_app.supervisor import ChildSpec, Supervisor, Tell
from dialplan.loader import Dialplan, load_dialplan
from dialplan.problems import DialplanError
from knowledge.errors import KnowledgeError
from knowledge.library import load_library
from tickets.store import StoreError, open_store

_ASK_AGAIN_S = 0.1

# OpenBLAS's threads spin while they wait for each other: with other work on two cores, fitting the matcher took 117 s
# and 35 s of CPU; with one thread 18 s and 6 s.
_ONE_BLAS_THREAD = {"OPENBLAS_NUM_THREADS": "1"}


def tell_on_stderr(line: str) -> None:
    with contextlib.suppress(OSError):  # a closed terminal is no reason to stop looking after the line
        typer.echo(line, err=True)


@dataclass(frozen=True, slots=True)
class Programs:
    """What runs beside Asterisk."""

    controller: tuple[str, ...] = (sys.executable, "-m", "ari_app.controller")
    web: tuple[str, ...] = (sys.executable, "-m", "ari_app.web")
    agi: tuple[str, ...] = (sys.executable, "-m", "ari_app.agi")


async def run_line(
    settings: Settings,
    ready: Callable[[RunningLine], None] | None = None,
    tell: Tell = tell_on_stderr,
    programs: Programs | None = None,
) -> None:
    """Keeps the line up until Ctrl-C, SIGTERM or SIGHUP; leaves no process, whenever that comes.

    Raises PbxError or LineError; the message says what to do.
    """
    with cancelled_by_signals() as signalled:
        try:
            async with line_up(settings, tell, programs) as line:
                tell(f"the line is up: sip:{line.sip_host}:{line.sip_port}, {line.web_url} — Ctrl-C stops it")
                if ready is not None:
                    ready(line)
                await asyncio.Event().wait()
        except asyncio.CancelledError:
            if not signalled.is_set():
                raise
    tell("the line is down")


@contextlib.asynccontextmanager
async def line_up(
    settings: Settings, tell: Tell = tell_on_stderr, programs: Programs | None = None
) -> AsyncIterator[RunningLine]:
    """A running line; leaving the context stops it. Raises as `run_line`."""
    programs = programs or Programs()
    record = ProcessRecord(settings.run_dir)
    with only_line(settings.run_dir):
        for name in await asyncio.to_thread(record.end_leftovers):
            tell(f"{name} of an earlier run was still there; it has been ended")
        await asyncio.to_thread(prepare_articles, settings, tell)
        dialplan = await asyncio.to_thread(_checked_content, settings)
        configuration = await _configured_asterisk(settings, dialplan, tell)
        check_ports(settings.pbx)
        check_port(settings.web.host, settings.web.port, socket.SOCK_STREAM, "web.port")
        if settings.web.is_https:
            await asyncio.to_thread(ensure_certificate, settings)
        password = await asyncio.to_thread(_first_login, settings)
        if password:  # told at once: if something does not come up now, the user is there all the same
            tell(f"first login at {settings.web.url}: user admin, password {password} (told only this once)")
        async with Supervisor(settings.state_dir / "log", record, tell) as supervisor:
            for spec in _children(settings, configuration, programs):
                tell(f"starting {spec.name}")
                await supervisor.start(spec)
            line = _describe(settings, configuration, number=next(iter(dialplan.menus.numbers)))
            write_running_line(settings.run_dir, line)
            try:
                yield line
            finally:
                forget_running_line(settings.run_dir)
                tell("stopping")


@contextlib.contextmanager
def cancelled_by_signals() -> Iterator[asyncio.Event]:
    """Cancels the current task on SIGINT, SIGTERM or SIGHUP, and again on the next; the event tells that one came."""
    loop, task, signalled = asyncio.get_running_loop(), asyncio.current_task(), asyncio.Event()
    assert task is not None  # noqa: S101  we run in it

    def interrupt() -> None:
        signalled.set()
        task.cancel()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, interrupt)
    try:
        yield signalled
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


async def _configured_asterisk(settings: Settings, dialplan: Dialplan, tell: Tell) -> Configuration:
    installation = await _installation(settings, tell)
    return configure(settings.pbx, installation, settings.asterisk_dir, queues_of(dialplan.groups))


async def _installation(settings: Settings, tell: Tell) -> Installation:
    try:
        return find_installation(settings.pbx, settings.cache_dir)
    except AsteriskMissing:
        if settings.pbx.asterisk is not None:
            raise
        return await fetch_asterisk(settings.pbx.suite, settings.cache_dir, tell)


def _checked_content(settings: Settings) -> Dialplan:
    """The dialplan; it and the articles are looked at before anything starts: the controller could only refuse them.

    Raises ContentBroken.
    """
    try:
        dialplan = load_dialplan(settings.dialplan)
        load_library(settings.knowledge.in_force)
    except (DialplanError, KnowledgeError) as error:
        raise ContentBroken(str(error)) from error
    return dialplan


def _first_login(settings: Settings) -> str | None:
    """Readies the database before several processes open it; the password of its first user if that is new.

    It is made here and not by the web application, whose output is kept in a file.
    """
    try:
        store = open_store(settings.tickets)
        try:
            return store.accounts.first_admin(datetime.now(UTC))
        finally:
            store.close()
    except StoreError as error:
        raise DatabaseUnusable(f"the database {settings.tickets.database_url} cannot be used: {error}") from error


def _children(settings: Settings, configuration: Configuration, programs: Programs) -> list[ChildSpec]:
    environment = _environment(settings)
    return [
        ChildSpec(
            name="asterisk",
            command=configuration.command,
            wait_ready=partial(wait_booted, configuration),
            ready_within_s=settings.pbx.boot_timeout_s,
        ),
        ChildSpec(
            name="controller",
            command=programs.controller,
            environment=environment,
            wait_ready=partial(_wait_file, settings.controller_ready),
            ready_within_s=120.0,
            prepare=partial(settings.controller_ready.unlink, missing_ok=True),
        ),
        ChildSpec(
            name="web",
            command=programs.web,
            environment=environment,
            wait_ready=partial(_wait_connect, settings.web.host, settings.web.port),
            ready_within_s=60.0,
        ),
        ChildSpec(
            name="agi",
            command=programs.agi,
            environment=environment,
            wait_ready=partial(_wait_connect, "127.0.0.1", settings.pbx.agi_port),
            ready_within_s=60.0,
        ),
    ]


def _environment(settings: Settings) -> Mapping[str, str] | None:
    """Where Python must not keep bytecode beside the sources it keeps it in the cache folder: callers wait for a
    controller that starts again, and a quarter of that is compiling."""
    if not settings.environment:
        return None
    environment = {**settings.environment, **_ONE_BLAS_THREAD}
    if environment.get("PYTHONDONTWRITEBYTECODE"):
        environment |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(settings.cache_dir / "bytecode")}
    return environment


def _describe(settings: Settings, configuration: Configuration, number: str) -> RunningLine:
    me = identify(os.getpid())
    assert me is not None  # noqa: S101  we run
    return RunningLine(
        pid=me.pid,
        started=me.started,
        sip_host=settings.pbx.bind,
        sip_port=settings.pbx.sip_port,
        number=number,
        trunk_address=settings.pbx.trunk_addresses[0],
        ari_url=settings.pbx.ari_url,
        web_url=settings.web.url,
        asterisk_folder=str(configuration.run_folder),
    )


async def _wait_file(path: Path) -> None:
    while not path.exists():  # noqa: ASYNC110, ASYNC240  another process writes it; no event tells us
        await asyncio.sleep(_ASK_AGAIN_S)


async def _wait_connect(host: str, port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(_ASK_AGAIN_S)
        else:
            writer.close()
            return
