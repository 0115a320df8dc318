"""Waiting for the first of two things: the other is given up, and has cleaned up by then."""

import asyncio

import pytest

from ari_app.racing import unless_gone, until_first
from ivr.conversation import CallerHungUp


class Work:
    """Waits for ever; tells whether it was given up."""

    given_up = False

    async def __call__(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            self.given_up = True


async def done() -> str:
    return "done"


async def hangs_up() -> None:
    raise CallerHungUp


async def test_the_result_as_long_as_the_caller_stays() -> None:
    assert await unless_gone(done(), asyncio.Event()) == "done"


async def test_what_is_done_counts_even_if_the_caller_went_at_the_same_time() -> None:
    gone = asyncio.Event()
    gone.set()
    assert await unless_gone(done(), gone) == "done"


async def test_a_caller_who_goes_ends_the_work() -> None:
    gone, work = asyncio.Event(), Work()
    asyncio.get_running_loop().call_later(0.01, gone.set)
    with pytest.raises(CallerHungUp):
        await unless_gone(work(), gone)
    assert work.given_up


async def test_until_first_gives_the_others_up() -> None:
    work = Work()
    await until_first(work(), done())
    assert work.given_up


async def test_any_of_several_may_go() -> None:
    work, left = Work(), asyncio.Event()
    left.set()
    with pytest.raises(CallerHungUp):
        await unless_gone(work(), asyncio.Event(), left)
    assert work.given_up


async def test_until_first_raises_what_went_wrong() -> None:
    work = Work()
    with pytest.raises(CallerHungUp):
        await until_first(work(), hangs_up())
    assert work.given_up
