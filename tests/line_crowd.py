"""Many callers at once, who want a person and wait; and agents who work through them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from real_line import NUMBER, RealLine, wait_until

from ari_app.bench import load
from ari_app.control.client import ask
from ari_app.phones.phone import Phone
from ari_app.phones.phone_call import PhoneCall
from tickets.events import Kind


@asynccontextmanager
async def crowd(line: RealLine, folder: Path, callers: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """So many callers, who wait in silence for an agent: see `ari_app.bench.load.crowd`."""
    trunk = line.settings.pbx.trunk_addresses[0]
    async with load.crowd(line.registrar, trunk, NUMBER, callers, folder) as sipp:
        yield sipp


def waiting(line: RealLine) -> list[str]:
    """Who waits, as it is kept: the calls in the order of their coming."""
    return [entry.call_id for entry in line.store.floor.load().entries]


async def work(line: RealLine, desk: Phone, name: str, call: PhoneCall | None = None) -> None:
    """An agent who talks with everybody for a moment, with who is called back to the end, and takes no wrap-up."""
    while True:
        if call is not None:
            assert await until(lambda: _is_served(line, call), 60)  # noqa: B023
            await call.hang_up()
        await get_ready(line, name)
        call = await desk.incoming(90)
        await call.answer()


async def get_ready(line: RealLine, name: str) -> None:
    while True:
        agent = await ask(line.settings.control_socket, "agent.ready", agent=name)
        if agent["state"] in ("ready", "ringing"):
            return
        await asyncio.sleep(0.05)


async def until(is_true: Callable[[], object], timeout_s: float) -> bool:
    return await asyncio.to_thread(wait_until, is_true, timeout_s)


def _is_served(line: RealLine, call: PhoneCall) -> bool:
    """Whether the caller of this number was connected; one who is called back hangs up himself."""
    number = call.remote.partition("sip:")[2].partition("@")[0]
    newest = line.store.tickets.search(caller=number).tickets[0]
    happened = line.happened(newest)
    return call.ended is not None if Kind.CALLBACK_REQUESTED in happened else Kind.QUEUE_ANSWERED in happened
