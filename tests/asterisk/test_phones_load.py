"""SIPp's calls against a real Asterisk: every key arrives, every call ends well."""

import os
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
from real_asterisk import RealAsterisk

from ari_app.bench.load import place_calls

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="sipp sends keys through a raw socket: needs root")

READ = "Read({name},,1,,1,12)"
MENU = ("Answer()", *(READ.format(name=name) for name in "ABC"), "Set(DB(load/${UNIQUEID})=${A}${B}${C})", "Hangup()")


@pytest.fixture
def menu(asterisk: RealAsterisk) -> Iterator[str]:
    for module in ("app_read", "func_db"):
        asterisk.cli(f"module load {module}.so")
    for place, step in enumerate(MENU, 1):
        asterisk.cli(f"dialplan add extension loadmenu,{place},{step} into from-trunk")
    yield "loadmenu"
    asterisk.cli("dialplan remove extension loadmenu@from-trunk")
    asterisk.cli("database deltree load")


# 000-6
async def test_calls_at_a_rate_press_keys_and_end_well(asterisk: RealAsterisk, menu: str, tmp_path: Path) -> None:
    registrar = f"{asterisk.sip_host}:{asterisk.sip_port}"
    load = await place_calls(registrar, asterisk.trunk_address, menu, count=6, rate=3, folder=tmp_path)
    assert (load.placed, load.completed, load.failed) == (6, 6, 0)
    assert len(load.answer_ms) == 6
    assert statistics.median(load.answer_ms) < 1000
    pressed = [line.rpartition(":")[2].strip() for line in asterisk.cli("database show load").splitlines()[:-1]]
    assert pressed == ["121"] * 6
