"""What becomes of a talk when agents, telephones and callers do what they like."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from fake_asterisk import NOW, FakeAsterisk, channel

from ari_app.acd.agents import AgentState
from ari_app.agents.registrations import Registrations
from ari_app.ari.errors import Conflict
from ari_app.ari.events import (
    ChannelDestroyed,
    ChannelDtmfReceived,
    ChannelHangupRequest,
    ChannelHold,
    ChannelUnhold,
    StasisEnd,
    StasisStart,
)
from ari_app.distributor import Distributor
from ari_app.exchange import Exchange
from ari_app.legs import AgentLeg, CallerLeg
from ari_app.recording import CallRecorder
from ari_app.talk.course import Course
from ari_app.talk.errors import NotNow, NotTalking, TalkError, Unreachable
from ari_app.talk.parting import CallerLeft, HandOn, Parting, PeopleLeft
from ari_app.talk.reach import Reach
from ari_app.talks import Talk, Talks
from dialplan.groups import Group
from ivr.conversation import Call
from ivr.decision import EnterQueue
from ivr.record import TicketRecord
from tickets.events import Kind
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store

WITHOUT_SOUND = 1
"""No Q.850: a flag of Asterisk's, as it comes when `rtp_timeout` is over."""
BROKEN = 44
GROUPS = {
    "desk": Group.model_validate({"name": {"en": "Desk"}, "agents": ["anna", "ben"], "ring_s": 5, "wrap_up_s": 30}),
    "network": Group.model_validate(
        {"name": {"en": "Network"}, "agents": ["ben"], "tiers": [{"agents": ["cleo"], "after_s": 60}]}
    ),
}
CALL = Call("call-1", "+493023125001", "5000", "en", NOW)
QUEUE = EnterQueue("desk", "asked", priority=3)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(TicketsSettings(f"sqlite:///{tmp_path}/hotline.db"))
    yield store
    store.close()


class Scene:
    """A caller with anna, who has answered him; ben and cleo are ready."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.asterisk = FakeAsterisk()
        self.store = store
        self.talks = Talks()
        self.distributor = Distributor(GROUPS, lambda: datetime.now(UTC))
        for agent in ("anna", "ben", "cleo"):
            self.distributor.reach(agent)
        self.distributor.resume_talk("anna", CALL.id, "desk")
        ticket = store.tickets.open_for_call(CALL.id, "sip", CALL.caller, CALL.dialled, "en", NOW)
        self.record = TicketRecord(store, ticket.number, lambda: datetime.now(UTC), "en")
        self.caller = CallerLeg(CALL.id, self.asterisk.follow(CALL.id))
        editions = SimpleNamespace(current=SimpleNamespace(dialplan=SimpleNamespace(agents={})))
        exchange = SimpleNamespace(
            client=self.asterisk.client,
            distributor=self.distributor,
            talks=self.talks,
            editions=editions,
            registrations=Registrations(),
        )
        reach = Reach(cast(Exchange, exchange), CALL, ticket.number, QUEUE)
        recorder = CallRecorder(self.asterisk.client, CALL.id, self.record, folder, folder)
        self.leg = AgentLeg("agent:anna:call-1:1", "anna", self.asterisk.follow("agent:anna:call-1:1"))
        self.course = asyncio.create_task(Course(self.caller, self.record, recorder, reach, NOW).run(self.leg))

    def talk(self, agent: str = "anna") -> Talk:
        talk = self.talks.of(agent)
        assert talk is not None
        return talk

    def state(self, agent: str) -> AgentState:
        return self.distributor.floor.agents[agent].state

    def told(self, kind: Kind) -> list[object]:
        return [event.data for event in self.store.events.of_call(CALL.id) if event.kind == kind]

    def hang_up(self, leg_id: str, cause: int = 16, soft: bool = False) -> None:
        told = ChannelHangupRequest(timestamp=NOW, channel=channel(leg_id), cause=cause, soft=soft)
        self.asterisk.tell(leg_id, told)
        self.asterisk.tell(leg_id, StasisEnd(timestamp=NOW, channel=channel(leg_id)))

    async def until(self, is_true: Callable[[], object]) -> None:
        async with asyncio.timeout(30):
            while not is_true():  # noqa: ASYNC110 (several tasks, none of them ours)
                await asyncio.sleep(0.005)

    async def rings(self) -> str:
        """The channel of the telephone that rings last."""
        await self.until(lambda: self.asterisk.did("channels.originate"))
        return str(self.asterisk.did("channels.originate")[-1]["channelId"])

    async def consulted(self, target: str = "agent:ben") -> str:
        """The channel of whom anna talks with, while the caller is on hold."""
        consulting = asyncio.create_task(self.talk().consult(target))
        ringing = await self.rings()
        self.asterisk.tell(ringing, StasisStart(timestamp=NOW, channel=channel(ringing), args=()))
        await consulting
        return ringing

    async def ended(self) -> Parting:
        async with asyncio.timeout(30):
            return await self.course


@pytest.fixture
async def scene(store: Store, tmp_path: Path) -> AsyncIterator[Scene]:
    scene = Scene(store, tmp_path)
    await scene.until(lambda: scene.talks.of("anna"))
    yield scene
    scene.course.cancel()
    await asyncio.gather(scene.course, return_exceptions=True)
    scene.distributor.close()


# P-5
async def test_who_hangs_up_first_ends_it(scene: Scene) -> None:
    scene.hang_up(scene.leg.id)
    assert await scene.ended() == PeopleLeft()
    assert (scene.state("anna"), scene.talks.of("anna")) == (AgentState.WRAP_UP, None)


async def test_a_caller_who_hangs_up_on_hold_frees_all(scene: Scene) -> None:
    ben = await scene.consulted()
    scene.caller.gone.set()
    assert await scene.ended() == CallerLeft()
    assert (scene.state("anna"), scene.state("ben")) == (AgentState.WRAP_UP, AgentState.WRAP_UP)
    assert {arguments["channelId"] for arguments in scene.asterisk.did("channels.hangup")} == {ben, scene.leg.id}


# P-5
@pytest.mark.parametrize(("cause", "soft"), [(BROKEN, False), (WITHOUT_SOUND, True)])
async def test_an_agent_whose_connection_breaks_loses_no_caller(scene: Scene, cause: int, soft: bool) -> None:
    scene.hang_up(scene.leg.id, cause, soft)
    assert await scene.ended() == HandOn(EnterQueue("desk", "returned", 3, agent="anna"), "talk.lost")
    assert scene.told(Kind.RETURNED_TO_QUEUE) == [{"agent": "anna", "reason": "lost"}]


async def test_who_hangs_up_with_a_caller_on_hold_does_not_cut_him_off(scene: Scene) -> None:
    await scene.talk().hold()
    scene.hang_up(scene.leg.id)
    parting = await scene.ended()
    assert isinstance(parting, HandOn)
    assert parting.say == "talk.lost"


async def test_hold_after_hold_uses_the_bridge_that_is_there(scene: Scene) -> None:
    await scene.talk().hold()
    await scene.talk().unhold()
    scene.asterisk.refused["bridges.createWithId"] = Conflict(409, "already exists", "POST /bridges/hold-call-1")
    await scene.talk().hold()
    assert scene.state("anna") is AgentState.HOLD
    assert scene.asterisk.did("bridges.addChannel")[-1] == {"bridgeId": "hold-call-1", "channel": "call-1"}
    assert scene.asterisk.did("bridges.destroy") == []


async def test_the_key_of_the_telephone_holds_as_the_desk_does(scene: Scene) -> None:
    scene.asterisk.tell(scene.leg.id, ChannelHold(timestamp=NOW, channel=channel(scene.leg.id)))
    await scene.until(lambda: scene.state("anna") is AgentState.HOLD)
    assert scene.asterisk.did("bridges.addChannel")[-1] == {"bridgeId": "hold-call-1", "channel": "call-1"}
    scene.asterisk.tell(scene.leg.id, ChannelUnhold(timestamp=NOW, channel=channel(scene.leg.id)))
    await scene.until(lambda: scene.state("anna") is AgentState.TALKING)
    for key in "*1":
        scene.asterisk.tell(
            scene.leg.id, ChannelDtmfReceived(timestamp=NOW, channel=channel(scene.leg.id), digit=key, duration_ms=100)
        )
    await scene.until(lambda: scene.state("anna") is AgentState.HOLD)
    await scene.record.settled()
    assert scene.told(Kind.CALL_HELD) == [{"agent": "anna"}, {"agent": "anna"}]


# P-5
async def test_who_hangs_up_during_a_consultation_completes_it(scene: Scene) -> None:
    await scene.consulted()
    scene.hang_up(scene.leg.id)
    await scene.until(lambda: scene.state("anna") is AgentState.WRAP_UP)
    await scene.record.settled()
    assert scene.told(Kind.TRANSFERRED) == [{"from": "anna", "to": "ben", "warm": True}]
    assert scene.store.tickets.get(scene.record.number).agent == "ben"
    assert scene.state("ben") is AgentState.TALKING
    await scene.talk("ben").hold()
    assert scene.state("ben") is AgentState.HOLD


async def test_who_hangs_up_while_it_rings_has_transferred(scene: Scene) -> None:
    consulting = asyncio.create_task(scene.talk().consult("group:network"))
    await scene.rings()
    scene.hang_up(scene.leg.id)
    parting = await scene.ended()
    assert parting == HandOn(EnterQueue("network", "transferred", 3), "talk.transferred")
    with pytest.raises(TalkError):
        await consulting
    assert scene.state("ben") is not AgentState.RINGING


# P-5
async def test_who_does_not_answer_leaves_the_caller_on_hold_with_his_agent(scene: Scene) -> None:
    consulting = asyncio.create_task(scene.talk().consult("agent:ben"))
    ringing = await scene.rings()
    assert scene.state("ben") is AgentState.RINGING
    scene.asterisk.tell(
        ringing, ChannelDestroyed(timestamp=NOW, channel=channel(ringing), cause=19, cause_txt="no answer")
    )
    with pytest.raises(Unreachable, match="agent:ben does not answer"):
        await consulting
    assert (scene.state("anna"), scene.state("ben")) == (AgentState.HOLD, AgentState.RESTING)
    await scene.talk().unhold()
    assert scene.state("anna") is AgentState.TALKING


async def test_a_consultation_can_be_given_up_while_it_rings(scene: Scene) -> None:
    consulting = asyncio.create_task(scene.talk().consult("agent:ben"))
    ringing = await scene.rings()
    await scene.talk().cancel()
    with pytest.raises(NotNow, match="cancelled"):
        await consulting
    await scene.until(lambda: {"channelId": ringing} in scene.asterisk.did("channels.hangup"))
    assert scene.state("anna") is AgentState.TALKING


async def test_who_was_consulted_and_hangs_up_leaves_the_two_alone(scene: Scene) -> None:
    ben = await scene.consulted()
    scene.hang_up(ben)
    await scene.until(lambda: scene.state("ben") is AgentState.WRAP_UP)
    with pytest.raises(NotNow):
        await scene.talk().complete()
    await scene.talk().unhold()
    assert scene.state("anna") is AgentState.TALKING


# P-5
async def test_in_a_conference_nobody_puts_the_caller_on_hold_for_all(scene: Scene) -> None:
    await scene.consulted()
    await scene.talk().conference()
    with pytest.raises(NotNow):
        await scene.talk("ben").hold()
    with pytest.raises(NotNow):
        await scene.talk().transfer("group:network")
    scene.hang_up(scene.leg.id)
    await scene.until(lambda: scene.store.tickets.get(scene.record.number).agent == "ben")
    assert scene.state("anna") is AgentState.WRAP_UP


# P-5 003-10
async def test_a_cold_transfer_frees_the_agent_at_once_and_takes_the_priority_along(scene: Scene) -> None:
    await scene.talk().transfer("tier:network/2")
    assert await scene.ended() == HandOn(EnterQueue("network", "transferred", 3, level=2), "talk.transferred")
    assert scene.state("anna") is AgentState.WRAP_UP
    entry = scene.distributor.floor.entries[CALL.id]
    assert (entry.entered_at, entry.group, entry.priority, entry.level) == (NOW, "network", 3, 2)
    assert entry.offered_to == "cleo"


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("agent:bem", "did you mean 'ben'"),
        ("group:printing", "there is no group"),
        ("tier:network/3", "has 2 levels"),
        ("tier:network/2", "nobody of tier:network/2 is there"),
        ("agent:cleo", "cleo takes no calls"),
    ],
)
async def test_who_cannot_be_reached_is_refused_and_the_talk_goes_on(scene: Scene, target: str, why: str) -> None:
    scene.distributor.lose("cleo")
    with pytest.raises(TalkError, match=why):
        await scene.talk().transfer(target)
    assert scene.state("anna") is AgentState.TALKING


# 004-4
async def test_silence_is_recorded_while_anything_asks_for_it(scene: Scene) -> None:
    await scene.talk().pause_recording()
    await scene.talk().hold()
    await scene.talk().unhold()
    assert _last_of_recording(scene) == "recordings.mute"
    await scene.talk().resume_recording()
    assert _last_of_recording(scene) == "recordings.unmute"


def _last_of_recording(scene: Scene) -> str:
    return [name for name, _ in scene.asterisk.asked if name.startswith("recordings.")][-1]


async def test_a_command_that_comes_too_late_is_refused(scene: Scene) -> None:
    talk = scene.talk()
    scene.caller.gone.set()
    await scene.ended()
    with pytest.raises(NotTalking):
        await talk.hold()


async def test_a_controller_that_stops_leaves_all_to_it(scene: Scene) -> None:
    await scene.consulted()
    scene.course.cancel()
    await asyncio.gather(scene.course, return_exceptions=True)
    assert scene.asterisk.did("channels.hangup") == []
    assert scene.state("anna") is AgentState.HOLD
