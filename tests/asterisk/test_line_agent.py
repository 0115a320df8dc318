"""Callers and agents on a whole line: rung, answered, heard both ways, and left in peace afterwards."""

import asyncio
from pathlib import Path

import numpy as np
from line_calls import on_duty, on_the_phone, until_event, until_ticket
from real_line import WRAP_UP_S, RealLine, loudness, samples

from ivr.speech import mulaw
from tickets.ticket import Status

TONE = mulaw.encode((8000 * np.sin(np.arange(8000) * 0.3)).astype(np.int16))
RING_WITHIN_S = 12


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
        await caller.say(TONE)
        await ringing.say(TONE)
        await ringing.hang_up()
        assert (await caller.over()).by_us is False
        ticket = await until_ticket(line, caller, lambda ticket: not ticket.is_live, 5)

        assert (ticket.status, ticket.agent, ticket.outcome) == (Status.IN_PROGRESS, "agent1", "enter_queue")
        assert [tried.article for tried in ticket.articles] == ["account-locked"]
        for heard in (caller.heard_wav, ringing.heard_wav):
            assert loudness(samples(heard)[-20000:]) > 3000, heard
        (recording,) = ticket.recordings
        assert loudness(samples(line.settings.tickets.recordings / recording.path)[-20000:]) > 3000

        async with on_the_phone(line, tmp_path, "+493023125202") as next_caller:
            await next_caller.press("0")
            await (await desk.incoming(RING_WITHIN_S)).answer()
            await until_event(line, next_caller, "queue_answered")
        second = await until_ticket(line, next_caller, lambda ticket: not ticket.is_live, 5)
    offered = next(event.at for event in line.store.events.of_ticket(second.number) if event.kind == "queue_offered")
    assert ticket.ended_at is not None
    assert (offered - ticket.ended_at).total_seconds() >= WRAP_UP_S - 0.2


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
                await ringing.over(10)  # it rings out
                await silent.incoming(5)
                await (await unwilling.incoming(8)).refuse()
                await leaving.incoming(5)
            again = await last.incoming(10)
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
        assert (await ringing.over(2)).by_us is False
        ticket = await until_ticket(line, caller, lambda ticket: not ticket.is_live, 5)
        assert "queue_abandoned" in line.happened(ticket)
        assert ticket.status == Status.OPEN
