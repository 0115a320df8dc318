"""The client's connection: it comes back, tells what is there, and leaves nothing behind."""

import asyncio
import logging
from itertools import pairwise

import httpx
import pytest
from fake_ari import FakeAri, channel, event, until

from ari_app.ari.client import AriClient
from ari_app.ari.errors import AriUnavailable, UnknownName
from ari_app.ari.events import ChannelVanished, OtherEvent, Resynced, StasisStart
from ari_app.ari.remote import Remote
from ari_app.ari.settings import AriSettings


def key(id: str, digit: str) -> dict:
    return event("ChannelDtmfReceived", digit=digit, duration_ms=100, channel=channel(id))


async def test_after_a_drop_it_reconnects_resyncs_and_tells_who_vanished() -> None:
    ari = FakeAri()
    ari.channels = [channel("1"), channel("2")]
    seen: list[list[str]] = []

    async def note(listing: Resynced) -> None:
        seen.append([found.id for found in listing.channels])

    async with ari.serving() as settings:
        client = AriClient(settings, ari.transport)
        client.on_resync(note)
        async with client:
            await until(lambda: seen == [["1", "2"]])
            with client.follow("1") as events:
                ari.channels = [channel("2")]
                await ari.drop()
                await until(lambda: seen == [["1", "2"], ["2"]])
                assert isinstance(await asyncio.wait_for(anext(events), 30), ChannelVanished)
            assert client.is_connected


async def test_a_slow_handler_delays_only_itself() -> None:
    ari = FakeAri()
    let_go = asyncio.Event()
    slow: list[str] = []
    quick: list[str] = []

    async def stuck(pressed: Remote, told: object) -> None:
        slow.append(pressed.id)
        await let_go.wait()

    async def note(told: StasisStart) -> None:
        quick.append(told.channel.id)
        raise RuntimeError("a handler's mistake is logged, and the next event comes all the same")

    async with ari.serving() as settings, AriClient(settings, ari.transport) as client:
        client.on_channel_event("StasisStart", stuck)
        client.on_event("StasisStart", note)
        for id in "123":
            await ari.tell(event("StasisStart", args=[], channel=channel(id)))
        await until(lambda: quick == ["1", "2", "3"])
        assert slow == ["1"]
        let_go.set()
        await until(lambda: slow == ["1", "2", "3"])


async def test_rubbish_on_the_wire_is_survived() -> None:
    ari = FakeAri()
    got: list[OtherEvent] = []

    async def note(told: OtherEvent) -> None:
        got.append(told)

    async with ari.serving() as settings, AriClient(settings, ari.transport) as client:
        client.on_event("TextMessageReceived", note)
        for rubbish in ({}, {"type": "Dial"}, event("StasisStart", channel=7)):
            await ari.tell(rubbish)
        await ari.connections[-1].send("this is no JSON")
        await until(lambda: len(ari.connections) == 2)
        await client.connected()
        await ari.tell(event("TextMessageReceived", message={}))
        await until(lambda: len(got) == 1)


async def test_an_unknown_event_name_is_an_error() -> None:
    ari = FakeAri()

    async def never(told: object) -> None: ...

    async with ari.serving() as settings, AriClient(settings, ari.transport) as client:
        with pytest.raises(UnknownName, match=r"no event StasisStrat; there are .*StasisStart"):
            client.on_event("StasisStrat", never)


async def test_an_asterisk_that_says_nothing_is_noticed_and_given_up() -> None:
    ari = FakeAri()
    async with ari.serving(), AriClient(ari.settings(ping_s=0.1), ari.transport):
        # A frozen Asterisk: the connection stands, no pong comes.
        ari.connections[0].transport.pause_reading()
        await until(lambda: len(ari.connections) == 2)


async def test_without_asterisk_it_says_so_in_time_and_leaves_no_task() -> None:
    before = asyncio.all_tasks()

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    settings = AriSettings(connect_timeout_s=0.3, first_retry_s=0.01)
    with pytest.raises(AriUnavailable, match="no Asterisk at"):
        async with AriClient(settings, httpx.MockTransport(refuse)):
            pass
    assert asyncio.all_tasks() == before


async def test_attempts_become_rare() -> None:
    attempts: list[float] = []
    loop = asyncio.get_running_loop()

    def refuse(request: httpx.Request) -> httpx.Response:
        attempts.append(loop.time())
        raise httpx.ConnectError("refused")

    settings = AriSettings(connect_timeout_s=1.5, first_retry_s=0.05, longest_retry_s=0.4)
    with pytest.raises(AriUnavailable):
        async with AriClient(settings, httpx.MockTransport(refuse)):
            pass
    pauses = [later - earlier for earlier, later in pairwise(attempts)]
    assert pauses[0] >= 0.02
    assert pauses[-1] >= 0.2
    assert len(attempts) <= 12


async def test_leaving_ends_every_task_and_every_subscription() -> None:
    ari = FakeAri()
    before = asyncio.all_tasks()

    async def never(told: object) -> None: ...

    async with ari.serving() as settings:
        async with AriClient(settings, ari.transport) as client:
            client.on_event("StasisStart", never)
            arrivals, events = client.arrivals(), client.follow("1")
        assert [entry async for entry in arrivals] == []
        assert [entry async for entry in events] == []
    assert asyncio.all_tasks() == before


def test_the_password_is_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert "hush" not in repr(AriSettings(password="hush"))
