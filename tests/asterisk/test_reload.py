"""The dialplan edited while callers are on the line: nobody is disturbed, and new calls get the new version. # D8"""

import asyncio
import json
import os
import re
import signal
import statistics
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from line_calls import on_the_phone, ticket_of, until_event, until_ticket
from real_line import UP, RealLine, wait_until

from ari_app.phones.phone_call import PhoneCall
from tickets.events import Event
from tickets.ticket import Ticket

CALLS = 6
PRESS_EVERY_S = 8.0
ANSWERED_WITHIN_S = 2.0
LONGEST_ANSWER_S = 30.0
"""On a machine that the telephones of this test alone keep busy."""
TAKEN_WITHIN_S = 240.0
FIRST_OPTION = re.compile(r'(key: "1", category: accounts, then: \{article: )([a-z-]+)')
CLI = UP[:-1]


@dataclass(slots=True)
class Asking:
    """A caller in a menu who has it repeated again and again; `replies_s` is how long each time took."""

    call: PhoneCall
    presses: int = 0
    replies_s: list[float] = field(default_factory=list)

    async def ask_on(self, over: asyncio.Event) -> None:
        while not over.is_set():
            pressed = await self.call.press("9")
            assert pressed is not None, "the line has hung up"
            self.presses += 1
            said_at = pressed.ended_s
            assert await self.call.until(lambda at=said_at: self.call.sounds[-1].began_s > at, LONGEST_ANSWER_S)
            self.replies_s.append(next(one.began_s for one in self.call.sounds if one.began_s > said_at) - said_at)
            await asyncio.wait({asyncio.create_task(over.wait())}, timeout=PRESS_EVERY_S)


@pytest.fixture
def edited(line: RealLine) -> Iterator[RealLine]:
    """The line, whose files are as before afterwards."""
    folder = line.settings.dialplan
    before = {file: file.read_bytes() for file in folder.glob("*.yaml")}
    was = in_force(line)
    yield line
    for file, content in before.items():
        file.write_bytes(content)
    assert wait_until(lambda: in_force(line) == was, TAKEN_WITHIN_S)


def told(line: RealLine, kind: str) -> list[Event]:
    found, last = [], 0
    while events := line.store.events.after(last):
        found += [event for event in events if event.kind == kind]
        last = events[-1].id
    return found


def in_force(line: RealLine) -> str:
    return str(told(line, "dialplan_changed")[-1].data["version"])


def edit(line: RealLine, old: str, new: str) -> None:
    file = line.settings.dialplan / "menus.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def first_option(line: RealLine) -> str:
    """The article behind 1, 1 in the files as they are."""
    found = FIRST_OPTION.search((line.settings.dialplan / "menus.yaml").read_text(encoding="utf-8"))
    assert found is not None
    return found.group(2)


async def until(is_true: object, timeout_s: float = TAKEN_WITHIN_S) -> None:
    assert await asyncio.to_thread(wait_until, is_true, timeout_s)  # type: ignore[arg-type]


def hotline(line: RealLine, *arguments: str) -> str:
    done = subprocess.run((*CLI, *arguments), env=line.environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def short_call(line: RealLine, folder: Path, number: str) -> Ticket:
    """A new caller, who goes to the first article of the first menu."""
    async with on_the_phone(line, folder, number) as call:
        await call.press("1")
        await until_event(line, call, "heard")
        await call.press("1")
        return await until_ticket(line, call, lambda ticket: bool(ticket.articles), 30)


@asynccontextmanager
async def callers(line: RealLine, folder: Path, count: int) -> AsyncIterator[list[Asking]]:
    """So many in the first menu; when the context ends each takes its first article and hangs up."""
    over, found = asyncio.Event(), []
    async with AsyncExitStack() as stack:
        async with asyncio.TaskGroup() as group:

            async def enter(number: str) -> None:
                call = await stack.enter_async_context(on_the_phone(line, folder, number))
                await call.press("1")
                await until_event(line, call, "heard")
                found.append(Asking(call))
                group.create_task(found[-1].ask_on(over))  # at once: who says nothing for long is put through

            await asyncio.gather(*(enter(f"+4930231258{index:02}") for index in range(count)))
            try:
                yield found
            finally:
                over.set()
        for asking in found:
            await asking.call.press("1")
        for asking in found:
            await until_event(line, asking.call, "article_tried")


# D8
async def test_running_calls_keep_their_version_through_edits_and_a_rollback(edited: RealLine, tmp_path: Path) -> None:
    line, first, old = edited, in_force(edited), first_option(edited)
    new = "password-expired" if old != "password-expired" else "account-locked"
    async with asyncio.timeout(900), callers(line, tmp_path, CALLS) as running:
        edit(line, f"category: accounts, then: {{article: {old}", f"category: accounts, then: {{article: {new}")
        await until(lambda: in_force(line) != first)
        second = in_force(line)
        ticket = await short_call(line, tmp_path, "+493023125901")
        assert (ticket.dialplan, [tried.article for tried in ticket.articles]) == (second, [new])

        refusals = len(told(line, "dialplan_refused"))
        edit(line, "ask: main.ask", "ask: main.akk")
        await until(lambda: len(told(line, "dialplan_refused")) > refusals)
        refused = told(line, "dialplan_refused")[-1].data
        assert refused["version"] == second
        assert any(re.match(rf"{line.settings.dialplan}/\S+:\d+:\d+: error", one) for one in refused["problems"])  # type: ignore[union-attr]
        assert (await short_call(line, tmp_path, "+493023125902")).dialplan == second

        assert json.loads(hotline(line, "dialplan", "rollback", first, "--json"))["version"] == first
        await until(lambda: in_force(line) == first)
        ticket = await short_call(line, tmp_path, "+493023125903")
        assert (ticket.dialplan, [tried.article for tried in ticket.articles]) == (first, [old])

    replies = sorted(reply for asking in running for reply in asking.replies_s)
    print(  # noqa: T201  figures to look at
        f"{CALLS} calls, {len(replies)} keys: answered after {statistics.median(replies):.2f} s (median), "
        f"{replies[-1]:.2f} s (longest)"
    )
    assert statistics.median(replies) < ANSWERED_WITHIN_S
    for asking in running:
        ticket = await ticket_of(line, asking.call)
        happened = line.store.events.of_ticket(ticket.number)
        heard = [event.data["heard"] for event in happened if event.kind == "heard"]
        assert heard.count({"kind": "digits", "digits": "9"}) == asking.presses
        assert (ticket.dialplan, [tried.article for tried in ticket.articles]) == (first, [old])
        assert "call_resumed" not in [event.kind for event in happened]
    assert first in hotline(line, "dialplan", "history")


# D8 000-24
async def test_a_call_that_is_resumed_by_a_new_controller_keeps_its_version(edited: RealLine, tmp_path: Path) -> None:
    line, first, old = edited, in_force(edited), first_option(edited)
    new = "password-expired" if old != "password-expired" else "account-locked"
    async with asyncio.timeout(600), on_the_phone(line, tmp_path, "+493023125911") as call:
        await call.press("1")
        await until_event(line, call, "heard")
        edit(line, f"category: accounts, then: {{article: {old}", f"category: accounts, then: {{article: {new}")
        await until(lambda: in_force(line) != first)
        os.kill(line.pids()["controller"], signal.SIGKILL)
        await until_event(line, call, "call_resumed", TAKEN_WITHIN_S)
        await call.press("1")
        ticket = await until_ticket(line, call, lambda ticket: bool(ticket.articles), 30)
        assert (ticket.dialplan, [tried.article for tried in ticket.articles]) == (first, [old])
        assert (await short_call(line, tmp_path, "+493023125912")).dialplan == in_force(line) != first
