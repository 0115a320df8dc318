"""Fetching Asterisk for real: a broken-off fetch never counts, the next one goes on where it stopped."""

import asyncio
from pathlib import Path

import pytest
from real_asterisk import commands_naming

from ari_app.pbx.fetch import fetch_asterisk
from ari_app.pbx.installation import OLDEST, find_fetched
from ari_app.pbx.settings import PbxSettings

SUITE = PbxSettings().suite


# 000-24
async def test_interrupted_and_taken_up_again_by_two_at_once(tmp_path: Path) -> None:
    unpacking = asyncio.Event()
    first = asyncio.create_task(
        fetch_asterisk(SUITE, tmp_path, lambda line: unpacking.set() if "unpacking" in line else None)
    )
    async with asyncio.timeout(180):
        await asyncio.wait({first, asyncio.create_task(unpacking.wait())}, return_when=asyncio.FIRST_COMPLETED)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert find_fetched(SUITE, tmp_path) is None
    assert commands_naming(tmp_path) == []
    arrived = archives(tmp_path)
    assert len(arrived) > 50

    told: list[str] = []
    used: dict[Path, int] = {}

    def tell(line: str) -> None:
        told.append(line)
        if "unpacking" in line:
            used.update(archives(tmp_path))

    lost = min(arrived)
    lost.unlink()
    async with asyncio.timeout(180):
        one, other = await asyncio.gather(*(fetch_asterisk(SUITE, tmp_path, tell) for _ in range(2)))
    assert one == other == find_fetched(SUITE, tmp_path)
    assert one.version >= OLDEST
    assert (one.data / "sounds/en/vm-goodbye.gsm").exists()
    assert any((one.data / "moh").iterdir())
    assert any("waiting for another process" in line for line in told)
    assert sum("unpacking" in line for line in told) == 1
    assert {path for path in arrived if arrived[path] != used.get(path)} == {lost}
    assert archives(tmp_path) == {}


def archives(folder: Path) -> dict[Path, int]:
    """The downloaded packages, and which file each is."""
    return {path: path.stat().st_ino for path in folder.rglob("*.deb")}
