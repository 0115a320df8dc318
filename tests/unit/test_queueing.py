"""A caller in the queue of a real floor and a real store: what he chooses there, and how he leaves it. # P-4"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest
from desk import CALL, NINE, AnsweringConversation, Desk, FewTickets

from ari_app.ari.fanout import Subscription
from ari_app.distributor import Distributor, Move
from ari_app.exchange import Exchange
from ari_app.legs import AgentLeg, CallerLeg
from ari_app.queueing import Queued
from dialplan.groups import Group
from ivr.conversation import CallerHungUp, Expecting, Heard, Prompt
from ivr.decision import BackToMenu, Decision, EnterQueue, LeaveMessage, RequestCallback
from ivr.record import TicketRecord, open_record
from tickets.events import Event, Kind
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store

GROUP = Group.model_validate({"name": {"en": "Help desk"}, "agents": ["anna", "ben"], "wrap_up_s": 0})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", tmp_path))
    yield opened
    opened.close()


@dataclass(frozen=True)
class Floor:
    """What of the exchange a queue needs where nobody is rung."""

    distributor: Distributor = field(default_factory=lambda: Distributor({"helpdesk": GROUP}, lambda: NINE, 0.1))

    def now(self) -> Any:
        return NINE

    def queued(self, record: TicketRecord, caller: AnsweringConversation, desk: Desk | None = None) -> Queued:
        leg = CallerLeg(CALL.id, cast(Subscription, None))
        exchange = cast(Exchange, self)
        return Queued(exchange, CALL, record, leg, caller, desk or Desk(), EnterQueue("helpdesk", "asked", 5), NINE, ())

    def busy(self) -> "Floor":
        """Anna is there, and talks."""
        self.distributor.reach("anna")
        self.distributor.resume_talk("anna", "another", "helpdesk")
        return self


@pytest.fixture
async def record(store: Store) -> TicketRecord:
    opened = await open_record(store, CALL, CALL.id, lambda: NINE)
    await opened.decided(EnterQueue("helpdesk", "asked", 5))
    return opened


async def happened(record: TicketRecord) -> list[Event]:
    """In the queue, since he entered it."""
    await record.settled()
    events = [event for event in record.store.events.of_ticket(record.number) if event.kind.startswith("queue_")]
    assert events[0].kind == Kind.QUEUE_ENTERED
    return events[1:]


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        (["1", "yes"], RequestCallback("helpdesk", "1001", 5, NINE)),
        (["2"], LeaveMessage("helpdesk")),
        (["3"], BackToMenu()),
    ],
)
async def test_who_chooses_something_else_leaves_the_queue(
    record: TicketRecord, given: list[str], chosen: Decision
) -> None:
    floor = Floor().busy()
    assert await floor.queued(record, AnsweringConversation(*given)).wait() == chosen
    assert floor.distributor.floor.entries == {}
    (left,) = await happened(record)
    assert (left.kind, left.data) == (Kind.QUEUE_LEFT, {"reason": chosen.kind})


async def test_where_nobody_is_at_work_nobody_waits(record: TicketRecord) -> None:
    caller = AnsweringConversation()
    assert await Floor().queued(record, caller).wait() is None
    assert caller.prompts == []
    assert [event.data for event in await happened(record)] == [{"reason": "nobody"}]


async def test_when_all_have_gone_the_wait_is_over(record: TicketRecord) -> None:
    floor = Floor().busy()
    waiting = asyncio.create_task(floor.queued(record, Patient()).wait())
    await asyncio.sleep(0)
    floor.distributor.lose("anna")
    assert await asyncio.wait_for(waiting, 30) is None


class Patient(AnsweringConversation):
    """He listens to the music until the wait is over, or he is gone."""

    def __init__(self) -> None:
        super().__init__()
        self.is_listening = asyncio.Event()
        self.gone = asyncio.Event()

    async def wait(self, parts: tuple[Prompt, ...], expecting: Expecting) -> Heard:
        self.prompts += [part.key for part in parts]
        self.is_listening.set()
        while True:
            self.go_on()
            if self.gone.is_set():
                raise CallerHungUp
            await asyncio.sleep(0.01)


async def test_who_hangs_up_while_he_waits_has_abandoned_it(record: TicketRecord) -> None:
    floor, caller = Floor().busy(), Patient()
    queued = floor.queued(record, caller)
    waiting = asyncio.create_task(queued.wait())
    await caller.is_listening.wait()
    assert list(floor.distributor.floor.entries) == [CALL.id]
    queued.caller.gone.set()
    caller.gone.set()
    with pytest.raises(CallerHungUp):
        await asyncio.wait_for(waiting, 30)
    assert floor.distributor.floor.entries == {}
    assert [event.kind for event in await happened(record)] == [Kind.QUEUE_ABANDONED]


# P-5
async def test_who_is_moved_waits_elsewhere_in_his_old_place(record: TicketRecord) -> None:
    floor, caller = Floor().busy(), Patient()
    waiting = asyncio.create_task(floor.queued(record, caller).wait())
    await caller.is_listening.wait()
    floor.distributor.move(CALL.id, Move("network", "maria"))
    assert await asyncio.wait_for(waiting, 30) == EnterQueue("network", "moved", 5)
    assert floor.distributor.floor.entries == {}
    (entered,) = await happened(record)
    assert (entered.data["group"], entered.data["since"]) == ("network", NINE.isoformat())
    (moved,) = (event for event in record.store.events.of_ticket(record.number) if event.kind == Kind.CALLER_MOVED)
    assert moved.data == {"from": "helpdesk", "to": "network", "by": "maria"}


async def test_who_hangs_up_in_the_goodbye_is_called_back_all_the_same(record: TicketRecord) -> None:  # 001-2
    class Hasty(AnsweringConversation):
        async def say(self, prompt: Prompt) -> None:
            assert prompt.key == "waiting.promised"
            queued.caller.gone.set()
            await asyncio.sleep(0.05)  # the end of the call is known before that of the sound
            raise CallerHungUp

    queued = Floor().busy().queued(record, Hasty("1", "yes"))
    assert isinstance(await queued.wait(), RequestCallback)
    assert [event.kind for event in await happened(record)] == [Kind.QUEUE_LEFT]


async def test_when_nothing_can_be_told_he_hears_music_and_keeps_his_place(record: TicketRecord) -> None:
    class Dumb(Patient):
        async def wait(self, parts: tuple[Prompt, ...], expecting: Expecting) -> Heard:
            if parts:
                raise ValueError("no voice")
            return await super().wait(parts, expecting)

    floor, caller = Floor().busy(), Dumb()
    waiting = asyncio.create_task(floor.queued(record, caller).wait())
    await caller.is_listening.wait()
    assert list(floor.distributor.floor.entries) == [CALL.id]
    floor.distributor.lose("anna")
    assert await asyncio.wait_for(waiting, 30) is None


@dataclass(frozen=True, slots=True)
class Answering(Queued):
    """An agent answers while the caller makes up his mind."""

    async def _ring(self, place: Any, offer: Any) -> AgentLeg | None:
        self.exchange.distributor.answer(offer)
        return AgentLeg("leg", offer.agent, cast(Subscription, None))


async def test_he_rather_gets_the_agent_whom_he_knows(record: TicketRecord) -> None:  # 002-8
    floor, caller = Floor(), Patient()
    for agent in ("anna", "ben"):
        floor.distributor.reach(agent)
    queued = floor.queued(record, caller, replace(Desk(), tickets=FewTickets(agent="ben")))
    fields = (getattr(queued, name) for name in Queued.__dataclass_fields__)
    leg = await asyncio.wait_for(Answering(*fields).wait(), 30)
    assert isinstance(leg, AgentLeg)
    assert leg.agent == "ben"  # anna has been idle for longer


async def test_whom_an_agent_is_rung_for_is_told_so(record: TicketRecord) -> None:
    floor, caller = Floor(), Patient()
    floor.distributor.reach("anna")

    @dataclass(frozen=True, slots=True)
    class Silent(Queued):
        """The telephone rings and rings."""

        async def _ring(self, place: Any, offer: Any) -> AgentLeg | None:
            await asyncio.Event().wait()
            return None

    queued = floor.queued(record, caller)
    waiting = asyncio.create_task(Silent(*(getattr(queued, name) for name in Queued.__dataclass_fields__)).wait())
    await caller.is_listening.wait()
    assert caller.prompts == ["waiting.ringing"]
    queued.caller.gone.set()
    caller.gone.set()
    with pytest.raises(CallerHungUp):
        await asyncio.wait_for(waiting, 30)
