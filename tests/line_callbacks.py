"""People who are called back: their telephones, what they press, and whether they and an agent hear each other."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
from line_calls import PATIENCE_S, has_heard, heard_last
from real_line import NUMBER, RealLine, loudness, wait_until

from ari_app.phones.phone import Phone
from ari_app.phones.phone_call import PhoneCall
from ivr.speech import mulaw
from tickets.people import Entry

TONE = mulaw.encode((8000 * np.sin(np.arange(8000) * 0.3)).astype(np.int16))
KEYS_TO_CALLBACK = "651"  # something else, a call back, at this number


def knows(line: RealLine, number: str) -> None:
    """Numbers of the directory may be dialled."""
    entry = Entry(employee_number=f"7{number[-4:]}", name=f"Employee {number[-2:]}", numbers=frozenset({number}))
    line.store.people.import_rows((entry,), datetime.now(UTC), everyone=False)


async def until(is_true: Callable[[], object], timeout_s: float = PATIENCE_S) -> bool:
    return await asyncio.to_thread(wait_until, is_true, timeout_s)


async def ask_for_callback(telephone: Phone) -> PhoneCall:
    """The line hangs up once it is promised."""
    call = await telephone.call(NUMBER)
    await call.answered()
    for key in KEYS_TO_CALLBACK:
        heard = len(call.sounds)
        assert await call.until(lambda heard=heard: len(call.sounds) > heard, PATIENCE_S)  # type: ignore[misc]
        await call.press(key)
    assert (await call.over(60)).by_us is False
    return call


async def hear_each_other(one: PhoneCall, other: PhoneCall) -> None:
    """A tone from each, after whatever the line says."""
    since_s = [call.now_s for call in (one, other)]
    await asyncio.gather(one.say(TONE), other.say(TONE))
    await asyncio.gather(*(has_heard(call, since) for call, since in zip((one, other), since_s, strict=True)))
    await other.hang_up()
    await one.over()
    for call in (one, other):
        assert loudness(heard_last(call)) > 3000, call.heard_wav
