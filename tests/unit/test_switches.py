"""What supervisors switch by hand, kept and told; the floor and the flow go by it. # P-5"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desk import AnsweringConversation, Desk, FewSwitches

from ari_app.acd.queue import QueueEntry
from ari_app.agents.duty import Duty
from ari_app.control.agents import agent_commands
from ari_app.control.callers import caller_commands
from ari_app.control.client import ask, follow
from ari_app.control.errors import Refused
from ari_app.control.feed import Feed
from ari_app.control.server import serving_control
from ari_app.control.switches import switch_commands
from ari_app.distributor import Distributor, Move
from ari_app.switchboard import Switchboard
from dialplan.actions import Action, QueueAction
from dialplan.loader import load_dialplan
from ivr.conversation import Call
from ivr.decision import LeaveMessage
from ivr.desk import Switched
from ivr.flow import take_call
from tickets.events import Kind
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store

SUNDAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(TicketsSettings(f"sqlite:///{tmp_path}/hotline.db"))
    yield store
    store.close()


@pytest.fixture
async def distributor() -> AsyncIterator[Distributor]:
    distributor = Distributor(load_dialplan().groups, lambda: MONDAY)
    yield distributor
    distributor.close()


@pytest.fixture
async def control(store: Store, distributor: Distributor, tmp_path: Path) -> AsyncIterator[Path]:
    dialplan, path = load_dialplan(), tmp_path / "control.sock"
    switchboard = Switchboard(store.switches, lambda: MONDAY)

    feed = Feed(distributor, lambda: dialplan, lambda: switchboard.switches)
    switchboard.watch(feed.tell_all)
    commands = {
        **agent_commands(Duty(distributor, lambda: dialplan), lambda: switchboard.switches),
        **switch_commands(switchboard, lambda: dialplan, lambda: MONDAY),
        **caller_commands(distributor),
    }
    async with serving_control(path, commands, feed):
        yield path


async def test_who_follows_sees_a_group_close(control: Path) -> None:
    async with aclosing(follow(control)) as told, asyncio.timeout(5):
        first = (await anext(told))["floor"]["groups"]
        assert [(one["is_open"], one["switched"]) for one in first] == [(True, None), (True, None)]
        await ask(control, "group.switch", group="helpdesk", to="closed", by="maria")
        now = (await anext(told))["floor"]["groups"]
        assert [(one["is_open"], one["switched"]) for one in now] == [(False, "closed"), (True, None)]


async def test_what_was_switched_outlives_the_controller(store: Store, control: Path) -> None:
    await ask(control, "group.switch", group="service-manager", to="open", by="maria")
    await ask(control, "announcement.switch", name="heavy-load", on=True, by="paul")
    restarted = Switchboard(store.switches, lambda: SUNDAY)
    await restarted.load()
    assert restarted.switches.group("service-manager") == "open"
    assert restarted.switches.announcements["heavy-load"].by == "paul"
    told = [event.data for event in store.events.since(None, [Kind.GROUP_SWITCHED, Kind.ANNOUNCEMENT_SWITCHED])]
    assert told == [
        {"group": "service-manager", "to": "open", "by": "maria"},
        {"announcement": "heavy-load", "on": True, "by": "paul"},
    ]


async def test_a_caller_is_moved_by_whoever_carries_his_call(control: Path, distributor: Distributor) -> None:
    distributor.reach("agent11")
    place = distributor.join(QueueEntry("call-1", "helpdesk", MONDAY))
    await ask(control, "caller.move", call_id="call-1", group="service-manager", by="maria")
    async with asyncio.timeout(3):
        assert await place.moved() == Move("service-manager", "maria")


@pytest.mark.parametrize(
    ("call_id", "group", "code"),
    [
        ("call-1", "helpdesk", "not_now"),
        ("call-1", "service-manager", "not_now"),
        ("call-1", "service-manger", "unknown_group"),
        ("call-2", "helpdesk", "not_waiting"),
        ("dialled:1:callback-1", "service-manager", "not_waiting"),
    ],
)
async def test_who_cannot_be_moved_stays(
    control: Path, distributor: Distributor, call_id: str, group: str, code: str
) -> None:
    distributor.join(QueueEntry("call-1", "helpdesk", MONDAY))
    distributor.join(QueueEntry("dialled:1:callback-1", "helpdesk", MONDAY, callback=1))
    with pytest.raises(Refused) as refused:
        await ask(control, "caller.move", call_id=call_id, group=group)
    assert refused.value.code == code


def calls(at: datetime) -> Call:
    return Call("call-1", "1001", "5000", "en", at)


async def test_an_announcement_is_heard_between_greeting_and_question() -> None:
    caller = AnsweringConversation("0")
    desk = Desk(switches=FewSwitches(Switched(announcements=frozenset({"heavy-load", "of-another-dialplan"}))))
    await take_call(calls(MONDAY), caller, desk)
    assert caller.prompts[:3] == ["greeting", "announcement.heavy_load", "main.ask"]


async def test_a_group_that_is_closed_by_hand_takes_messages() -> None:
    caller = AnsweringConversation("0")
    decision = await take_call(calls(MONDAY), caller, Desk(switches=FewSwitches(Switched({"helpdesk": False}))))
    assert (decision, caller.prompts[-1]) == (LeaveMessage("helpdesk"), "queue.closed")


async def test_two_groups_that_send_callers_to_each_other_end_in_a_message() -> None:
    """Neither was closed by its calendar when the dialplan was checked."""
    desk = Desk(switches=FewSwitches(Switched({"helpdesk": False, "service-manager": False})))
    groups = {
        name: group.model_copy(update={"hours": "office", "after_hours": Action(queue=QueueAction(group=other))})
        for (name, group), other in zip(desk.dialplan.groups.items(), ("service-manager", "helpdesk"), strict=True)
    }
    desk.dialplan = replace(desk.dialplan, groups=groups)
    caller = AnsweringConversation("0")
    assert await take_call(calls(MONDAY), caller, desk) == LeaveMessage("helpdesk")
    assert caller.prompts.count("queue.closed") == 3
