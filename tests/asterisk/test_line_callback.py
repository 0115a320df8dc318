"""Callbacks and calls that agents place, on a whole line: dialled once, for an agent who is there."""

from datetime import UTC, datetime
from pathlib import Path

from line_callbacks import ask_for_callback, hear_each_other, knows, until
from line_calls import on_duty
from real_line import NUMBER, RING_S, RealLine, loudness, samples

from ari_app.control.client import ask
from ari_app.phones.phone import Phone
from tickets.ticket import Status

ANNA = "+493023125391"
BEN = "+493023125392"
RING_WITHIN_S = 30


# D6 001-2
async def test_a_callback_asked_for_by_key_is_dialled_once_for_a_free_agent(line: RealLine, tmp_path: Path) -> None:
    knows(line, ANNA)
    async with (
        on_duty(line, tmp_path, "agent4") as silent,  # longest idle: rung first
        on_duty(line, tmp_path, "agent1") as desk,
        Phone.running(line.outside(ANNA), tmp_path / "anna") as telephone,
    ):
        promised = await ask_for_callback(telephone)
        ticket = line.ticket(promised.sip_call_id)
        assert ticket is not None
        assert ticket.outcome == "request_callback"
        (asked,) = line.store.callbacks.open()
        assert (asked.number, asked.ticket) == (ANNA, ticket.number)

        await silent.incoming(RING_WITHIN_S)
        ringing = await desk.incoming(RING_WITHIN_S + RING_S)
        assert ANNA in ringing.remote
        assert "callback_dialled" not in line.happened(ticket)
        await ringing.answer()
        called = await telephone.incoming(30)
        await called.answer()
        assert await until(lambda: "callback_done" in line.happened(ticket))
        assert await until(lambda: "queue_answered" in line.happened(ticket), 30)
        await hear_each_other(ringing, called)
        assert await until(lambda: not line.in_use())
        # Taken from Asterisk's folder, the second recording is noted on the ticket a moment later.
        assert await until(lambda: len(line.store.tickets.get(ticket.number).recordings) == 2)
        assert line.store.callbacks.open() == []

        happened = line.happened(ticket)
        told = [kind for kind in happened if kind.startswith("callback_")]
        assert told == ["callback_requested", "callback_dialled", "callback_done"]
        assert (happened.count("number_dialled"), happened.count("queue_refused")) == (1, 1)
        done = line.ticket(promised.sip_call_id)
        assert done is not None
        assert (done.status, done.agent) == (Status.IN_PROGRESS, "agent1")
        assert any("You asked us to call you back" in said for said in line.heard_from(done, "line"))
        recording = line.settings.tickets.recordings / done.recordings[-1].path
        assert loudness(samples(recording)[-20000:]) > 3000


# D6 001-2
async def test_who_is_engaged_is_tried_later_and_keeps_his_place_when_he_calls_again(
    line: RealLine, tmp_path: Path
) -> None:
    knows(line, BEN)
    async with (
        on_duty(line, tmp_path, "agent2") as desk,
        Phone.running(line.outside(BEN), tmp_path / "ben") as telephone,
    ):
        promised = await ask_for_callback(telephone)
        ticket = line.ticket(promised.sip_call_id)
        assert ticket is not None
        agent = await desk.incoming(RING_WITHIN_S)
        await agent.answer()
        await (await telephone.incoming(30)).refuse(486)
        assert await until(lambda: "callback_missed" in line.happened(ticket))
        (missed,) = line.store.callbacks.open()
        assert (missed.state, missed.tries, missed.agent) == ("waiting", 1, "agent2")
        assert missed.not_before is not None
        await agent.over(30)  # he was told, and the line hangs up

        again = await telephone.call(NUMBER)
        await again.answered()
        await again.press("0")
        answered = await desk.incoming(RING_WITHIN_S + 8)
        assert line.store.callbacks.open() == []
        await answered.answer()
        second = line.ticket(again.sip_call_id)
        assert second is not None
        assert await until(lambda: "queue_answered" in line.happened(second))
        await again.hang_up()
        assert await until(lambda: not line.in_use())
        assert "callback_cancelled" in line.happened(ticket)
        assert any("You keep your place" in said for said in line.heard_from(second, "line"))


# 001-2 P-5
async def test_an_agent_calls_the_caller_of_a_ticket(line: RealLine, tmp_path: Path) -> None:
    knows(line, ANNA)
    ticket = line.store.tickets.open_for_call("once", "sip-once", ANNA, NUMBER, "en", datetime.now(UTC))
    line.store.tickets.finish_call(ticket.number, datetime.now(UTC))
    async with (
        on_duty(line, tmp_path, "agent3") as desk,
        Phone.running(line.outside(ANNA), tmp_path / "anna") as telephone,
    ):
        await ask(line.settings.control_socket, "call.dial", agent="agent3", ticket=ticket.number)
        ringing = await desk.incoming(30)
        await ringing.answer()
        called = await telephone.incoming(30)
        await called.answer()
        assert await until(lambda: "queue_answered" in line.happened(ticket), 30)
        await hear_each_other(ringing, called)
        assert await until(lambda: not line.in_use())
    done = line.store.tickets.get(ticket.number)
    assert (done.agent, done.status) == ("agent3", Status.IN_PROGRESS)
    assert line.happened(done).count("number_dialled") == 1


# D6
async def test_where_the_caller_is_first_he_says_that_he_is_there_before_an_agent_is_rung(
    line: RealLine, tmp_path: Path
) -> None:
    knows(line, BEN)
    ticket = line.store.tickets.open_for_call("first", "sip-first", BEN, NUMBER, "en", datetime.now(UTC))
    line.store.tickets.finish_call(ticket.number, datetime.now(UTC))
    async with (
        on_duty(line, tmp_path, "agent10") as desk,
        Phone.running(line.outside(BEN), tmp_path / "ben") as telephone,
    ):
        line.store.callbacks.request(ticket.number, BEN, "dispatch", datetime.now(UTC))
        called = await telephone.incoming(30)  # the request was written by another process
        assert "queue_offered" not in line.happened(ticket)
        await called.answer()
        await called.until(lambda: len(called.sounds) > 1, 10)
        await called.press("1")
        ringing = await desk.incoming(RING_WITHIN_S)
        await ringing.answer()
        assert await until(lambda: "queue_answered" in line.happened(ticket))
        await hear_each_other(ringing, called)
        assert await until(lambda: not line.in_use())
    happened = line.happened(ticket)
    told = [kind for kind in happened if kind.startswith(("callback_", "queue_"))]
    assert told == ["callback_requested", "callback_dialled", "callback_done", *told[3:]]
    assert {"queue_entered", "queue_offered", "queue_answered"} <= set(told[3:])
    assert happened.count("number_dialled") == 1
