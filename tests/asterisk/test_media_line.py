"""The media leg against a real Asterisk and a real telephone that sends back what it hears."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest
from real_asterisk import RealAsterisk
from test_ari_calls import callers, settings_of

from ari_app.ari.client import AriClient
from ari_app.ari.events import ChannelDestroyed
from ari_app.ari.media import MediaLine, MediaLost, open_media
from ivr.speech.line import FRAME_BYTES, LEAD_FRAMES, Frame

# No two frames are alike, none is silent: whatever is lost, doubled or displaced is seen.
NOISE = [bytes(frame) for frame in np.random.default_rng(1).integers(0, 120, (400, FRAME_BYTES), dtype=np.uint8)]
PLACES = {frame: place for place, frame in enumerate(NOISE)}


@asynccontextmanager
async def call_with_media(asterisk: RealAsterisk) -> AsyncIterator[tuple[AriClient, str, MediaLine]]:
    """An answered call in a bridge with a media leg."""
    client = AriClient(settings_of(asterisk))
    arrivals = client.arrivals()
    async with asyncio.timeout(60), client, callers(asterisk, 1, 30):
        arrival = await anext(arrivals)
        caller = client.channel(arrival.event.channel.id)
        await caller.answer()
        line = await open_media(client)
        bridge = await client.bridges.create(type="mixing")
        await bridge.addChannel(channel=[caller.id, line.channel_id])
        try:
            yield client, bridge.id, line
        finally:
            await line.close()
            await caller.hangup()
            await bridge.destroy()
            async for event in arrival.events:
                if isinstance(event, ChannelDestroyed) or type(event).__name__ == "StasisEnd":
                    break


async def heard(line: MediaLine) -> int | None:
    """The place of the next frame in NOISE; None when it is something else."""
    received = await line.receive()
    assert isinstance(received, Frame)
    return PLACES.get(received.audio)


async def lag(milliseconds: float) -> None:
    """Stalls this event loop again and again."""
    while True:
        await asyncio.sleep(0.4)
        if milliseconds:
            time.sleep(milliseconds / 1000)  # noqa: ASYNC251 (that is the point)


async def play_noise(line: MediaLine) -> list[int | None]:
    """One frame played for each one received, until all have had the time to come back."""
    came = []
    for place in range(len(NOISE) + 40):
        came.append(await heard(line))
        if place < len(NOISE):
            await line.play(NOISE[place])
    return came


@pytest.mark.parametrize("lag_ms", [0, 80])
# 000-3
async def test_sound_comes_back_whole_and_without_gaps_from_a_loop_that_lags(
    asterisk: RealAsterisk, lag_ms: float
) -> None:
    whole: list[int | None] = list(range(len(NOISE)))
    came: list[int | None] = []
    # A machine that is busy with something else stalls Asterisk and the telephone too: three trials.
    for _ in range(3):
        async with call_with_media(asterisk) as (_, _, line):
            lagging = asyncio.create_task(lag(lag_ms))
            came = await play_noise(line)
            lagging.cancel()
        assert [place for place in came if place is not None] == whole
        if came[came.index(0) : came.index(len(NOISE) - 1) + 1] == whole:
            break
    assert came[came.index(0) : came.index(len(NOISE) - 1) + 1] == whole
    assert came.index(0) <= LEAD_FRAMES + 5


# 000-6
async def test_a_flush_silences_within_forty_milliseconds(asterisk: RealAsterisk) -> None:
    async with call_with_media(asterisk) as (_, _, line):
        for _ in range(5):
            for place in range(50):
                await heard(line)
                await line.play(NOISE[place])
            flushed = last_sound = time.perf_counter()
            await line.flush()
            for _ in range(25):
                if await heard(line) is not None:
                    last_sound = time.perf_counter()
            assert last_sound - flushed < 0.04


# 000-18
async def test_a_lost_media_leg_is_replaced_while_the_caller_waits(asterisk: RealAsterisk) -> None:
    async with call_with_media(asterisk) as (client, bridge_id, line):
        await client.channels.hangup(channelId=line.channel_id)
        with pytest.raises(MediaLost):
            await play_noise(line)
        again = await open_media(client)
        await client.bridges.addChannel(bridgeId=bridge_id, channel=again.channel_id)
        assert 0 in await play_noise(again)
        await again.close()


async def test_media_legs_that_are_opened_at_once_leave_nothing(asterisk: RealAsterisk) -> None:
    async with asyncio.timeout(20), AriClient(settings_of(asterisk)) as client:
        lines = await asyncio.gather(*(open_media(client) for _ in range(20)))
        assert len(await client.channels.list()) == 20
        await asyncio.gather(*(line.close() for line in lines))
