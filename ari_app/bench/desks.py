"""`hotline bench desks`: many desks and wallboards look on while calls pass; how late they hear of it, and how late the
controller's event loop is meanwhile.

The queue, its control socket, the event log and the web process are the real ones; there are no telephones: agents
answer at once, and callers are only told of. The pages are streams in a process of their own.
"""

import asyncio
import json
import sys
from bisect import bisect_left
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ari_app.acd.queue import QueueEntry
from ari_app.bench.load import LoadError
from ari_app.bench.measure import percentile
from ari_app.bench.report import Row
from ari_app.control.feed import Feed
from ari_app.control.server import serving_control
from ari_app.distributor import Distributor
from ari_app.floor_keeper import FloorKeeper
from ari_app.loop_lag import measuring_lag
from ari_app.pbx.ports import free_ports
from ari_app.settings import Settings
from dialplan.groups import Group
from dialplan.loader import load_dialplan
from tickets.rights import Role
from tickets.store import Store, open_store
from tickets.viewer.access import SESSION_COOKIE

LAG_P99_MS = 50.0
HEARD_WITHIN_MS = 1000.0
_TALK_S = 12.0
_ANSWERS_AFTER_S = 1.0
_OPEN_WITHIN_S = 60.0
_HOST = "127.0.0.1"
_GROUP = "helpdesk"


@dataclass(frozen=True, slots=True)
class Looking:
    """How many look on, and at how much."""

    desks: int = 100
    wallboards: int = 20
    calls_per_min: float = 20
    for_s: float = 60


@dataclass(frozen=True, slots=True)
class Heard:
    """`desk_ms` and `wallboard_ms`: of each change and each page, how long until it was told of one that came after."""

    calls: int
    lag_p99_ms: float
    desk_ms: list[float]
    wallboard_ms: list[float]


def desk_rows(heard: Heard) -> list[Row]:
    def row(case: str, value: float, limit: float) -> Row:
        return Row(case, round(value, 1), "ms", limit, value <= limit)

    return [
        Row("calls that passed", heard.calls, "calls"),
        row("controller: lateness of its loop, p99", heard.lag_p99_ms, LAG_P99_MS),
        row("desks: change to page, p50", percentile(heard.desk_ms, 50), HEARD_WITHIN_MS),
        row("desks: change to page, p99", percentile(heard.desk_ms, 99), HEARD_WITHIN_MS),
        row("wallboards: change to page, p50", percentile(heard.wallboard_ms, 50), HEARD_WITHIN_MS),
        row("wallboards: change to page, p99", percentile(heard.wallboard_ms, 99), HEARD_WITHIN_MS),
    ]


async def measure_desks(settings: Settings, folder: Path, looking: Looking, progress: Callable[[str], None]) -> Heard:
    """With a state of its own in `folder`.

    Raises:
        LoadError: the web process does not come up, or the streams do not open.
    """
    (port,) = free_ports(1)
    settings = settings.changed({"HOTLINE_STATE": str(folder), "HOTLINE_WEB__PORT": str(port)})
    async with AsyncExitStack() as stack:
        store = stack.enter_context(closing(open_store(settings.tickets)))
        cookies = await asyncio.to_thread(_log_in, store, looking)
        distributor = await stack.enter_async_context(_queue(settings, store, looking.desks))
        await stack.enter_async_context(_web(settings))
        progress(f"{looking.desks} desks and {looking.wallboards} wallboards come")
        streams = await stack.enter_async_context(_pages(settings, cookies))
        lag = await stack.enter_async_context(measuring_lag())
        changes = await _pass_calls(distributor, store, looking, progress)
        lag_ms = lag.percentile_ms(99) or 0.0
        heard = await _heard_by(streams)
    desks = delays_ms(changes, [one for one in heard if one[1] == "glance" and one[0] < looking.desks])
    walls = delays_ms(changes, [one for one in heard if one[1] == "wallboard" and one[0] >= looking.desks])
    return Heard(round(looking.calls_per_min * looking.for_s / 60), lag_ms, desks, walls)


def _log_in(store: Store, looking: Looking) -> list[str]:
    """A login of each page, desks first."""
    now = datetime.now(UTC)
    for user, role in (("wallboard", Role.SUPERVISOR), ("desk", Role.AGENT)):
        store.accounts.change_password(user, store.accounts.add(user, role, now)[::-1], now)
    users = ["desk"] * looking.desks + ["wallboard"] * looking.wallboards
    return [store.accounts.start_session(user, "web", now, _HOST) for user in users]


@asynccontextmanager
async def _queue(settings: Settings, store: Store, agents: int) -> AsyncIterator[Distributor]:
    names = tuple(f"agent{number + 1}" for number in range(agents))
    group = Group(name={"en": "Help desk", "zh": "服务台"}, agents=names, wrap_up_s=5)
    dialplan = replace(load_dialplan(settings.dialplan), groups={_GROUP: group})

    def now() -> datetime:
        return datetime.now(UTC)

    distributor = Distributor(dialplan.groups, now)
    for name in names:
        distributor.reach(name)
    settings.run_dir.mkdir(parents=True, exist_ok=True)
    async with FloorKeeper(store.floor, now) as keeper:
        distributor.watch(keeper.note)
        async with serving_control(settings.control_socket, {}, Feed(distributor, lambda: dialplan)):
            yield distributor
        distributor.close()


@asynccontextmanager
async def _web(settings: Settings) -> AsyncIterator[None]:
    """
    Raises:
        LoadError: it is not up within a minute.
    """
    environment = {**settings.environment, "OPENBLAS_NUM_THREADS": "1"}
    null = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ari_app.web", env=environment, stdout=null, stderr=null
    )
    try:
        async with asyncio.timeout(_OPEN_WITHIN_S):
            while not await _is_open(settings.web.port):  # noqa: ASYNC110 (nobody tells)
                await asyncio.sleep(0.1)
        yield
    except TimeoutError as error:
        raise LoadError("the web process does not come up") from error
    finally:
        process.terminate()
        await process.wait()


async def _is_open(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(_HOST, port)
    except OSError:
        return False
    writer.close()
    return True


@asynccontextmanager
async def _pages(settings: Settings, cookies: Sequence[str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """
    Raises:
        LoadError: not all of them open.
    """
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ari_app.bench.streams", stdin=pipe, stdout=pipe, limit=2**28
    )
    assert process.stdin and process.stdout  # noqa: S101, PT018 (they are pipes)
    try:
        told = {"url": settings.web.url, "cookies": list(cookies), "cookie_name": SESSION_COOKIE}
        process.stdin.write(json.dumps(told).encode() + b"\n")
        async with asyncio.timeout(_OPEN_WITHIN_S):
            if (await process.stdout.readline()).strip() != b"open":
                raise LoadError("the pages do not open")
        yield process
    except TimeoutError as error:
        raise LoadError("the pages do not open") from error
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def _heard_by(streams: asyncio.subprocess.Process) -> list[tuple[int, str, float, float]]:
    assert streams.stdin and streams.stdout  # noqa: S101, PT018 (they are pipes)
    streams.stdin.close()
    return [tuple(one) for one in json.loads(await streams.stdout.readline())]


async def _pass_calls(
    distributor: Distributor, store: Store, looking: Looking, progress: Callable[[str], None]
) -> list[float]:
    """When something changed on the floor (POSIX seconds)."""
    changes: list[float] = []
    distributor.watch(lambda *_: changes.append(datetime.now(UTC).timestamp()))
    calls = round(looking.calls_per_min * looking.for_s / 60)
    async with asyncio.TaskGroup() as group:
        for number in range(calls):
            group.create_task(_call(distributor, store, f"bench-{number}"))
            if number % 10 == 0:
                progress(f"call {number + 1} of {calls}")
            await asyncio.sleep(60 / looking.calls_per_min)
    return changes


async def _call(distributor: Distributor, store: Store, call_id: str) -> None:
    """A caller waits a moment, talks, and goes; the log is told as by the line."""
    tickets, at = store.tickets, datetime.now(UTC)
    ticket = (await asyncio.to_thread(tickets.open_for_call, call_id, call_id, "", "5000", "en", at)).number
    await asyncio.to_thread(tickets.queue_entered, ticket, _GROUP, "asked", at)
    offer = await distributor.join(QueueEntry(call_id, _GROUP, at)).next_offer()
    if offer is None:
        raise LoadError("nobody is there to answer")
    await asyncio.sleep(_ANSWERS_AFTER_S)
    distributor.answer(offer)
    await asyncio.to_thread(tickets.queue_answered, ticket, offer.agent, datetime.now(UTC))
    await asyncio.sleep(_TALK_S)
    distributor.hang_up(offer.agent)
    await asyncio.to_thread(tickets.finish_call, ticket, datetime.now(UTC))


def delays_ms(changes: Sequence[float], heard: Sequence[tuple[int, str, float, float]]) -> list[float]:
    """Of each change and page, in milliseconds, until something was heard that was so after the change."""
    delays: list[float] = []
    for page in {one[0] for one in heard}:
        told = sorted((at, heard_at) for by, _, at, heard_at in heard if by == page)
        for change in changes:
            place = bisect_left(told, (change, 0.0))
            if place < len(told):
                delays.append(1000 * (told[place][1] - change))
    return delays
