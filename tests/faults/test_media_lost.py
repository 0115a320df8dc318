"""The media leg of a call breaks while the caller is there: he gets another one, and goes on where he was."""

import asyncio
from pathlib import Path

from line_calls import on_duty, on_the_phone, until_event, until_ticket
from real_line import RealLine, samples, where


async def break_media(line: RealLine) -> None:
    """Asterisk hangs up every media leg there is."""
    for id in await asyncio.to_thread(line.channels):
        if id.startswith("media-"):
            await asyncio.to_thread(line.hang_up, id)


# 000-24
async def test_in_the_menu_the_open_question_is_asked_again(line: RealLine, tmp_path: Path) -> None:
    async with on_the_phone(line, tmp_path, "+493023125801") as caller:
        await caller.press("1")
        await until_event(line, caller, "heard")
        await break_media(line)
        await caller.until(lambda: False, 7)
        await caller.press("2")
        await until_event(line, caller, "article_tried")
    ticket = await until_ticket(line, caller, lambda ticket: not ticket.is_live)
    assert line.heard_from(ticket, "caller") == ["1", "2"]
    assert where(line.prompt("line.resumed"), samples(caller.heard_wav)) is not None


# 000-24 001-16
async def test_in_the_queue_the_music_comes_back_and_the_place_is_kept(line: RealLine, tmp_path: Path) -> None:
    async with on_duty(line, tmp_path, "agent7") as desk, on_the_phone(line, tmp_path, "+493023125802") as caller:
        await caller.press("0")
        ringing = await desk.incoming(30)
        await break_media(line)
        await ringing.over(30)
        lost_s = caller.now_s
        again = await desk.incoming(30)
        assert await caller.until(lambda: caller.sounds[-1].began_s > lost_s - 1, 30), "he waits in silence"
        await again.answer()
        ticket = await until_event(line, caller, "queue_answered")
        assert "queue_abandoned" not in line.happened(ticket)
