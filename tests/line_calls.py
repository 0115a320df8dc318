"""Calls placed to a real line by telephones, and what became of each."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from real_line import NUMBER, RealLine, samples, wait_until

from ari_app.finished_ticket import finished_ticket
from ari_app.phones.caller import Item, Keys, Manners, Speech
from ari_app.phones.phone import Phone
from ari_app.phones.phone_call import PhoneCall
from ari_app.phones.placing import PlacedCall, place_call
from tickets.ticket import Ticket

PATIENCE_S = 60.0
"""So long is waited for what comes soon on a machine that has the time."""
TRIALS = 3
ON_ITS_WAY_S = 3.0
"""So long a sound may be on its way."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A call that is over, and its ticket."""

    call: PlacedCall
    ticket: Ticket


async def call(
    line: RealLine,
    folder: Path,
    number: str,
    says: Sequence[str | Item],
    manners: Manners | None = None,
    to: str = NUMBER,
    is_understood: Callable[[Ticket], bool] = lambda _: True,
) -> Placed:
    """A call to its end. Of `says`, digits are pressed and sentences spoken, each at the caller's turn.

    Whose words a busy machine has garbled so that he was not understood calls again, twice at most."""
    items = [item(line, what) for what in says]
    for trial in range(TRIALS):
        placed = await place_call(line.caller(number), to, items, folder / number / str(trial), lambda _: None, manners)
        ticket = await finished_ticket(line.store, placed.sip_call_id)
        assert ticket is not None
        if is_understood(ticket):
            break
        print(f"trial {trial}: {number} was not understood: {line.heard_from(ticket, 'caller')}")  # noqa: T201
    return Placed(placed, ticket)


def item(line: RealLine, what: str | Item) -> Item:
    """Digits are pressed, a sentence is spoken."""
    if not isinstance(what, str):
        return what
    return Keys(what) if set(what) <= set("0123456789*#") else Speech(what, line.spoken(what))


@asynccontextmanager
async def on_the_phone(line: RealLine, folder: Path, number: str) -> AsyncIterator[PhoneCall]:
    """A caller whom the line has answered, and who hangs up at last."""
    async with Phone.running(line.caller(number), folder / number) as phone:
        placed = await phone.call(NUMBER)
        await placed.answered()
        try:
            yield placed
        finally:
            await placed.hang_up()


@asynccontextmanager
async def on_duty(line: RealLine, folder: Path, name: str) -> AsyncIterator[Phone]:
    """An agent whose telephone is registered, and gone afterwards."""
    async with Phone.running(line.agent(name), folder / name) as phone:
        assert await asyncio.to_thread(wait_until, lambda: line.is_on_duty(name), PATIENCE_S)
        yield phone
    assert await asyncio.to_thread(wait_until, lambda: not line.is_on_duty(name), PATIENCE_S)


async def has_heard(call: PhoneCall, since_s: float) -> None:
    """Returns when what is said to this telephone since then has come and ended: at once, or late where the machine
    stalls; whoever hears nothing waits in vain for a moment."""
    await call.until(lambda: bool(call.sounds) and (call.sounds[-1].ended_s or 0.0) > since_s, ON_ITS_WAY_S)


def heard_last(call: PhoneCall) -> NDArray[np.int16]:
    """The last two seconds that were not silent."""
    ended_s = call.sounds[-1].ended_s if call.sounds else None
    heard = samples(call.heard_wav)
    return heard[: len(heard) if ended_s is None else int(ended_s * 8000)][-16000:]


async def ticket_of(line: RealLine, placed: PhoneCall) -> Ticket:
    """The ticket as it is now."""
    return await until_ticket(line, placed, lambda _: True)


async def until_ticket(
    line: RealLine, placed: PhoneCall, is_true: Callable[[Ticket], bool], timeout_s: float = PATIENCE_S
) -> Ticket:
    """The ticket once `is_true` of it."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout_s
    while True:
        ticket = await asyncio.to_thread(line.ticket, placed.sip_call_id)
        if ticket is not None and is_true(ticket):
            return ticket
        assert loop.time() < deadline, f"not in {timeout_s} s: {ticket}"
        await asyncio.sleep(0.1)


async def until_event(line: RealLine, placed: PhoneCall, kind: str, timeout_s: float = PATIENCE_S) -> Ticket:
    """The ticket with an event of `kind` in its log, read after the log: it knows of that event too."""
    await until_ticket(line, placed, lambda ticket: kind in line.happened(ticket), timeout_s)
    return await ticket_of(line, placed)
