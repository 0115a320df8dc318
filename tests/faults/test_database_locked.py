"""Somebody holds the database while a call runs: the call goes on, and nothing of it is lost."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from line_calls import on_the_phone, until_event, until_ticket
from real_line import RealLine, samples, where

from ari_app.phones.caller import Manners, wait_for_turn

LOCKED_S = 5.0


# 000-24
async def test_a_locked_database_does_not_stop_a_call(line: RealLine, tmp_path: Path) -> None:
    async with on_the_phone(line, tmp_path, "+493023125401") as caller:
        await wait_for_turn(caller, 0.0, 20, Manners(), lambda _: None)
        with closing(sqlite3.connect(line.settings.state_dir / "hotline.db", timeout=5)) as somebody:
            somebody.execute("BEGIN IMMEDIATE")
            locked_s = caller.now_s
            await caller.press("1")
            await caller.press("2")
            await caller.until(lambda: caller.now_s >= locked_s + LOCKED_S, LOCKED_S + 1)
            free_s = caller.now_s
            somebody.rollback()
        ticket = await until_event(line, caller, "article_tried")
        await caller.press("1")
        await caller.over(30)
        ticket = await until_ticket(line, caller, lambda ticket: not ticket.is_live)
    intro = where(line.prompt("article.intro"), samples(caller.heard_wav))
    assert intro is not None
    assert intro < free_s, "the call waited for the database"
    assert (ticket.outcome, ticket.category) == ("solved", "accounts")
    assert line.heard_from(ticket, "caller") == ["1", "2", "1"]
    assert line.happened(ticket).count("heard") == 3


# 000-24 D9
async def test_who_calls_while_the_database_is_locked_is_answered_and_gets_a_ticket(
    line: RealLine, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(line.settings.state_dir / "hotline.db", timeout=5)) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        async with on_the_phone(line, tmp_path, "+493023125402") as caller:
            assert caller.answered_at is not None
            assert caller.answered_at - caller.began_at < 5  # by then the lock would have answered him otherwise
            await asyncio.sleep(3)
            somebody.rollback()
            assert await caller.until(lambda: bool(caller.sounds), 30)
    ticket = await until_ticket(line, caller, lambda ticket: not ticket.is_live)
    assert line.happened(ticket)[0] == "ticket_opened"


# 000-24
async def test_who_calls_while_the_database_stays_locked_reaches_the_queue_of_the_dialplan(
    line: RealLine, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(line.settings.state_dir / "hotline.db", timeout=5)) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        async with on_the_phone(line, tmp_path, "+493023125403") as caller:
            assert await caller.until(lambda: bool(caller.sounds), 30), "nothing was heard"
            (channel,) = line.ask("channels")
            assert channel["dialplan"]["app_name"] != "Stasis"
        somebody.rollback()
    assert line.ticket(caller.sip_call_id) is None
