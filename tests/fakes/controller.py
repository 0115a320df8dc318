"""A controller without a telephone: a real queue behind a real control socket, in a thread of its own."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from ari_app.acd.agents import Agent
from ari_app.agents.duty import Duty
from ari_app.control.agents import agent_commands
from ari_app.control.calls import call_commands
from ari_app.control.commands import Commands
from ari_app.control.feed import Feed
from ari_app.control.server import serving_control
from ari_app.distributor import Distributor
from ari_app.talks import Talks
from dialplan.loader import Dialplan, load_dialplan

Result = TypeVar("Result")


@dataclass(frozen=True)
class FloorOnly:
    """The shipped groups; `does` changes the queue as the telephones would."""

    distributor: Distributor
    dialplan: Dialplan
    loop: asyncio.AbstractEventLoop
    talks: Talks

    def does(self, change: Callable[[Distributor], Result]) -> Result:
        async def run() -> Result:
            return change(self.distributor)

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(5)

    def agent(self, name: str) -> Agent:
        return self.distributor.floor.agents[name]


@contextmanager
def floor_only(socket: Path, more: Callable[[Distributor], Commands] = lambda _: {}) -> Iterator[FloorOnly]:
    """`more` are commands beside those of agents and their calls."""
    dialplan = load_dialplan()
    started: list[FloorOnly] = []
    is_up, is_over = threading.Event(), asyncio.Event()

    async def run() -> None:
        distributor = Distributor(dialplan.groups, lambda: datetime.now(UTC), agents=dialplan.agents)
        talks = Talks()
        known = {**agent_commands(Duty(distributor, lambda: dialplan)), **call_commands(talks)}
        commands = {**known, **more(distributor)}
        async with serving_control(socket, commands, Feed(distributor, lambda: dialplan)):
            started.append(FloorOnly(distributor, dialplan, asyncio.get_running_loop(), talks))
            is_up.set()
            await is_over.wait()
        distributor.close()

    socket.parent.mkdir(parents=True, exist_ok=True)
    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert is_up.wait(5)
    try:
        yield started[0]
    finally:
        started[0].loop.call_soon_threadsafe(is_over.set)
        thread.join(5)
        assert not thread.is_alive()
