"""A private, real Asterisk on loopback for every test that asks for `asterisk`.

It takes the Asterisk of the cache folder (`HOTLINE_CACHE`, else ~/.cache/hotline) and fetches one if there is none.
After each test no channel and no bridge may be left in it.
"""

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from real_asterisk import RealAsterisk, free_port, wait_until

from ari_app.pbx.configuration import configure
from ari_app.pbx.errors import AsteriskMissing
from ari_app.pbx.fetch import fetch_asterisk
from ari_app.pbx.installation import Installation, find_installation
from ari_app.pbx.settings import PbxSettings


@pytest.fixture(scope="session")
def installation() -> Installation:
    cache = Path(os.environ.get("HOTLINE_CACHE", "~/.cache/hotline")).expanduser()
    settings = PbxSettings()
    try:
        return find_installation(settings, cache)
    except AsteriskMissing:
        return asyncio.run(fetch_asterisk(settings.suite, cache, print))


@pytest.fixture(scope="session")
def pbx_settings() -> PbxSettings:
    """Settings with free ports."""
    return PbxSettings(
        sip_port=free_port(socket.SOCK_DGRAM),
        http_port=free_port(socket.SOCK_STREAM),
        ami_port=free_port(socket.SOCK_STREAM),
        agi_port=free_port(socket.SOCK_STREAM),
    )


@pytest.fixture(scope="session")
def asterisk(
    installation: Installation, pbx_settings: PbxSettings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RealAsterisk]:
    folder = tmp_path_factory.mktemp("asterisk")
    running = RealAsterisk(configure(pbx_settings, installation, folder / "run"), folder / "asterisk.log")
    running.start()
    pid = running.pid
    try:
        yield running
    finally:
        running.close()
    assert not Path(f"/proc/{pid}").exists()


@pytest.fixture(autouse=True)
def _nothing_left_on_the_line(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "asterisk" in request.fixturenames:
        running: RealAsterisk = request.getfixturevalue("asterisk")
        left = wait_until(lambda: not (running.channels() + running.bridges()), 10.0)
        assert left, f"left in Asterisk: channels {running.channels()}, bridges {running.bridges()}"
