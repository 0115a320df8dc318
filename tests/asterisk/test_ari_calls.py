"""The client against a real Asterisk: callers at once, and an Asterisk that dies."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from real_asterisk import RealAsterisk, free_port

from ari_app.ari.client import AriClient
from ari_app.ari.errors import NotFound, ignoring_gone
from ari_app.ari.events import ChannelVanished, Resynced, StasisEnd
from ari_app.ari.fanout import Arrival
from ari_app.ari.settings import AriSettings
from ari_app.pbx.configuration import configure
from ari_app.pbx.installation import Installation
from ari_app.pbx.settings import PbxSettings


def settings_of(asterisk: RealAsterisk) -> AriSettings:
    user, password = asterisk.ari_auth
    return AriSettings(asterisk.ari_url.removesuffix("/ari"), user, password)


@asynccontextmanager
async def callers(asterisk: RealAsterisk, count: int, seconds: float) -> AsyncIterator[asyncio.subprocess.Process]:
    """`count` telephones that call at once, echo what they hear and hang up after `seconds`; exit code 0 is success."""
    sipp = await asyncio.create_subprocess_exec(
        *("sipp", f"{asterisk.sip_host}:{asterisk.sip_port}", "-sn", "uac", "-s", "100", "-rtp_echo", "-nostdin"),
        *("-i", asterisk.trunk_address, "-mi", asterisk.trunk_address, "-p", str(free_port(socket.SOCK_DGRAM))),
        *("-mp", str(free_port(socket.SOCK_DGRAM) & ~1)),
        *("-m", str(count), "-l", str(count), "-r", str(count), "-d", str(int(seconds * 1000))),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield sipp
    finally:
        if sipp.returncode is None:
            sipp.kill()
            await sipp.wait()


# 000-1
async def test_thirty_callers_at_once_are_answered_and_seen_to_their_end(asterisk: RealAsterisk) -> None:
    client = AriClient(settings_of(asterisk))
    arrivals = client.arrivals()

    async def attend(arrival: Arrival) -> None:
        await client.channel(arrival.event.channel.id).answer()
        async for event in arrival.events:
            if isinstance(event, StasisEnd):
                break
        arrival.events.close()

    async with asyncio.timeout(60), client, callers(asterisk, 30, 2.0) as sipp, asyncio.TaskGroup() as calls:
        for _ in range(30):
            arrival = await anext(arrivals)
            assert arrival.event.args[0] == "100"
            calls.create_task(attend(arrival))
        assert await sipp.wait() == 0


async def test_the_swagger_of_a_real_asterisk_is_understood(asterisk: RealAsterisk) -> None:
    async with AriClient(settings_of(asterisk)) as client:
        bridge = await client.bridges.create(type="mixing", name="test")
        assert bridge.id in {found.id for found in await client.bridges.list()}
        await bridge.destroy()
        with pytest.raises(NotFound):
            await bridge.destroy()
        with ignoring_gone():
            await bridge.addChannel(channel="nobody")


@pytest.fixture
def mortal(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealAsterisk]:
    """An Asterisk of one's own, to be killed."""
    folder = tmp_path_factory.mktemp("mortal")
    settings = PbxSettings(
        sip_port=free_port(socket.SOCK_DGRAM),
        http_port=free_port(socket.SOCK_STREAM),
        ami_port=free_port(socket.SOCK_STREAM),
        agi_port=free_port(socket.SOCK_STREAM),
    )
    running = RealAsterisk(configure(settings, installation, folder / "run"), folder / "asterisk.log")
    running.start()
    try:
        yield running
    finally:
        running.close()


async def test_an_asterisk_that_dies_is_waited_for_idly_and_found_again(mortal: RealAsterisk) -> None:
    client = AriClient(settings_of(mortal))
    arrivals = client.arrivals()
    resyncs: asyncio.Queue[Resynced] = asyncio.Queue()
    client.on_resync(resyncs.put)
    async with asyncio.timeout(60), client:
        assert (await resyncs.get()).channels == ()
        async with callers(mortal, 1, 60):
            arrival = await anext(arrivals)
            os.kill(mortal.pid, signal.SIGKILL)
            await asyncio.to_thread(mortal.stop)
        cpu, began = time.process_time(), time.monotonic()
        while time.monotonic() - began < 3:  # noqa: ASYNC110 (the time itself is what is waited for)
            await asyncio.sleep(0.5)
        used = (time.process_time() - cpu) / (time.monotonic() - began)
        assert not client.is_connected
        assert used < 0.1, f"{used:.0%} of a core while Asterisk is away"

        await asyncio.to_thread(mortal.start)
        assert (await resyncs.get()).channels == ()
        assert isinstance([event async for event in _until_vanished(arrival)][-1], ChannelVanished)
        async with callers(mortal, 1, 0.5) as sipp:
            arrival = await anext(arrivals)
            await client.channel(arrival.event.channel.id).answer()
            assert await sipp.wait() == 0


async def _until_vanished(arrival: Arrival) -> AsyncIterator[object]:
    async for event in arrival.events:
        yield event
        if isinstance(event, ChannelVanished):
            return


async def test_a_frozen_asterisk_is_noticed(mortal: RealAsterisk) -> None:
    user, password = mortal.ari_auth
    settings = AriSettings(
        mortal.ari_url.removesuffix("/ari"), user, password, ping_s=0.5, request_timeout_s=1, longest_retry_s=0.5
    )
    async with asyncio.timeout(60), AriClient(settings) as client:
        os.kill(mortal.pid, signal.SIGSTOP)
        try:
            while client.is_connected:  # noqa: ASYNC110 (no event tells of it)
                await asyncio.sleep(0.05)
        finally:
            os.kill(mortal.pid, signal.SIGCONT)
        await client.connected()
