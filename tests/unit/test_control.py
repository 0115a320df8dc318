"""The control socket: a real one, with the queue of a real day behind it."""

import asyncio
import contextlib
import json
import socket
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ari_app.acd.queue import Offer, QueueEntry
from ari_app.agents.duty import Duty
from ari_app.control.agents import agent_commands
from ari_app.control.calls import call_commands
from ari_app.control.client import ask, follow
from ari_app.control.errors import ControllerAway, Refused
from ari_app.control.feed import Feed
from ari_app.control.server import serving_control
from ari_app.distributor import Distributor
from ari_app.talk.commands import Command, Transfer
from ari_app.talk.errors import NotNow
from ari_app.talk.targets import ToGroup
from ari_app.talks import Talk, Talks
from dialplan.groups import AgentCard, Group
from dialplan.loader import Dialplan, load_dialplan

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def group(*agents: str) -> Group:
    return Group.model_validate({"name": {"en": "Desk"}, "agents": list(agents), "wrap_up_s": 30})


class Day:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Control:
    """What is behind the socket."""

    path: Path
    day: Day
    distributor: Distributor
    talks: Talks

    def agent(self, name: str) -> Any:
        return self.distributor.floor.agents[name]


@pytest.fixture
async def control(tmp_path: Path) -> AsyncIterator[Control]:
    day, talks = Day(), Talks()
    shipped = load_dialplan()
    groups = {"desk": group("anna", "ben"), "field": group("carl")}
    cards = {"anna": AgentCard(name="Anna Berg", skills={"network": 2})}
    dialplan = Dialplan(shipped.folder, shipped.menus, groups, {}, agents=cards, pauses=shipped.pauses)
    distributor = Distributor(groups, day, agents=cards)
    commands = {**agent_commands(Duty(distributor, lambda: dialplan)), **call_commands(talks)}
    path = tmp_path / "control.sock"
    async with serving_control(path, commands, Feed(distributor, lambda: dialplan, most_behind=50)):
        yield Control(path, day, distributor, talks)
    distributor.close()
    assert not path.exists()


async def refusal(asking: Awaitable[Any]) -> Refused:
    with pytest.raises(Refused) as refused:
        await asking
    return refused.value


async def rest_of(reader: asyncio.StreamReader) -> int:
    """The lines that still come, to the end of the connection."""
    lines = 0
    with contextlib.suppress(ConnectionError):
        while read := await reader.read(1 << 20):
            lines += read.count(b"\n")
    return lines


async def until(is_true: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not is_true():  # noqa: ASYNC110 (any condition, not only events)
            await asyncio.sleep(0.01)


# P-4 P-7
async def test_an_agent_goes_through_his_day(control: Control) -> None:
    path, distributor = control.path, control.distributor
    assert (await ask(path, "agent.log_out", agent="anna"))["state"] == "logged_out"
    assert (await ask(path, "agent.log_in", agent="anna"))["state"] == "away"
    distributor.reach("anna")
    ready = await ask(path, "agent.ready", agent="anna")
    assert (ready["name"], ready["state"], ready["groups"]) == ("Anna Berg", "ready", ["desk"])
    paused = await ask(path, "agent.pause", agent="anna", reason="lunch")
    assert (paused["state"], paused["pause"], paused["since"]) == ("paused", "lunch", "2026-03-02T12:00:00Z")
    assert (await ask(path, "agent.pause", agent="anna"))["pause"] == "break"
    assert (await ask(path, "agent.ready", agent="anna"))["pause"] is None
    assert control.agent("anna").is_available


# P-4
async def test_where_no_reasons_are_named_one_may_pause_all_the_same() -> None:
    shipped = load_dialplan()
    groups = {"desk": group("anna")}
    distributor = Distributor(groups, Day())
    duty = Duty(distributor, lambda: Dialplan(shipped.folder, shipped.menus, groups, {}))
    assert duty.pause("anna", None, "maria").pause == "break"
    distributor.close()


# P-4: a wrap-up goes on until it ends, or until he says that he is ready
async def test_a_pause_during_a_call_begins_after_its_wrap_up(control: Control) -> None:
    path, distributor, day = control.path, control.distributor, control.day
    distributor.reach("anna")
    distributor.join(QueueEntry("call-1", "desk", NOON))
    distributor.answer(Offer("call-1", "anna"))
    paused = await ask(path, "agent.pause", agent="anna", reason="meeting")
    assert (paused["state"], paused["pause"], paused["call_id"]) == ("talking", "meeting", "call-1")
    distributor.miss_sound("anna")
    assert [one["is_silent"] for one in (await ask(path, "agent.list"))["agents"]] == [True, False, False]
    distributor.hang_up("anna")
    day.at += timedelta(seconds=12)
    (anna, *_) = (await ask(path, "agent.list"))["agents"]
    assert (anna["state"], anna["left_s"], anna["pause"]) == ("wrap_up", 18.0, "meeting")
    assert (await ask(path, "agent.ready", agent="anna"))["state"] == "ready"


# P-5
async def test_the_floor_tells_who_waits_and_who_is_there(control: Control) -> None:
    distributor, day = control.distributor, control.day
    distributor.reach("ben")
    distributor.pause("ben", "lunch")
    distributor.join(QueueEntry("late", "desk", NOON))
    distributor.join(QueueEntry("vip", "desk", NOON, priority=5, skills={"network": 1}))
    day.at += timedelta(seconds=42)
    floor = await ask(control.path, "floor")
    desk, field = floor["groups"]
    assert (desk["group"], desk["waiting"], desk["longest_wait_s"], desk["is_staffed"]) == ("desk", 2, 42.0, True)
    assert (field["waiting"], field["longest_wait_s"], field["is_staffed"]) == (0, None, False)
    assert [(one["call_id"], one["wait_s"], one["skills"]) for one in floor["callers"]] == [
        ("vip", 42.0, {"network": 1}),
        ("late", 42.0, {}),
    ]
    states = {one["agent"]: (one["state"], one["since"]) for one in floor["agents"]}
    assert states == {"anna": ("away", None), "ben": ("paused", "2026-03-02T12:00:00Z"), "carl": ("away", None)}


@pytest.mark.parametrize(
    ("fields", "code", "told"),
    [
        ({"do": "agent.ready", "agent": "ana"}, "unknown_agent", "did you mean 'anna'?"),
        ({"do": "agent.pause", "agent": "anna", "reason": "lunhc"}, "unknown_pause", "did you mean 'lunch'?"),
        ({"do": "agent.pause", "agent": "carl"}, "not_logged_in", "carl is not logged in"),
        ({"do": "agent.redy", "agent": "anna"}, "bad_request", "did you mean 'agent.ready'?"),
        ({"do": "agent.ready"}, "bad_request", "agent: Field required"),
        ({"do": "agent.ready", "agent": "anna", "speed": 3}, "bad_request", "speed"),
        ({"do": "call.hold", "agent": "anna"}, "no_call", "anna has no caller"),
    ],
)
async def test_what_cannot_be_done_is_told(control: Control, fields: dict[str, Any], code: str, told: str) -> None:
    control.distributor.log_out("carl")
    before = control.distributor.floor
    refused = await refusal(ask(control.path, **fields))
    assert refused.code == code
    assert told in str(refused)
    assert control.distributor.floor is before


async def test_a_call_command_reaches_the_talk(control: Control) -> None:  # 003-10 004-13
    given: list[tuple[str, Command]] = []

    async def give(agent: str, command: Command) -> None:
        given.append((agent, command))
        if len(given) > 1:
            raise NotNow("the target still rings")

    control.talks.enter(Talk("anna", "call-1", give, "agent:anna:call-1:1"))
    assert await ask(control.path, "call.transfer", agent="anna", target="tier:desk/2") is None
    assert given == [("anna", Transfer(ToGroup("desk", 2)))]
    assert str(await refusal(ask(control.path, "call.complete", agent="anna"))) == "the target still rings"
    refused = await refusal(ask(control.path, "call.transfer", agent="anna", target="desk"))
    assert "'desk' is no target" in str(refused)


# P-5
async def test_who_follows_gets_the_floor_and_then_each_change(control: Control) -> None:
    distributor = control.distributor
    async with aclosing(follow(control.path)) as told, asyncio.timeout(30):
        first = (await anext(told))["floor"]
        assert [one["state"] for one in first["agents"]] == ["away", "away", "away"]
        distributor.reach("anna")
        change = (await anext(told))["changed"]
        assert [(one["agent"], one["state"]) for one in change["agents"]] == [("anna", "ready")]
        distributor.reach("anna")  # nothing new: nothing is told
        place = distributor.join(QueueEntry("call-1", "desk", NOON))
        change = (await anext(told))["changed"]
        assert [(one["call_id"], one["offered_to"]) for one in change["callers"]] == [("call-1", "anna")]
        assert change["agents"][0]["state"] == "ringing"
        distributor.leave(place)
        assert (await anext(told))["changed"]["left"] == ["call-1"]
        distributor.regroup({"desk": group("anna")})
        assert "floor" in await anext(told)


async def test_who_reads_too_slowly_is_dropped_and_disturbs_nobody(control: Control) -> None:
    reader, writer = await asyncio.open_unix_connection(control.path, limit=1024)
    writer.write(b'{"do": "follow"}\n')
    await reader.readline()
    distributor = control.distributor
    distributor.reach("anna")
    async with aclosing(follow(control.path)) as quick, asyncio.timeout(60):
        await anext(quick)
        for number in range(4000):  # more than the buffers of the socket take
            distributor.pause("anna", str(number))
            if number % 10 == 0:
                await asyncio.sleep(0)
            if number % 40 == 39:
                while (await anext(quick))["changed"]["agents"][0]["pause"] != str(number):
                    pass
        assert await rest_of(reader) < 4000
    writer.close()


async def test_who_goes_away_is_forgotten(control: Control) -> None:
    before = len(asyncio.all_tasks())
    for _ in range(5):
        _, writer = await asyncio.open_unix_connection(control.path)
        writer.write(b'{"do": "follow"}\n')
        await writer.drain()
        await until(lambda: len(asyncio.all_tasks()) > before)
        writer.close()
        await until(lambda: len(asyncio.all_tasks()) == before)


async def test_only_the_user_of_the_line_may_open_it(control: Control) -> None:
    mode = control.path.stat().st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o600


@pytest.mark.parametrize("sent", [b"nonsense\n", b"[1]\n", b'{"do": 7}\n', b"\xff\xfe\n"])
async def test_nonsense_is_answered(control: Control, sent: bytes) -> None:
    reader, writer = await asyncio.open_unix_connection(control.path)
    writer.write(sent + b'{"do": "agent.list"}\n')
    assert json.loads(await reader.readline())["code"] == "bad_request"
    assert json.loads(await reader.readline())["ok"] is True
    writer.close()


async def test_a_request_without_end_is_cut_off(control: Control) -> None:
    reader, writer = await asyncio.open_unix_connection(control.path)
    writer.write(b"x" * 200_000)
    assert await rest_of(reader) == 0
    writer.close()
    assert (await ask(control.path, "agent.list"))["agents"]


async def test_without_a_controller_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(ControllerAway, match="is `hotline up` running"):
        await ask(tmp_path / "control.sock", "floor")
    dead = tmp_path / "dead.sock"
    with socket.socket(socket.AF_UNIX) as left_over:
        left_over.bind(str(dead))
    with pytest.raises(ControllerAway):
        await ask(dead, "floor")
    with pytest.raises(ControllerAway):
        await anext(follow(dead))


async def test_what_a_dead_controller_left_is_no_hindrance(control: Control, tmp_path: Path) -> None:
    dead = tmp_path / "dead.sock"
    with socket.socket(socket.AF_UNIX) as left_over:
        left_over.bind(str(dead))
    async with serving_control(dead, {}, Feed(control.distributor, load_dialplan)):
        assert (await refusal(ask(dead, "floor"))).code == "bad_request"
