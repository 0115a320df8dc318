"""Fifty callers at five a second, with keys through a menu to goodbye; nothing may be left of them."""

import os
import statistics
from pathlib import Path

import pytest
from real_line import NUMBER, RealLine, wait_until

from ari_app.bench.load import place_calls
from tickets.ticket import Status

COUNT, RATE = 50, 5
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="sipp sends keys through a raw socket: needs root")


# 000-6 001-3
async def test_fifty_calls_are_answered_and_solved_and_leave_nothing(line: RealLine, tmp_path: Path) -> None:
    trunk = line.settings.pbx.trunk_addresses[0]
    # As many calls at once open what is kept open: a connection for each thread that reads the database.
    await place_calls(line.registrar, trunk, NUMBER, count=COUNT, rate=4 * RATE, folder=tmp_path / "first")
    assert wait_until(lambda: not line.in_use(), 30), line.in_use()
    before, known = line.load(), line.store.tickets.search(limit=1).total
    load = await place_calls(line.registrar, trunk, NUMBER, count=COUNT, rate=RATE, folder=tmp_path / "load")
    print(  # noqa: T201  figures to look at
        f"answered after {statistics.median(load.answer_ms):.0f} ms (median), {max(load.answer_ms):.0f} ms (longest)"
    )
    assert (load.placed, load.completed, load.failed) == (COUNT, COUNT, 0)
    assert len(load.answer_ms) == COUNT
    assert statistics.median(load.answer_ms) < 1000
    assert wait_until(lambda: not line.in_use(), 30), line.in_use()
    tickets = line.store.tickets.search(limit=COUNT).tickets
    assert line.store.tickets.search(limit=1).total == known + COUNT
    assert {ticket.status for ticket in tickets} == {Status.SOLVED}
    assert all(len(ticket.recordings) == 1 for ticket in tickets)
    assert wait_until(lambda: line.load()["tasks"] <= before["tasks"], 30), (before, line.load())
    assert line.load()["files"] <= before["files"] + 2  # connections to ARI and the database that are kept
