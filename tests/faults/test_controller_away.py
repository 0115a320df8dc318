"""The controller is held down while callers come: by key menu and app_queue they reach agents, and without the menu.
When it is back, who waits is taken over in his order."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from line_calls import on_duty, on_the_phone, until_event, until_ticket
from real_line import RealLine, samples, wait_until, where

from ari_app.fallback.ami import Ami
from ari_app.fallback.app_queue import members_there
from ari_app.fallback.queues import Member
from ari_app.pbx.credentials import AMI_USER, load_credentials
from ari_app.phones.phone import Phone
from ari_app.phones.phone_call import PhoneCall
from tickets.ticket import Ticket

WAITING = ("+493023125403", "+493023125404", "+493023125405")


@dataclass(slots=True)
class Away:
    """Each caller's call and his ticket at the end; whom agents were offered after the return, in order."""

    calls: dict[str, PhoneCall] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    offered: list[str] = field(default_factory=list)
    rang_after_s: float = 0.0
    back_after_s: float = 0.0


@pytest.fixture(scope="module")
def away(line: RealLine, tmp_path_factory: pytest.TempPathFactory) -> Away:
    result = Away()
    asyncio.run(_hold_down_and_see(line, tmp_path_factory.mktemp("away"), result))
    return result


async def _hold_down_and_see(line: RealLine, folder: Path, result: Away) -> None:
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(300), AsyncExitStack() as stack:

        async def arrive(number: str) -> PhoneCall:
            call = result.calls[number] = await stack.enter_async_context(on_the_phone(line, folder, number))
            return call

        async with AsyncExitStack() as while_away:
            while_away.enter_context(line.held_down("controller"))
            async with on_duty(line, folder, "agent1") as desk:
                by_key = await arrive("+493023125401")
                assert await by_key.until(lambda: by_key.now_s > 9, 10)
                await by_key.press("3")
                pressed_at = loop.time()
                offered = await desk.incoming(30)
                result.rang_after_s = loop.time() - pressed_at
                await offered.answer()
                await offered.hang_up()
                await by_key.over(30)
            os.kill(line.pids()["agi"], signal.SIGKILL)
            busy_desk = await stack.enter_async_context(on_duty(line, folder, "agent2"))
            await arrive("+493023125402")
            straight = await busy_desk.incoming(30)
            await straight.answer()
            for number in WAITING:
                await arrive(number)
            assert await asyncio.to_thread(wait_until, lambda: len(in_app_queue(line)) == 4, 5)
            back_at = datetime.now(UTC)
        first = result.calls[WAITING[0]]
        for number in WAITING:
            ticket = await until_event(line, result.calls[number], "call_resumed")
            resumed_at = next(
                event.at for event in line.store.events.of_ticket(ticket.number) if event.kind == "call_resumed"
            )
            result.back_after_s = (resumed_at - back_at).total_seconds()
        # Not `on_duty`: it rings at once.
        free_desk = await stack.enter_async_context(Phone.running(line.agent("agent1"), folder / "again"))
        answered = await free_desk.incoming(30)
        await answered.answer()
        await until_event(line, first, "queue_answered")
        await straight.hang_up()
        second = await busy_desk.incoming(30)
        await second.answer()
        await answered.hang_up()
        third = await free_desk.incoming(30)
        result.offered = [call.remote for call in (answered, second, third)]
        for number in WAITING:
            await result.calls[number].hang_up()
        for number, call in result.calls.items():
            result.tickets[number] = await until_ticket(line, call, lambda ticket: not ticket.is_live)


def in_app_queue(line: RealLine) -> list[str]:
    return [channel["id"] for channel in line.ask("channels") if channel["dialplan"]["app_name"] == "Queue"]


def data_of(line: RealLine, ticket: Ticket, kind: str) -> list[dict[str, object]]:
    return [dict(event.data) for event in line.store.events.of_ticket(ticket.number) if event.kind == kind]


def member(line: RealLine, agent: str) -> Member | None:
    """As app_queue has him in the group of the help desk."""
    secret = load_credentials(line.settings.asterisk_dir).ami_password
    with Ami("127.0.0.1", line.settings.pbx.ami_port, AMI_USER, secret) as ami:
        return members_there(ami).get("helpdesk", {}).get(agent)


def tell(line: RealLine, *words: str) -> None:
    """`hotline agents …`"""
    command = (sys.executable, "-c", "from ari_app.cli import main; main()", "agents", *words)
    subprocess.run(command, env=line.environment, check=True, capture_output=True, timeout=30)


# D12
def test_agents_are_members_of_their_groups_queue_and_who_pauses_pauses_there_too(line: RealLine) -> None:
    assert wait_until(lambda: member(line, "agent9") == Member(), 30)
    tell(line, "pause", "agent9", "lunch")
    assert wait_until(lambda: member(line, "agent9") == Member("lunch"), 30)
    tell(line, "ready", "agent9")
    assert wait_until(lambda: member(line, "agent9") == Member(), 30)


# D12 000-24
def test_by_key_a_caller_reaches_an_agent_and_his_ticket_says_so(line: RealLine, away: Away) -> None:
    print(f"rang {away.rang_after_s:.1f} s after the key")  # noqa: T201  a figure to look at
    ticket = away.tickets["+493023125401"]
    assert (ticket.category, ticket.agent) == ("network", "agent1")
    assert line.heard_from(ticket, "caller") == ["3"]
    happened = line.happened(ticket)
    assert [happened.count(kind) for kind in ("ticket_opened", "queue_entered", "queue_answered")] == [1, 1, 1]
    assert "queue_abandoned" not in happened
    heard = samples(away.calls["+493023125401"].heard_wav)
    assert where(line.prompt("main.keys"), heard) is not None
    assert where(line.prompt("queue.enter"), heard) is not None


# D12 000-24
def test_without_the_menu_he_reaches_one_straight_and_talks_on_when_the_controller_is_back(
    line: RealLine, away: Away
) -> None:
    ticket = away.tickets["+493023125402"]
    assert ticket.agent == "agent2"
    assert [decided["reason"] for decided in data_of(line, ticket, "decided")] == ["away"]
    assert line.happened(ticket).count("queue_answered") == 1
    assert "call_resumed" not in line.happened(ticket)


# D12 001-16
def test_who_waits_in_app_queue_is_taken_over_and_answered_in_his_order(line: RealLine, away: Away) -> None:
    print(f"all taken over {away.back_after_s:.1f} s after the start")  # noqa: T201  a figure to look at
    assert [remote.partition("sip:")[2].partition("@")[0] for remote in away.offered] == list(WAITING)
    for number in WAITING:
        happened = line.happened(away.tickets[number])
        assert [happened.count(kind) for kind in ("ticket_opened", "queue_entered", "call_resumed")] == [1, 1, 1]


# D12 000-24
def test_he_hears_why(line: RealLine, away: Away) -> None:
    for number in WAITING:
        prompts = data_of(line, away.tickets[number], "said")[0]["prompts"]
        assert isinstance(prompts, list)
        assert prompts[0] == "waiting.resumed"
