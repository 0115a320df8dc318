"""Agents' telephones against a real Asterisk: two of one agent, one that goes while it is used, a dead headset."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from real_asterisk import RealAsterisk

from ari_app.acd.agents import Agent, AgentState
from ari_app.acd.floor import Floor
from ari_app.acd.queue import Offer, QueueEntry
from ari_app.agents.attendance import Attendance
from ari_app.agents.headsets import Headsets
from ari_app.agents.registrations import Registrations
from ari_app.ari.client import AriClient
from ari_app.ari.settings import AriSettings
from ari_app.distributor import Distributor, Doer
from ari_app.legs import AgentLeg, ring_agent
from ari_app.phones.phone import Account, Phone
from ari_app.phones.phone_call import PhoneCall
from dialplan.groups import Group
from ivr.speech import mulaw
from tickets.events import Json, Kind

DESK = {
    "desk": Group.model_validate({"name": {"en": "Desk"}, "agents": ["agent1", "agent2"], "ring_s": 20, "wrap_up_s": 0})
}
SILENT_S = 1.0
TONE = mulaw.encode((8000 * np.sin(np.arange(8000) * 0.3)).astype(np.int16))


@dataclass(slots=True)
class Desk:
    """What the controller has of the agents, without callers."""

    asterisk: RealAsterisk
    client: AriClient
    distributor: Distributor
    registrations: Registrations = field(default_factory=Registrations)
    told: list[tuple[Kind, dict[str, Json]]] = field(default_factory=list)
    changes: list[Agent] = field(default_factory=list)
    happened: asyncio.Event = field(default_factory=asyncio.Event)

    def agent(self, name: str = "agent1") -> Agent:
        return self.distributor.floor.agents[name]

    def telephone(self, agent: str = "agent1", address: str = "127.0.0.11") -> Account:
        registrar = f"{self.asterisk.sip_host}:{self.asterisk.sip_port}"
        return Account(agent, address, registrar, self.asterisk.agent_password(agent))

    async def until(self, is_true: Callable[[], object], timeout_s: float = 30.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not is_true():
                self.happened.clear()
                await self.happened.wait()

    def tell(self, kind: Kind, data: dict[str, Json]) -> None:
        self.told.append((kind, data))
        self.happened.set()

    def note(self, _: Floor, after: Floor, __: Doer | None) -> None:
        self.changes.append(after.agents["agent1"])
        self.happened.set()


@pytest.fixture
async def desk(asterisk: RealAsterisk) -> AsyncIterator[Desk]:
    user, password = asterisk.ari_auth
    distributor = Distributor(DESK, lambda: datetime.now(UTC))
    client = AriClient(AriSettings(asterisk.ari_url.removesuffix("/ari"), user, password))
    headsets = Headsets(client, distributor, SILENT_S)
    desk = Desk(asterisk, client, distributor)
    async with client:
        await Attendance(client, distributor, desk.tell, desk.registrations).take_stock()
        distributor.watch(desk.note)
        yield desk
    headsets.close()
    distributor.close()


@asynccontextmanager
async def talking(desk: Desk, phone: Phone) -> AsyncIterator[tuple[AgentLeg, PhoneCall]]:
    """`agent1` has answered, and is in a bridge."""
    desk.distributor.join(QueueEntry("call-1", "desk", desk.distributor.now()))
    ringing = asyncio.create_task(ring_agent(desk.client, "call-1", "agent1", "PJSIP/agent1", "+4930", 20))
    call = await phone.incoming(30)
    await call.answer()
    leg = await ringing
    assert leg is not None
    desk.distributor.answer(Offer("call-1", "agent1"))
    await desk.client.bridges.createWithId(type="mixing", bridgeId="b", name="b")
    await desk.client.bridges.addChannel(bridgeId="b", channel=leg.id)
    try:
        yield leg, call
    finally:
        await desk.client.bridges.destroy(bridgeId="b")
        await desk.client.channels.hangup(channelId=leg.id)
        leg.events.close()
        desk.distributor.hang_up("agent1")


async def test_a_telephone_that_comes_and_goes(desk: Desk, tmp_path: Path) -> None:
    assert not desk.agent().is_reachable
    async with Phone.running(desk.telephone(), tmp_path):
        await desk.until(lambda: desk.agent().is_there)
        after_a_restart = Attendance(desk.client, desk.distributor, desk.tell, Registrations())
        await after_a_restart.take_stock()
        assert desk.agent().is_there
    await desk.until(lambda: not desk.agent().is_reachable)
    assert desk.told == []


# P-5
async def test_of_two_telephones_of_an_agent_the_newer_gets_his_calls_and_that_is_told(
    desk: Desk, tmp_path: Path
) -> None:
    async with Phone.running(desk.telephone(), tmp_path / "old"):
        await desk.until(lambda: desk.agent().is_there)
        desk.changes.clear()
        async with Phone.running(desk.telephone(address="127.0.0.12"), tmp_path / "new") as newer:
            await desk.until(lambda: desk.told)
            ((kind, data),) = desk.told
            assert kind is Kind.TELEPHONE_REPLACED
            assert data["agent"] == "agent1"
            assert ("127.0.0.11" in str(data["old"]), "127.0.0.12" in str(data["new"])) == (True, True)
            ringing = asyncio.create_task(ring_agent(desk.client, "call-1", "agent1", "PJSIP/agent1", "+4930", 20))
            await (await newer.incoming(30)).refuse()
            assert await ringing is None
            assert all(agent.is_reachable for agent in desk.changes)
    await desk.until(lambda: not desk.agent().is_reachable)


# P-5
async def test_a_telephone_that_goes_while_it_rings_is_no_missed_call_and_the_next_is_rung_at_once(
    desk: Desk, tmp_path: Path
) -> None:
    async with (
        Phone.running(desk.telephone(), tmp_path / "one") as one,
        Phone.running(desk.telephone("agent2", "127.0.0.12"), tmp_path / "two"),
    ):
        await desk.until(lambda: desk.agent().is_there and desk.agent("agent2").is_there)
        place = desk.distributor.join(QueueEntry("call-1", "desk", desk.distributor.now()))
        offer = await place.next_offer()
        assert offer == Offer("call-1", "agent1")
        ringing = asyncio.create_task(ring_agent(desk.client, "call-1", "agent1", "PJSIP/agent1", "+4930", 20))
        await one.incoming(30)
        one.unregister()
        assert await asyncio.wait_for(ringing, 15) is None
        desk.distributor.refuse(offer)
        assert await asyncio.wait_for(place.next_offer(), 15) == Offer("call-1", "agent2")
        assert (desk.agent().missed, desk.agent().is_reachable) == (0, False)
        desk.distributor.leave(place)


# P-5
async def test_a_telephone_that_goes_while_he_talks_leaves_the_talk_alone(desk: Desk, tmp_path: Path) -> None:
    async with Phone.running(desk.telephone(), tmp_path) as phone:
        await desk.until(lambda: desk.agent().is_there)
        async with talking(desk, phone) as (leg, _):
            phone.unregister()
            await desk.until(lambda: not desk.agent().is_reachable)
            channel = (await desk.client.channels.get(channelId=leg.id)).json
            assert (channel["state"], desk.agent().state) == ("Up", AgentState.TALKING)
        place = desk.distributor.join(QueueEntry("call-2", "desk", desk.distributor.now()))
        assert not any(entry.offered_to for entry in desk.distributor.floor.entries.values())
        desk.distributor.leave(place)


# P-5
async def test_a_dead_headset_is_flagged_until_he_is_heard(desk: Desk, tmp_path: Path) -> None:
    async with Phone.running(desk.telephone(), tmp_path) as phone:
        await desk.until(lambda: desk.agent().is_there)
        began = asyncio.get_running_loop().time()
        async with talking(desk, phone) as (_, speaking):
            await desk.until(lambda: desk.agent().is_silent)
            assert asyncio.get_running_loop().time() - began >= SILENT_S
            talking_on = asyncio.create_task(speaking.say(3 * TONE))
            await desk.until(lambda: not desk.agent().is_silent)
            desk.distributor.hold("agent1")
            await talking_on
            assert not await heard_of_silence(desk, 2.5 + 2 * SILENT_S)
            desk.distributor.unhold("agent1")
            assert await heard_of_silence(desk, 30)


async def heard_of_silence(desk: Desk, timeout_s: float) -> bool:
    try:
        await desk.until(lambda: desk.agent().is_silent, timeout_s)
    except TimeoutError:
        return False
    return True
