"""An agent changes his state at his desk (REST), by telephone (key and voice) and by command: all tell the same."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from line_calls import TRIALS, on_duty, on_the_phone, until_event
from real_line import UP, RealLine

from ari_app.control.client import ask
from ari_app.phones.phone import Phone
from ari_app.phones.phone_call import PhoneCall
from tickets.viewer.app import utc_now

AGENT = "agent7"
Shown = tuple[str, str | None]
"""State, and the reason of a pause."""


@pytest.fixture
async def desk(line: RealLine) -> AsyncIterator[httpx.AsyncClient]:
    token = line.store.accounts.start_session("admin", "api", utc_now())
    address = f"http://127.0.0.1:{line.settings.web.port}/api"
    async with httpx.AsyncClient(base_url=address, headers={"Authorization": f"Bearer {token}"}) as client:
        yield client


@pytest.fixture
async def phone(line: RealLine, tmp_path: Path) -> AsyncIterator[Phone]:
    async with on_duty(line, tmp_path, AGENT) as telephone:
        yield telephone
        # As others expect him.
        await ask(line.settings.control_socket, "agent.log_in", agent=AGENT)
        await ask(line.settings.control_socket, "agent.ready", agent=AGENT)


async def command(line: RealLine, *words: str) -> str:
    """What `hotline agents …` prints."""
    argv = (*UP[:-1], "agents", *words)
    done = await asyncio.to_thread(
        subprocess.run, argv, env=line.environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


async def dial(phone: Phone, code: str) -> PhoneCall:
    call = await phone.call(code)
    await call.answered()
    return call


async def say_in_menu(line: RealLine, phone: Phone, sentence: str, wanted: Shown) -> None:
    """Whose words a busy machine has garbled calls again, twice at most."""
    for _ in range(TRIALS):
        menu = await dial(phone, "*5")
        assert await menu.until(lambda menu=menu: bool(menu.sounds), 30)  # type: ignore[misc]
        await menu.say(line.spoken(sentence))
        await menu.over(60)
        if await stands(line) == wanted:
            return
    raise AssertionError(f"“{sentence}” was not understood: {await stands(line)}")


async def stands(line: RealLine) -> Shown:
    agents = (await ask(line.settings.control_socket, "agent.list"))["agents"]
    return next((one["state"], one["pause"]) for one in agents if one["agent"] == AGENT)


async def until_he_is(line: RealLine, *shown: Shown) -> None:
    async with asyncio.timeout(30):
        while await stands(line) not in shown:  # noqa: ASYNC110 (another process)
            await asyncio.sleep(0.1)


async def told_by_all(line: RealLine, desk: httpx.AsyncClient) -> Shown:
    """State and pause; desk, command and controller must have the same floor."""
    floors = [
        json.loads(await command(line, "list", "--json")),
        (await desk.get("/floor")).json(),
        await ask(line.settings.control_socket, "floor"),
    ]
    alike = [_without_clock(floor) for floor in floors]
    assert alike[0] == alike[1] == alike[2]
    return next((one["state"], one["pause"]) for one in floors[0]["agents"] if one["agent"] == AGENT)


def _without_clock(told: Any) -> Any:
    if isinstance(told, list):
        return [_without_clock(one) for one in told]
    if not isinstance(told, dict):
        return told
    by_clock = ("at", "left_s", "wait_s", "longest_wait_s")
    return {key: _without_clock(value) for key, value in told.items() if key not in by_clock}


@asynccontextmanager
async def without_a_ticket(line: RealLine) -> AsyncIterator[None]:
    before = line.store.tickets.search().total
    yield
    assert line.store.tickets.search().total == before


# P-4 P-7 000-11
async def test_by_key_by_voice_at_the_desk_and_by_command(
    line: RealLine, phone: Phone, desk: httpx.AsyncClient
) -> None:
    async with without_a_ticket(line):
        assert await stands(line) == ("ready", None)
        # One sentence, and the line hangs up.
        assert (await (await dial(phone, "*52")).over(30)).by_us is False
        assert await told_by_all(line, desk) == ("paused", "break")
        assert "ready" in await command(line, "ready", AGENT)
        menu = await dial(phone, "*5")
        await menu.press("2")
        await menu.press("2")
        assert (await menu.over(30)).by_us is False
        assert await told_by_all(line, desk) == ("paused", "lunch")
        assert (await desk.post(f"/agents/{AGENT}/ready")).json()["state"] == "ready"
        await say_in_menu(line, phone, "i am going to lunch", ("paused", "lunch"))
        await say_in_menu(line, phone, "i am ready now", ("ready", None))
        await (await dial(phone, "*53")).over(30)
        assert await told_by_all(line, desk) == ("logged_out", None)
        assert (await desk.post(f"/agents/{AGENT}/ready")).status_code == 409
        # Who hangs up in the midst of the sentence has said what he wants.
        await (await dial(phone, "*54")).hang_up()
        await until_he_is(line, ("ready", None))


# P-4: nothing but his own word cuts a wrap-up short
async def test_a_pause_during_a_call_waits_for_its_end(
    line: RealLine, phone: Phone, desk: httpx.AsyncClient, tmp_path: Path
) -> None:
    async with on_the_phone(line, tmp_path, "+493023125301") as caller:
        await caller.press("0")
        ringing = await phone.incoming(30)
        assert await stands(line) == ("ringing", None)
        await ringing.answer()
        await until_event(line, caller, "queue_answered")
        assert (await desk.post(f"/agents/{AGENT}/pause", json={"reason": "meeting"})).json()["state"] == "talking"
        assert await told_by_all(line, desk) == ("talking", "meeting")
        await ringing.hang_up()
        await until_he_is(line, ("wrap_up", "meeting"))
        await (await dial(phone, "*51")).over(30)
        await until_he_is(line, ("ready", None))
        agents = (await desk.get("/agents")).json()["agents"]
        assert next(one["calls"] for one in agents if one["agent"] == AGENT) == 1
