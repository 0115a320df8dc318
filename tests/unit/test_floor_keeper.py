"""What happens on the floor is in the database a moment later, and nobody waits for that."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.event import listen

from ari_app.acd.agents import AgentState
from ari_app.acd.queue import Offer, QueueEntry
from ari_app.acd_store import agent_of, entry_of
from ari_app.distributor import Distributor
from ari_app.floor_keeper import FloorKeeper
from ari_app.putting_back import put_agents_back
from dialplan.groups import Group
from tickets.events import Kind
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store

DESK = {"desk": Group.model_validate({"name": {"en": "Desk"}, "agents": ["anna", "ben"], "ring_s": 5, "wrap_up_s": 30})}
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Hours:
    """A clock that is set by hand, and goes on by a millisecond whenever it is looked at."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        self.pass_s(0.001)
        return self.at

    def pass_s(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hotline.db"


@pytest.fixture
def store(file: Path) -> Iterator[Store]:
    store = open_store(TicketsSettings(f"sqlite:///{file}", busy_timeout_s=0.2))
    yield store
    store.close()


@pytest.fixture
async def keeper(store: Store, hours: Hours) -> AsyncIterator[FloorKeeper]:
    async with FloorKeeper(store.floor, hours) as keeper:
        yield keeper


@pytest.fixture
def distributor(keeper: FloorKeeper, hours: Hours) -> Iterator[Distributor]:
    distributor = Distributor(DESK, hours)
    distributor.watch(keeper.note)
    yield distributor
    distributor.close()


async def settled(keeper: FloorKeeper) -> None:
    await asyncio.wait_for(keeper.settled(), 30)


def told(store: Store, agent: str) -> list[str]:
    events = store.events.since(None, [Kind.AGENT_CHANGED])
    return [str(event.data["why"]) for event in events if event.data["agent"] == agent]


# P-4
async def test_the_day_of_an_agent_is_on_the_log(
    store: Store, keeper: FloorKeeper, distributor: Distributor, hours: Hours
) -> None:
    distributor.lose("anna")  # as it is found at a start: nothing to tell
    distributor.reach("anna")
    distributor.join(QueueEntry("call-1", "desk", NOON))
    distributor.answer(Offer("call-1", "anna"))
    distributor.hold("anna")
    distributor.unhold("anna")
    distributor.pause("anna", "lunch")
    distributor.hang_up("anna")
    hours.pass_s(31)
    distributor.change(distributor.floor)
    distributor.get_ready("anna")
    distributor.join(QueueEntry("call-2", "desk", NOON))
    distributor.refuse(Offer("call-2", "anna"))
    hours.pass_s(6)
    distributor.change(distributor.floor)
    distributor.lose("anna")
    distributor.refuse(Offer("call-2", "anna"), is_missed=False)
    distributor.log_out("anna")
    await settled(keeper)
    assert told(store, "anna") == [
        *("registered", "offered", "answered", "held", "unheld", "paused", "hung_up", "wrapped_up", "ready"),
        *("offered", "missed", "rested", "offered", "unregistered", "not_reached", "logged_out"),
    ]


async def test_an_event_says_how_the_agent_stands(store: Store, keeper: FloorKeeper, distributor: Distributor) -> None:
    distributor.reach("anna")
    distributor.resume_talk("anna", "call-1", "desk")
    distributor.miss_sound("anna")
    distributor.pause("anna", "lunch")
    distributor.hear("anna")
    await settled(keeper)
    (silent,) = store.events.since(None, [Kind.AGENT_SILENT])
    assert silent.data == {"agent": "anna", "call": "call-1"}
    *_, heard = store.events.since(None, [Kind.AGENT_CHANGED])
    assert heard.data == {
        "agent": "anna",
        "why": "heard",
        "state": "talking",
        "pause": "lunch",
        "is_logged_in": True,
        "is_reachable": True,
        "call": "call-1",
        "group": "desk",
        "by": None,
    }


# P-5 P-7: for the audit log
async def test_who_did_it_is_told_where_somebody_did(
    keeper: FloorKeeper, distributor: Distributor, store: Store
) -> None:
    distributor.reach("anna")
    distributor.pause("anna", "lunch", by="telephone anna")
    distributor.join(QueueEntry("call-1", "desk", NOON))
    distributor.get_ready("anna", by="maria")  # and he is rung at once, which is nobody's doing
    distributor.refuse(Offer("call-1", "anna"))
    distributor.log_out("anna", by="maria")
    await settled(keeper)
    events = store.events.since(None, [Kind.AGENT_CHANGED])
    assert [(event.data["why"], event.data["by"]) for event in events] == [
        ("registered", None),
        ("paused", "telephone anna"),
        ("ready", "maria"),
        ("offered", None),
        ("missed", None),
        ("logged_out", "maria"),
    ]


# 000-24 001-16
async def test_after_a_restart_the_floor_is_as_it_was_and_only_then_somebody_is_rung(
    store: Store, keeper: FloorKeeper, distributor: Distributor, hours: Hours
) -> None:
    for agent in ("anna", "ben"):
        distributor.reach(agent)
    for number in range(30):  # two of them ring, 28 wait
        distributor.join(QueueEntry(f"call-{number}", "desk", NOON + timedelta(milliseconds=number), number % 3))
    distributor.answer(Offer("call-0", "anna"))
    distributor.pause("anna", "lunch")
    distributor.hang_up("anna")
    await settled(keeper)
    before = distributor.floor
    assert before.agents["ben"].state is AgentState.RINGING

    saved = store.floor.load()
    restarted = Distributor(DESK, hours)
    restarted.restore(map(agent_of, saved.agents))
    assert restarted.floor.agents == before.agents
    restarted.watch(keeper.note)
    put_agents_back(restarted, [], ())
    assert restarted.floor.agents["ben"].is_available
    restarted.lose("ben")
    restarted.rejoin(map(entry_of, reversed(saved.entries)))
    assert [entry.call_id for entry in restarted.floor.waiting()] == [entry.call_id for entry in before.waiting()]
    restarted.reach("ben")
    (ringing,) = (entry for entry in restarted.floor.entries.values() if entry.offered_to is not None)
    assert (ringing, ringing.offered_to) == (restarted.floor.waiting()[0], "ben")
    place = restarted.join(QueueEntry(ringing.call_id, "desk", hours()))
    assert await asyncio.wait_for(place.next_offer(), 30) == Offer(ringing.call_id, "ben")
    restarted.close()
    await settled(keeper)
    assert told(store, "ben") == ["registered", "offered", "released", "unregistered", "registered", "offered"]


async def test_nobody_is_rung_for_one_who_does_not_come_for_his_place(hours: Hours) -> None:
    """Nor does anybody wait longer because the clock was set back meanwhile."""
    distributor = Distributor(DESK, hours)
    distributor.reach("anna")
    distributor.rejoin([QueueEntry("lost", "desk", NOON), QueueEntry("came", "desk", NOON + timedelta(hours=1))])
    place = distributor.join(QueueEntry("came", "desk", NOON))
    distributor.give_up("came")
    distributor.give_up("lost")
    assert list(distributor.floor.entries) == ["came"]
    assert await asyncio.wait_for(place.next_offer(), 30) == Offer("came", "anna")
    distributor.close()


# 000-24
async def test_a_locked_database_delays_no_offer_and_loses_no_event(
    store: Store, keeper: FloorKeeper, distributor: Distributor, file: Path
) -> None:
    loop = asyncio.get_running_loop()
    with closing(sqlite3.connect(file)) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        distributor.reach("anna")
        delays = []
        for number in range(5):
            began = loop.time()
            place = distributor.join(QueueEntry(f"call-{number}", "desk", NOON))
            assert await place.next_offer() == Offer(f"call-{number}", "anna")
            delays.append(loop.time() - began)
            if number < 4:
                distributor.leave(place)
        assert min(delays) < 0.1, delays  # the machine may stall for a moment; a lock would hold up all of them
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(keeper.settled(), 0.5)  # it has tried in vain by now
        distributor.answer(Offer("call-4", "anna"))
        somebody.rollback()
    await settled(keeper)
    assert told(store, "anna") == ["registered", *["offered", "released"] * 4, "offered", "answered"]
    saved = store.floor.load()
    assert ([agent.state for agent in saved.agents], saved.entries) == (["talking"], ())


async def test_a_thousand_changes_are_few_transactions(
    store: Store, keeper: FloorKeeper, distributor: Distributor
) -> None:
    transactions: list[object] = []
    listen(store.database.engine, "commit", transactions.append)
    distributor.reach("anna")
    for number in range(500):
        distributor.pause("anna", f"reason {number}")
        distributor.get_ready("anna")
    await settled(keeper)
    assert 0 < len(transactions) < 20
    assert len(told(store, "anna")) == 1001
    assert store.floor.load().agents[0].pause is None


async def test_the_last_change_is_written_before_the_end(store: Store, hours: Hours) -> None:
    distributor = Distributor(DESK, hours)
    async with FloorKeeper(store.floor, hours) as keeper:
        distributor.watch(keeper.note)
        distributor.reach("anna")
        distributor.close()
        distributor.log_out("anna")  # as when calls are let go of: nobody is told of it any more
    assert told(store, "anna") == ["registered"]
    assert [agent.is_logged_in for agent in store.floor.load().agents] == [True]


# P-5
async def test_what_changes_nobodys_state_is_told_too(store: Store, keeper: FloorKeeper) -> None:
    keeper.tell(Kind.TELEPHONE_REPLACED, {"agent": "anna", "old": "sip:1", "new": "sip:2"})
    await settled(keeper)
    (event,) = store.events.since(None, [Kind.TELEPHONE_REPLACED])
    assert (event.call_id, event.data["new"]) == (None, "sip:2")
