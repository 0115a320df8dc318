"""kill -9 of Asterisk during calls: they are lost, their tickets say so, and the next call finds the line."""

import asyncio
import os
import signal
import time
from pathlib import Path

import httpx
from line_calls import on_duty, on_the_phone, ticket_of, until_event, until_ticket
from real_line import RealLine, samples, wait_until

OUT_OF_ORDER = 38
AWAY_S = 4.0
RECORDED_S = 3.0


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def keep_away(line: RealLine, seconds: float) -> None:
    """Asterisk is killed as often as it is started again."""
    deadline, killed = time.monotonic() + seconds, 0
    while time.monotonic() < deadline:
        pid = line.pids().get("asterisk")
        if pid is not None and pid != killed:
            os.kill(pid, signal.SIGKILL)
            killed = pid
        time.sleep(0.05)


# 000-24
async def test_calls_are_lost_with_a_finished_ticket_and_the_next_are_taken(line: RealLine, tmp_path: Path) -> None:
    controller = line.pids()["controller"]
    async with on_duty(line, tmp_path, "agent1") as desk:
        async with (
            on_the_phone(line, tmp_path, "+493023125601") as talking,
            on_the_phone(line, tmp_path, "+493023125602") as in_menu,
        ):
            await talking.press("0")
            with_agent = await desk.incoming(30)
            await with_agent.answer()
            await until_event(line, talking, "queue_answered")
            await until_event(line, in_menu, "said")
            await talking.until(lambda: False, RECORDED_S)
            began, cpu = time.monotonic(), cpu_s(controller)
            await asyncio.to_thread(keep_away, line, AWAY_S)
            share = (cpu_s(controller) - cpu) / (time.monotonic() - began)
            assert share < 0.15, f"{share:.0%} of a core while Asterisk is away"
            for caller in (talking, in_menu):
                ticket = await until_ticket(line, caller, lambda ticket: not ticket.is_live, 40)
                assert ticket.hangup_cause == OUT_OF_ORDER
            ticket = await ticket_of(line, talking)
            (recording,) = ticket.recordings
            assert recording.seconds > RECORDED_S / 2
            assert len(samples(line.settings.tickets.recordings / recording.path)) > RECORDED_S / 2 * 8000
        assert line.pids()["controller"] == controller
        assert await asyncio.to_thread(wait_until, lambda: _answers(line), 20)
        async with on_the_phone(line, tmp_path, "+493023125603") as caller:
            assert caller.answered_at is not None
            assert caller.answered_at - caller.began_at < 5
            await until_event(line, caller, "said")
            await caller.press("0")
            ticket = await until_event(line, caller, "queue_entered")
        ticket = await until_ticket(line, caller, lambda ticket: not ticket.is_live)
        assert "recording_attached" in line.happened(ticket)


def _answers(line: RealLine) -> bool:
    """The controller is connected to the new Asterisk: its application is there."""
    try:
        return any(app["name"] == "hotline" for app in line.ask("applications"))
    except httpx.HTTPError:
        return False
