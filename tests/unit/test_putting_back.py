"""After a restart: who talks talks, who waits waits where he did, and the log has no gap."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ari_app.acd.agents import Agent, AgentState
from ari_app.acd.queue import QueueEntry
from ari_app.acd_store import entry_record_of
from ari_app.ari.events import Channel, DialplanPlace, Party
from ari_app.ari.fanout import Fanout
from ari_app.distributor import Distributor
from ari_app.legs import AgentLeg
from ari_app.putting_back import complete_log, entries_of, put_agents_back
from ari_app.recovery import Recovered
from ari_app.standing import Standing, standing_of
from dialplan.groups import Group
from ivr.decision import EnterQueue
from ivr.record import TicketRecord
from tickets.events import Kind
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DESK = {
    "desk": Group.model_validate(
        {"name": {"en": "Desk"}, "agents": ["anna", "ben", "carl"], "ring_s": 5, "wrap_up_s": 30}
    )
}
QUEUED = EnterQueue("desk", "asked", 2, {"network": 2}, "ben", 2)
WAITS = Standing((), QUEUED, waiting_since=NOON)


@pytest.fixture
async def distributor() -> AsyncIterator[Distributor]:
    distributor = Distributor(DESK, lambda: NOON)
    yield distributor
    distributor.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(TicketsSettings(f"sqlite:///{tmp_path}/hotline.db"))
    yield store
    store.close()


def found(id: str, standing: Standing, agent: str | None = None) -> Recovered:
    """A caller whom Asterisk holds; `agent` is connected with him."""
    party, fanout = Party("", "+4930"), Fanout(10)
    channel = Channel(id, f"PJSIP/{id}", "Up", party, party, DialplanPlace("from-trunk", "5000", 1), NOON, "en")
    legs = (AgentLeg(f"agent:{agent}:{id}:1", agent, fanout.follow("leg")),) if agent is not None else ()
    return Recovered(channel, fanout.follow(id), standing, legs)


def talking(name: str, call_id: str, state: AgentState = AgentState.TALKING) -> Agent:
    return Agent(name, state, NOON, is_reachable=True, calls=3, call_id=call_id, group="desk")


# 000-24
async def test_who_talks_talks_and_whose_call_has_ended_wraps_up(distributor: Distributor) -> None:
    on_hold, elsewhere = talking("anna", "one", AgentState.HOLD), talking("carl", "three")
    distributor.restore([on_hold, talking("ben", "two"), elsewhere, talking("dora", "four", AgentState.RINGING)])
    put_agents_back(distributor, [found("one", WAITS, "anna"), found("two", WAITS)], {"three"})
    agents = distributor.floor.agents
    assert (agents["anna"], agents["carl"]) == (on_hold, elsewhere)
    assert (agents["dora"].state, agents["dora"].call_id) == (AgentState.READY, None)
    assert (agents["ben"].state, agents["ben"].until) == (AgentState.WRAP_UP, NOON + timedelta(seconds=30))


# 000-24
async def test_who_is_found_talking_though_nobody_wrote_it_down_talks(distributor: Distributor) -> None:
    distributor.restore([Agent("anna", AgentState.READY, NOON, is_reachable=True)])
    put_agents_back(distributor, [found("one", WAITS, "anna")], ())
    anna = distributor.floor.agents["anna"]
    assert (anna.state, anna.call_id, anna.group) == (AgentState.TALKING, "one", "desk")


# 000-24 001-16
async def test_who_waits_waits_as_he_was_kept_or_else_as_his_call_has_it(distributor: Distributor) -> None:
    kept = QueueEntry("one", "desk", NOON, priority=9, wants="carl")
    callback = QueueEntry("dialled:1", "desk", NOON, callback=7)
    moved = QueueEntry("two", "field", NOON)
    gone = QueueEntry("gone", "desk", NOON)
    saved = [entry_record_of(entry) for entry in (kept, callback, moved, gone)]
    calls = [
        found("one", WAITS),
        found("two", WAITS),
        found("talks", WAITS, "anna"),
        found("in the menu", Standing(())),
        found("no such group", Standing((), EnterQueue("field", "asked"), waiting_since=NOON)),
    ]
    as_decided = QueueEntry("two", "desk", NOON, 2, {"network": 2}, "ben", 2)
    assert list(entries_of(distributor, calls, saved)) == [kept, as_decided, callback]


@pytest.fixture
def record(store: Store) -> TicketRecord:
    ticket = store.tickets.open_for_call("one", "sip", "+4930", "5000", "en", NOON)
    return TicketRecord(store, ticket.number, lambda: NOON + timedelta(minutes=1), "en")


async def story(store: Store, record: TicketRecord, agent: str | None = None) -> tuple[Standing, list[str]]:
    """What is added to the log, and how the call stands then."""
    before = store.events.of_call("one")
    standing = await complete_log(record, found("one", standing_of(before), agent))
    await record.settled()
    after = store.events.of_call("one")
    assert standing == standing_of(after)
    return standing, [event.kind for event in after[len(before) :] if event.kind != Kind.STATUS_CHANGED]


# 000-24 D9
async def test_an_offer_that_our_end_cut_off_came_to_nothing(store: Store, record: TicketRecord) -> None:
    await record.decided(QUEUED)
    await record.offered("anna")
    assert (await story(store, record))[1] == [Kind.QUEUE_REFUSED]
    assert (await story(store, record))[1] == []


# 000-24 D9
async def test_an_offer_that_was_answered_is_not_refused(store: Store, record: TicketRecord) -> None:
    await record.decided(QUEUED)
    await record.offered("anna")
    before = store.events.of_call("one")
    await complete_log(record, found("one", standing_of(before), "anna"))
    await record.settled()
    assert store.events.of_call("one") == before


# 000-24 D9
async def test_a_place_that_was_decided_and_not_told_is_taken_now(store: Store, record: TicketRecord) -> None:
    store.tickets.decide(record.number, QUEUED.kind, {"group": "desk", "reason": "asked"}, NOON)
    standing, told = await story(store, record)
    assert told == [Kind.QUEUE_ENTERED]
    assert (standing.is_waiting, standing.waiting_since) == (True, NOON + timedelta(minutes=1))
