"""kill -9 of the controller while somebody waits to be called back, and while he talks with the agent."""

import os
import signal
from pathlib import Path

from line_callbacks import ask_for_callback, hear_each_other, knows, until
from real_line import RealLine

from ari_app.phones.phone import Phone
from tickets.ticket import Status

CLARA = "+493023125393"
BACK_WITHIN_S = 60


async def kill_controller(line: RealLine) -> None:
    """Returns when the next one takes calls."""
    before = line.pids()["controller"]
    log = line.settings.state_dir / "log" / "controller.log"
    served = log.read_text().count("the queue is served")
    os.kill(before, signal.SIGKILL)
    assert await until(lambda: log.read_text().count("the queue is served") > served, BACK_WITHIN_S)
    assert line.pids()["controller"] != before


# D6 001-2
async def test_a_request_survives_and_is_dialled_once_and_the_talk_goes_on(line: RealLine, tmp_path: Path) -> None:
    knows(line, CLARA)
    async with Phone.running(line.outside(CLARA), tmp_path / "clara") as telephone:
        promised = await ask_for_callback(telephone)
        ticket = line.ticket(promised.sip_call_id)
        assert ticket is not None
        assert (ticket.status, ticket.outcome) == (Status.WAITING, "request_callback")
        (asked,) = line.store.callbacks.open()
        assert (asked.number, asked.ticket, asked.state) == (CLARA, ticket.number, "waiting")
        await kill_controller(line)
        assert line.store.callbacks.open() == [asked]

        async with Phone.running(line.agent("agent5"), tmp_path / "agent5") as desk:
            ringing = await desk.incoming(30)
            await ringing.answer()
            called = await telephone.incoming(30)
            await called.answer()
            assert await until(lambda: "queue_answered" in line.happened(ticket), 30)
            await kill_controller(line)
            await hear_each_other(ringing, called)
            assert await until(lambda: not line.in_use(), 30)

    assert line.store.callbacks.open() == []
    happened = line.happened(ticket)
    told = [kind for kind in happened if kind.startswith("callback_")]
    assert told == ["callback_requested", "callback_dialled", "callback_done"]
    assert happened.count("number_dialled") == 1
    # Taken from Asterisk's folder, the second recording is noted on the ticket a moment later.
    assert await until(lambda: len(line.store.tickets.get(ticket.number).recordings) == 2, 30)
    done = line.store.tickets.get(ticket.number)
    assert (done.status, done.agent) == (Status.IN_PROGRESS, "agent5")
