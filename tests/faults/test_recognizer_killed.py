"""The recognizer dies or hangs while a caller speaks."""

import os
import signal
from pathlib import Path

from line_calls import on_the_phone, until_event, until_ticket
from real_line import RealLine, samples, wait_until, where

from ari_app.phones.caller import Manners, wait_for_turn


# 000-24
async def test_a_killed_recognizer_costs_at_most_a_turn(line: RealLine, tmp_path: Path) -> None:
    async with on_the_phone(line, tmp_path, "+493023125501") as caller:
        await wait_for_turn(caller, 0.0, 20, Manners(), lambda _: None)
        killed = line.workers()
        assert killed
        for worker in killed:
            os.kill(worker, signal.SIGKILL)
        said = await caller.say(line.spoken("my account is locked and i cannot log in"))
        assert said is not None
        assert await caller.until(lambda: caller.sounds[-1].began_s > said.ended_s, 30), "no answer at all"
        ticket = await until_event(line, caller, "heard")
        assert wait_until(lambda: set(line.workers()) - set(killed), 30)
        if "understood" not in line.happened(ticket):
            await caller.press("1")
            await caller.press("2")
        await until_event(line, caller, "article_tried")
        await caller.press("1")
        await caller.over(30)
    ticket = await until_ticket(line, caller, lambda ticket: not ticket.is_live)
    assert ticket.outcome == "solved"


# 000-24
async def test_a_recognizer_that_hangs_leads_to_the_keys(line: RealLine, tmp_path: Path) -> None:
    async with on_the_phone(line, tmp_path, "+493023125502") as caller:
        await wait_for_turn(caller, 0.0, 20, Manners(), lambda _: None)
        frozen = line.workers()
        for worker in frozen:
            os.kill(worker, signal.SIGSTOP)
        await caller.say(line.spoken("my account is locked and i cannot log in"))
        await until_event(line, caller, "heard")
        heard_s = caller.now_s
        await caller.until(lambda: caller.now_s > heard_s + 3, 4)
        await caller.press("1")
        await caller.press("2")
        await until_event(line, caller, "article_tried")
        await caller.press("1")
        await caller.over(30)
    ticket = await until_ticket(line, caller, lambda ticket: not ticket.is_live)
    assert ticket.outcome == "solved"
    assert where(line.prompt("line.deaf"), samples(caller.heard_wav)) is not None
    assert wait_until(lambda: line.workers() and not set(line.workers()) & set(frozen), 30)
