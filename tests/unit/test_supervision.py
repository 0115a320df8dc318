"""A supervisor at a talk: what of it is done in Asterisk, in which order, and that nothing of it stays."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fake_asterisk import NOW, FakeAsterisk, channel

from ari_app.agents.registrations import Registrations
from ari_app.ari.events import ChannelDestroyed, StasisEnd, StasisStart
from ari_app.distributor import Distributor
from ari_app.exchange import Exchange
from ari_app.outgoing.dialling import NotAllowed
from ari_app.talk.commands import Command
from ari_app.talk.errors import NotNow, NotTalking, TalkError, Unreachable
from ari_app.talk.supervision import Mode, Supervision
from ari_app.talk.supervisors import Supervisors
from ari_app.talks import Talk, Talks
from dialplan.groups import Group
from tickets.events import Kind
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store

LEG = "agent:anna:call-1:1"
GROUPS = {
    "desk": Group.model_validate({"name": {"en": "Desk"}, "agents": ["anna", "ben"], "ring_s": 5}),
    "strict": Group.model_validate({"name": {"en": "Strict"}, "agents": ["cleo"], "supervision_tone": True}),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(TicketsSettings(f"sqlite:///{tmp_path}/hotline.db"))
    yield store
    store.close()


class OneNumber:
    """`Dialling` that permits one number."""

    async def permit(self, number: str, purpose: str) -> str:
        if number != "+4930555":
            raise NotAllowed(f"{number} may not be dialled")
        return number

    def endpoint(self, number: str) -> str:
        return f"PJSIP/{number}@trunk"


class Scene:
    """Anna talks with a caller; ben is there, and ready. A snoop channel is there as soon as it is asked for."""

    def __init__(self, store: Store) -> None:
        self.asterisk, self.store, self.talks = FakeAsterisk(), store, Talks()
        self.distributor = Distributor(GROUPS, lambda: datetime.now(UTC))
        self.distributor.reach("anna")
        self.distributor.reach("ben")
        self.talk("anna", "desk")
        editions = SimpleNamespace(current=SimpleNamespace(dialplan=SimpleNamespace(agents={})))
        exchange = SimpleNamespace(
            client=self.asterisk.client,
            talks=self.talks,
            distributor=self.distributor,
            registrations=Registrations(),
            editions=editions,
            dialling=OneNumber(),
            store=store,
            now=lambda: datetime.now(UTC),
        )
        self.supervisors = Supervisors(cast(Exchange, exchange))
        self._snooping = asyncio.create_task(self._snoop())

    def talk(self, agent: str, group: str) -> None:
        async def give(agent: str, command: Command) -> None:
            raise AssertionError(f"{agent} wants {command}")

        self.distributor.resume_talk(agent, "call-1", group)
        self.talks.enter(Talk(agent, "call-1", give, LEG))

    async def _snoop(self) -> None:
        seen = 0
        while True:
            asked = self.asterisk.did("channels.snoopChannelWithId")
            for arguments in asked[seen:]:
                id = str(arguments["snoopId"])
                self.asterisk.tell(id, StasisStart(timestamp=NOW, channel=channel(id), args=("snoop",)))
            seen = len(asked)
            await asyncio.sleep(0.001)

    async def rings(self) -> str:
        """The channel of the supervisor's telephone."""
        await self.until(lambda: self.asterisk.did("channels.originate"))
        return str(self.asterisk.did("channels.originate")[-1]["channelId"])

    async def started(self, mode: Mode, agent: str = "anna", ear: str = "ben") -> tuple[Supervision, str]:
        """He has answered, and hears the talk."""
        starting = asyncio.create_task(self.supervisors.start(agent, "maria", ear, mode))
        id = await self.rings()
        self.asterisk.tell(id, StasisStart(timestamp=NOW, channel=channel(id), args=()))
        async with asyncio.timeout(3):
            return await starting, id

    def snoops(self) -> list[tuple[str, str]]:
        return [(one["spy"], one["whisper"]) for one in self.asterisk.did("channels.snoopChannelWithId")]

    def moved_to(self) -> list[str]:
        """The bridges into which the supervisor's own channel came, one after the other."""
        added = self.asterisk.did("bridges.addChannel")
        return [str(one["bridgeId"]) for one in added if str(one["channel"]).startswith("supervisor:")]

    def left(self) -> set[str]:
        """What was made for it in Asterisk and is still there."""
        made = {str(one["snoopId"]) for one in self.asterisk.did("channels.snoopChannelWithId")}
        made |= {str(one["channelId"]) for one in self.asterisk.did("channels.originate")}
        made |= {str(one["bridgeId"]) for one in self.asterisk.did("bridges.createWithId")}
        gone = {str(one["channelId"]) for one in self.asterisk.did("channels.hangup")}
        return made - gone - {str(one["bridgeId"]) for one in self.asterisk.did("bridges.destroy")}

    def pause(self, agent: str) -> str | None:
        return self.distributor.floor.agents[agent].pause

    def told(self) -> list[tuple[str, Any]]:
        kinds = (Kind.SUPERVISION_STARTED, Kind.SUPERVISION_CHANGED, Kind.SUPERVISION_ENDED)
        events = self.store.events.since(None, kinds)
        return [(event.kind, event.data.get("mode") or event.data["reason"]) for event in events]

    async def until(self, is_true: Callable[[], object]) -> None:
        async with asyncio.timeout(3):
            while not is_true():  # noqa: ASYNC110 (several tasks, none of them ours)
                await asyncio.sleep(0.005)

    async def close(self) -> None:
        await self.supervisors.close()
        self._snooping.cancel()
        self.distributor.close()


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    scene = Scene(store)
    yield scene
    await scene.close()


# P-5 002-10
async def test_who_listens_has_no_way_into_the_talk_and_leaves_nothing(scene: Scene) -> None:
    supervision, id = await scene.started(Mode.LISTEN)
    assert scene.snoops() == [("both", "none")]
    assert scene.moved_to() == [f"supervision-{id}"]
    assert (scene.pause("ben"), supervision.is_on) == ("supervising", True)
    await scene.supervisors.stop("maria")
    assert scene.left() == set()
    assert scene.distributor.floor.agents["ben"].is_available
    await scene.until(lambda: len(scene.told()) == 2)
    assert scene.told() == [("supervision_started", "listen"), ("supervision_ended", "stopped")]


# P-5 002-10
async def test_each_mode_replaces_the_one_before(scene: Scene) -> None:
    _, id = await scene.started(Mode.LISTEN)
    own = f"supervision-{id}"
    for mode in (Mode.WHISPER, Mode.WHISPER, Mode.BARGE, Mode.LISTEN):
        await scene.supervisors.change("maria", mode)
    assert scene.snoops() == [("both", "none"), ("both", "out"), ("both", "none")]
    assert scene.moved_to() == [own, own, "call-call-1", own]
    asked = [name for name, _ in scene.asterisk.asked]
    made = [at for at, name in enumerate(asked) if name == "channels.snoopChannelWithId"]
    # The old one is gone before the new one comes: two in one bridge would hear each other.
    assert "channels.hangup" in asked[made[0] : made[1]]
    assert "channels.hangup" in asked[made[1] : made[2]]
    assert [what for _, what in scene.told()] == ["listen", "whisper", "barge", "listen"]


# P-5
@pytest.mark.parametrize(("gone", "reason"), [("supervisor", "hung_up"), ("agent", "talk_over")])
async def test_it_ends_with_him_and_with_the_agents_talk(scene: Scene, gone: str, reason: str) -> None:
    _, id = await scene.started(Mode.WHISPER)
    ended = id if gone == "supervisor" else LEG
    scene.asterisk.tell(ended, StasisEnd(timestamp=NOW, channel=channel(ended)))
    await scene.until(lambda: len(scene.told()) == 2)
    assert scene.told()[-1] == ("supervision_ended", reason)
    assert scene.left() == set()
    with pytest.raises(NotTalking):
        await scene.supervisors.change("maria", Mode.LISTEN)


# P-5
async def test_who_does_not_answer_hears_nothing_and_takes_calls_again(scene: Scene) -> None:
    starting = asyncio.create_task(scene.supervisors.start("anna", "maria", "ben", Mode.LISTEN))
    id = await scene.rings()
    assert scene.pause("ben") == "supervising"
    with pytest.raises(NotNow, match="still rings"):
        await scene.supervisors.change("maria", Mode.BARGE)
    scene.asterisk.tell(id, ChannelDestroyed(timestamp=NOW, channel=channel(id), cause=19, cause_txt="no answer"))
    with pytest.raises(Unreachable, match="ben does not answer"):
        await starting
    assert (scene.pause("ben"), scene.supervisors.present, scene.told()) == (None, (), [])


# P-5
@pytest.mark.parametrize("what", ["the talk ends", "he stops"])
async def test_the_ringing_ends_with_its_reason(scene: Scene, what: str) -> None:
    starting = asyncio.create_task(scene.supervisors.start("anna", "maria", "ben", Mode.LISTEN))
    await scene.rings()
    if what == "he stops":
        await scene.supervisors.stop("maria")
    else:
        scene.asterisk.tell(LEG, StasisEnd(timestamp=NOW, channel=channel(LEG)))
    with pytest.raises(TalkError):
        await starting
    assert scene.left() == set()


async def test_who_pauses_goes_on_pausing(scene: Scene) -> None:
    scene.distributor.pause("ben", "lunch")
    await scene.started(Mode.LISTEN)
    await scene.supervisors.stop("maria")
    assert scene.pause("ben") == "lunch"


@pytest.mark.parametrize(
    ("agent", "ear", "why"),
    [
        ("ben", "anna", "ben has no caller"),
        ("anna", "anna", "nobody supervises himself"),
        ("anna", "+4930666", "may not be dialled"),
        ("anna", "cleo", "cleo has a caller"),
    ],
)
async def test_who_may_not_is_told_why(scene: Scene, agent: str, ear: str, why: str) -> None:
    scene.distributor.resume_talk("cleo", "call-2", "strict")
    with pytest.raises(TalkError, match=why):
        await scene.supervisors.start(agent, "maria", ear, Mode.LISTEN)
    assert (scene.supervisors.present, scene.asterisk.did("channels.originate")) == ((), [])


async def test_one_talk_at_a_time_and_one_supervisor_at_a_telephone(scene: Scene) -> None:
    await scene.started(Mode.LISTEN, ear="+4930555")
    (rung,) = scene.asterisk.did("channels.originate")
    assert rung["endpoint"] == "PJSIP/+4930555@trunk"
    with pytest.raises(NotNow, match="already: stop that first"):
        await scene.supervisors.start("anna", "maria", "ben", Mode.LISTEN)
    with pytest.raises(NotNow, match="somebody hears another talk"):
        await scene.supervisors.start("anna", "paul", "+4930555", Mode.LISTEN)


# P-5: groups.<name>.supervision_tone
async def test_an_agent_hears_a_tone_where_his_group_wants_that(scene: Scene) -> None:
    scene.talk("cleo", "strict")
    await scene.started(Mode.LISTEN, agent="cleo")
    assert scene.snoops() == [("none", "out"), ("both", "none")]
    (played,) = scene.asterisk.did("channels.play")
    assert played["media"] == "tone:1400"
    assert str(played["channelId"]).startswith("snoop:")
