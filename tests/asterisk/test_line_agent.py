"""Callers and agents on a whole line: rung, answered, heard both ways, and left in peace afterwards."""

import asyncio
from pathlib import Path

import numpy as np
from line_calls import has_heard, heard_last, on_duty, on_the_phone, until_event, until_ticket
from real_line import WRAP_UP_S, RealLine, loudness, samples

from ivr.speech import mulaw
from tickets.events import Kind
from tickets.ticket import Status

TONE = mulaw.encode((8000 * np.sin(np.arange(8000) * 0.3)).astype(np.int16))
RING_WITHIN_S = 30


# 000-6 001-16 001-18
async def test_zero_in_an_article_reaches_an_agent_and_sound_goes_both_ways(line: RealLine, tmp_path: Path) -> None:
    async with on_duty(line, tmp_path, "agent1") as desk, on_the_phone(line, tmp_path, "+493023125201") as caller:
        await caller.press("1")
        await caller.press("2")
        await until_event(line, caller, "article_tried")
        await caller.press("0")
        ringing = await desk.incoming(RING_WITHIN_S)
        assert "+493023125201" in ringing.remote
        await ringing.answer()
        await until_event(line, caller, "queue_answered")
        for speaker, listener in ((caller, ringing), (ringing, caller)):
            since_s = listener.now_s
            await speaker.say(TONE)
            await has_heard(listener, since_s)
        await ringing.hang_up()
        assert (await caller.over()).by_us is False
        ticket = await until_ticket(line, caller, lambda ticket: not ticket.is_live)

        assert (ticket.status, ticket.agent, ticket.outcome) == (Status.IN_PROGRESS, "agent1", "enter_queue")
        assert [tried.article for tried in ticket.articles] == ["account-locked"]
        for call in (caller, ringing):
            assert loudness(heard_last(call)) > 3000, call.heard_wav
        (recording,) = ticket.recordings
        assert loudness(samples(line.settings.tickets.recordings / recording.path)[-20000:]) > 3000

        async with on_the_phone(line, tmp_path, "+493023125202") as next_caller:
            await next_caller.press("0")
            await (await desk.incoming(RING_WITHIN_S)).answer()
            await until_event(line, next_caller, "queue_answered")
        second = await until_ticket(line, next_caller, lambda ticket: not ticket.is_live)
    told = [event for event in line.store.events.since(None, [Kind.AGENT_CHANGED]) if event.data["agent"] == "agent1"]
    offered = next(event.at for event in told if (event.data["why"], event.data["call"]) == ("offered", second.call_id))
    hung_up = max(event.at for event in told if event.data["why"] == "hung_up" and event.at < offered)
    assert (offered - hung_up).total_seconds() >= WRAP_UP_S - 0.1


# 001-16
async def test_no_answer_a_refusal_and_a_telephone_that_goes_away_lead_to_the_next(
    line: RealLine, tmp_path: Path
) -> None:
    async with (
        on_duty(line, tmp_path, "agent4") as last,
        on_the_phone(line, tmp_path, "+493023125203") as caller,
    ):
        async with on_duty(line, tmp_path, "agent2") as silent, on_duty(line, tmp_path, "agent3") as unwilling:
            async with on_duty(line, tmp_path, "agent5") as leaving:
                await caller.press("0")
                ringing = await last.incoming(RING_WITHIN_S)  # longest idle first
                await ringing.over(30)  # it rings out
                await silent.incoming(30)
                await (await unwilling.incoming(30)).refuse()
                await leaving.incoming(30)
            again = await last.incoming(30)
            await again.answer()
            ticket = await until_event(line, caller, "queue_answered")
        assert ticket.agent == "agent4"
        refused = [
            event.data["agent"] for event in line.store.events.of_ticket(ticket.number) if event.kind == "queue_refused"
        ]
        assert refused == ["agent4", "agent2", "agent3", "agent5"]
        await asyncio.gather(caller.say(TONE), again.say(TONE))
        await caller.hang_up()
        assert (await again.over()).by_us is False


# 001-16
async def test_who_hangs_up_while_it_rings_stops_the_ringing(line: RealLine, tmp_path: Path) -> None:
    async with on_duty(line, tmp_path, "agent6") as desk:
        async with on_the_phone(line, tmp_path, "+493023125204") as caller:
            await caller.press("0")
            ringing = await desk.incoming(RING_WITHIN_S)
        assert (await ringing.over(30)).by_us is False
        ticket = await until_ticket(line, caller, lambda ticket: not ticket.is_live)
        happened = line.happened(ticket)
        assert (happened.count("queue_abandoned"), happened.count("queue_refused")) == (1, 0)  # nor did it ring out
        assert ticket.status == Status.OPEN
