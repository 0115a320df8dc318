"""Events of the wire become values; each reader gets his own, however slow the others are."""

import asyncio
from datetime import UTC, datetime

import pytest
from fake_ari import channel, event

from ari_app.ari.events import (
    ChannelDestroyed,
    ChannelDtmfReceived,
    ChannelVanished,
    OtherEvent,
    RecordingFinished,
    StasisEnd,
    StasisStart,
    read_event,
    subjects,
)
from ari_app.ari.fanout import Fanout

WHEN = datetime(2026, 11, 22, 11, 44, 19, 123000, tzinfo=UTC)


def start(id: str) -> dict:
    return event("StasisStart", args=["100"], channel=channel(id))


def key(id: str, digit: str) -> dict:
    return event("ChannelDtmfReceived", digit=digit, duration_ms=100, channel=channel(id))


def test_a_known_event_is_typed() -> None:
    read = read_event(key("1", "#"))
    assert isinstance(read, ChannelDtmfReceived)
    assert (read.digit, read.timestamp, read.channel.caller.number) == ("#", WHEN, "4711")
    assert read.channel.dialplan.exten == "100"


def test_an_event_we_do_not_use_keeps_its_fields() -> None:
    read = read_event(event("ChannelVarset", variable="A", value="1", channel=channel("1")))
    assert isinstance(read, OtherEvent)
    assert (read.type, read.fields["value"]) == ("ChannelVarset", "1")


def test_a_known_event_of_another_shape_is_not_lost() -> None:
    read = read_event(event("ChannelDtmfReceived", key="1", channel=channel("1")))
    assert isinstance(read, OtherEvent)
    assert read.type == "ChannelDtmfReceived"


@pytest.mark.parametrize("fields", [{}, {"type": 7}, {"type": "Dial"}])
def test_what_is_no_event_is_refused(fields: dict) -> None:
    with pytest.raises(ValueError, match=r"type|timestamp|datetime"):
        read_event(fields)


def test_an_event_is_about_channels_bridges_playbacks_and_recordings() -> None:
    recording = {"name": "r", "format": "wav", "target_uri": "bridge:b", "state": "done", "duration": 3}
    assert subjects(event("RecordingFinished", recording=recording)) == {"r", "b"}
    assert isinstance(read_event(event("RecordingFinished", recording=recording)), RecordingFinished)
    assert subjects(event("Dial", peer=channel("p"), caller=channel("c"), dialstatus="")) == {"p", "c"}
    playback = {"id": "p", "media_uri": "sound:x", "target_uri": "channel:1", "state": "done"}
    assert subjects(event("PlaybackFinished", playback=playback)) == {"p", "1"}


async def test_a_caller_arrives_with_all_his_events_and_our_own_legs_do_not_arrive() -> None:
    fanout = Fanout(10)
    arrivals = fanout.arrivals()
    leg = fanout.follow("leg")
    for fields in (start("leg"), start("caller"), key("caller", "1"), key("other", "2")):
        fanout.deliver(fields)
    fanout.close()
    came = [arrival async for arrival in arrivals]
    assert [arrival.event.channel.id for arrival in came] == ["caller"]
    assert [type(read) for read in [read async for read in came[0].events]] == [StasisStart, ChannelDtmfReceived]
    assert [type(read) for read in [read async for read in leg]] == [StasisStart]


async def test_one_reader_can_follow_several_legs_and_hears_of_each_event_once() -> None:
    fanout = Fanout(10)
    with fanout.follow("caller") as events:
        events.follow("agent")
        fanout.deliver(key("agent", "1"))
        fanout.deliver(event("Dial", peer=channel("agent"), caller=channel("caller"), dialstatus="RINGING"))
        assert len([await anext(events), await anext(events)]) == 2
    assert fanout.followers == {}
    assert [read async for read in events] == []


async def test_an_overflow_drops_the_oldest_so_the_end_is_always_heard() -> None:
    fanout = Fanout(3)
    events = fanout.follow("1")
    for digit in "123456":
        fanout.deliver(key("1", digit))
    fanout.deliver(event("ChannelDestroyed", cause=16, cause_txt="Normal Clearing", channel=channel("1")))
    events.close()
    left = [read async for read in events]
    assert isinstance(left[-1], ChannelDestroyed)
    assert [read.digit for read in left[:-1] if isinstance(read, ChannelDtmfReceived)] == ["5", "6"]
    assert events.dropped == 4


async def test_an_arrival_that_nobody_reads_leaves_nothing_behind() -> None:
    fanout = Fanout(2)
    fanout.arrivals()
    for id in "123":
        fanout.deliver(start(id))
    assert set(fanout.followers) == {"2", "3"}


async def test_after_a_gap_followers_are_told_who_vanished_and_only_they() -> None:
    fanout = Fanout(10)
    vanished, ended, stayed, unborn = (fanout.follow(id) for id in ("v", "e", "s", "u"))
    for id in ("v", "e", "s"):
        fanout.deliver(start(id))
    before = fanout.present()
    fanout.deliver(event("StasisEnd", channel=channel("e")))
    fanout.reconcile(before, ["s"])
    fanout.close()
    kinds = [[type(read) for read in [read async for read in events]] for events in (vanished, ended, stayed, unborn)]
    assert kinds == [[StasisStart, ChannelVanished], [StasisStart, StasisEnd], [StasisStart], []]


async def test_who_waits_for_an_event_is_woken() -> None:
    fanout = Fanout(10)
    events = fanout.follow("1")
    waiting = asyncio.create_task(anext(events))
    await asyncio.sleep(0)
    fanout.deliver(key("1", "5"))
    read = await asyncio.wait_for(waiting, 30)
    assert isinstance(read, ChannelDtmfReceived)
