"""Several things at once: waiting for the first of them, or doing one while another lasts."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from ivr.conversation import CallerHungUp

Result = TypeVar("Result")


async def until_first(*work: Coroutine[Any, Any, object]) -> None:
    """Until one of them is done; the others are given up. What went wrong in any of them is raised."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _give_up(*tasks)
    for task in done:
        task.result()


async def unless_gone(work: Coroutine[Any, Any, Result], *gone: asyncio.Event) -> Result:
    """The result of `work`, as long as the caller stays.

    Raises:
        CallerHungUp: one of `gone` was set first; `work` is given up.
    """
    task = asyncio.create_task(work)
    leaving = [asyncio.create_task(event.wait()) for event in gone]
    try:
        await asyncio.wait({task, *leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise CallerHungUp
        return task.result()
    finally:
        await _give_up(task, *leaving)


@asynccontextmanager
async def meanwhile(work: Coroutine[Any, Any, object], name: str) -> AsyncIterator[None]:
    """`work` is done as long as this lasts, then given up. What went wrong in it is raised at the end."""
    task = asyncio.create_task(work, name=name)
    try:
        yield
    finally:
        await _give_up(task)
    if not task.cancelled():
        task.result()


async def _give_up(*tasks: "asyncio.Task[Any]") -> None:
    """Cancelled, and waited for: what they clean up is clean afterwards."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
