"""A supervisor at an agent's talk, as all three hear it; who waits is moved, and who talks is made to hang up."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from line_calls import on_duty, on_the_phone, until_event, until_ticket
from line_talks import CALLER, FIRST, RING_WITHIN_S, SECOND, Desk, Ears, answered
from real_line import RealLine, wait_until

from ari_app.control.client import RINGS_WITHIN_S, ask
from ari_app.legs import is_supervision
from ari_app.phones.phone import Phone
from ari_app.phones.phone_call import PhoneCall

KINDS = ("supervision_started", "supervision_changed", "supervision_ended")


async def do(line: RealLine, what: str, **fields: Any) -> Any:
    return await ask(line.settings.control_socket, what, RINGS_WITHIN_S, by="maria", **fields)


@asynccontextmanager
async def supervising(line: RealLine, telephone: Phone, agent: str, mode: str) -> AsyncIterator[PhoneCall]:
    """Maria hears the talk at her `telephone`, which is agent2's."""
    starting = asyncio.create_task(do(line, "supervise.start", agent=agent, ear="agent2", mode=mode))
    ringing = await telephone.incoming(RING_WITHIN_S)
    await ringing.answer()
    started = await starting
    assert (started["mode"], started["is_on"]) == (mode, True)
    yield ringing


def left(line: RealLine) -> list[str]:
    return [id for id in (*line.channels(), *(one["id"] for one in line.ask("bridges"))) if is_supervision(id)]


async def nothing_left(line: RealLine) -> bool:
    return await asyncio.to_thread(wait_until, lambda: not left(line), 30)


def told(line: RealLine, call_id: str) -> list[tuple[str, object]]:
    events = (event for event in line.store.events.of_call(call_id) if event.kind in KINDS)
    return [
        (event.kind.removeprefix("supervision_"), event.data.get("mode") or event.data["reason"]) for event in events
    ]


async def callers(line: RealLine) -> list[Any]:
    return list((await do(line, "floor"))["callers"])


async def waits(line: RealLine, is_true: Callable[[Any], bool]) -> Any:
    """The only caller on the floor, once `is_true` of him."""
    async with asyncio.timeout(30):
        while not (found := [one for one in await callers(line) if is_true(one)]):  # noqa: ASYNC110 (elsewhere)
            await asyncio.sleep(0.1)
    (caller,) = found
    return caller


@asynccontextmanager
async def at_lunch(line: RealLine, agent: str) -> AsyncIterator[None]:
    """Ready again afterwards, whatever happens: the line is every test's."""
    await do(line, "agent.pause", agent=agent, reason="lunch")
    try:
        yield
    finally:
        await do(line, "agent.ready", agent=agent)


async def hears(line: RealLine) -> bool:
    """Both recognizers do in time: they load long after a restarted controller takes calls."""

    def is_ready() -> bool:
        health = asyncio.run(do(line, "health"))
        return {one["language"]: one["state"] for one in health["recognizers"]} == {"en": "ready", "zh": "ready"}

    return await asyncio.to_thread(wait_until, is_ready, 120)


# P-5 002-10
async def test_a_supervisor_listens_whispers_and_barges(line: RealLine, tmp_path: Path) -> None:
    ears, listener = Ears(), Desk(line, "agent2")
    async with (
        on_duty(line, tmp_path, "agent1") as telephone,
        answered(line, tmp_path, telephone, "+493023125801") as (caller, first),
        on_duty(line, tmp_path, "agent2") as other_telephone,
    ):
        async with supervising(line, other_telephone, "agent1", "listen") as supervisor:
            assert await listener.state() == "paused"
            await ears.speak(caller, CALLER, [first, supervisor], [])
            await ears.speak(first, FIRST, [caller, supervisor], [])
            await ears.speak(supervisor, SECOND, [], [caller, first])
            await do(line, "supervise.mode", mode="whisper")
            await ears.speak(supervisor, SECOND, [first], [caller])
            await ears.speak(caller, CALLER, [first, supervisor], [])
            await do(line, "supervise.mode", mode="barge")
            await ears.speak(supervisor, SECOND, [caller, first], [])
            await ears.speak(caller, CALLER, [first, supervisor], [])
            await do(line, "supervise.mode", mode="listen")
            await ears.speak(supervisor, SECOND, [], [caller, first])
            await ears.speak(first, FIRST, [caller, supervisor], [])
            await do(line, "supervise.stop")
            assert (await supervisor.over(30)).by_us is False
        assert await nothing_left(line)
        assert await listener.state() == "ready"
        await ears.speak(caller, CALLER, [first], [])

        async with supervising(line, other_telephone, "agent1", "barge") as again:
            await do(line, "call.hang_up", agent="agent1")
            assert (await first.over(30)).by_us is False
            assert (await again.over(30)).by_us is False
        assert await nothing_left(line)
        ticket = await until_ticket(line, caller, lambda ticket: not ticket.is_live, 30)
    ears.check()
    assert told(line, ticket.call_id) == [
        ("started", "listen"),
        ("changed", "whisper"),
        ("changed", "barge"),
        ("changed", "listen"),
        ("ended", "stopped"),
        ("started", "barge"),
        ("ended", "talk_over"),
    ]


# P-5 001-16
async def test_a_restarted_controller_releases_the_supervisor_and_the_talk_goes_on(
    line: RealLine, tmp_path: Path
) -> None:
    ears = Ears()
    async with (
        on_duty(line, tmp_path, "agent1") as telephone,
        answered(line, tmp_path, telephone, "+493023125802") as (caller, first),
        on_duty(line, tmp_path, "agent2") as other_telephone,
        supervising(line, other_telephone, "agent1", "whisper") as supervisor,
    ):
        os.kill(line.pids()["controller"], signal.SIGKILL)
        assert (await supervisor.over(30)).by_us is False
        ticket = await until_event(line, caller, "call_resumed", 30)
        assert await nothing_left(line)
        assert await Desk(line, "agent2").state() == "ready"
        await ears.speak(caller, CALLER, [first], [])
        await first.hang_up()
    ears.check()
    assert told(line, ticket.call_id) == [("started", "whisper"), ("ended", "interrupted")]


# P-5
async def test_who_waits_is_moved_to_another_group_and_keeps_his_place(line: RealLine, tmp_path: Path) -> None:
    async with (
        on_duty(line, tmp_path, "agent1"),
        on_duty(line, tmp_path, "agent11") as telephone,
        on_the_phone(line, tmp_path, "+493023125803") as caller,
        at_lunch(line, "agent1"),
    ):
        await caller.press("0")
        ticket = await until_event(line, caller, "queue_entered")
        waiting = await waits(line, lambda one: True)
        await do(line, "caller.move", call_id=ticket.call_id, group="service-manager")
        ringing = await telephone.incoming(RING_WITHIN_S)
        moved = await waits(line, lambda one: one["offered_to"] == "agent11")
        assert (moved["group"], moved["since"]) == ("service-manager", waiting["since"])
        await ringing.answer()
        await until_ticket(line, caller, lambda ticket: ticket.agent == "agent11", 30)
        health = await do(line, "health")
        assert (health["asterisk"]["connected"], health["calls"], health["waiting"]) == (True, 1, 0)
        assert await hears(line)
    (event,) = (event for event in line.store.events.of_ticket(ticket.number) if event.kind == "caller_moved")
    assert event.data == {"from": "helpdesk", "to": "service-manager", "by": "maria"}
