"""Requests to be called back, up to the dial: who is rung, who is not, and what a request waits for. # D6 001-2"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from fake_asterisk import NOW, FakeAsterisk, channel

from ari_app.acd.agents import AgentState
from ari_app.agents.registrations import Registrations
from ari_app.ari.events import ChannelDestroyed
from ari_app.distributor import Distributor
from ari_app.exchange import Exchange
from ari_app.outgoing.callbacks import Callbacks, cancel
from ari_app.outgoing.dialler import CallbackDialler
from ari_app.outgoing.dialling import Dialling
from ari_app.settings import DiallingSettings
from ari_app.switchboard import Switchboard
from dialplan.groups import Group
from dialplan.hours import Calendar
from tickets.callback import CallbackRecord
from tickets.events import Kind
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store
from tickets.ticket import Status

ANNA = "+493023125301"
HOURS = Calendar.model_validate({"zone": "UTC", "open": {"mon": ["08:00-16:00"]}})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(TicketsSettings(f"sqlite:///{tmp_path}/hotline.db"))
    yield store
    store.close()


class Scene:
    """A desk with anna and ben, who are not there yet, on a Monday at noon."""

    def __init__(self, store: Store, **group: object) -> None:
        self.store = store
        self.time: datetime = NOW
        desk = {"name": {"en": "Desk"}, "agents": ["anna", "ben"], "ring_s": 5, "wrap_up_s": 0, **group}
        groups = {"desk": Group.model_validate(desk)}
        dialplan = SimpleNamespace(groups=groups, calendars={"office": HOURS}, group_of=lambda _: "desk", agents={})
        self.asterisk = FakeAsterisk()
        self.distributor = Distributor(groups, self.now)
        self.dialling = Dialling(DiallingSettings((ANNA,), per_number_per_hour=1), True, "DE", store, self.now)
        served = asyncio.Event()
        served.set()
        self.exchange = cast(
            Exchange,
            SimpleNamespace(
                client=self.asterisk.client,
                editions=SimpleNamespace(current=SimpleNamespace(dialplan=dialplan)),
                distributor=self.distributor,
                dialling=self.dialling,
                registrations=Registrations(),
                switchboard=Switchboard(store.switches, self.now),
                callbacks=Callbacks(store, self.now),
                store=store,
                now=self.now,
                queue_is_served=served,
            ),
        )
        self.serving = asyncio.create_task(CallbackDialler(self.exchange).serve())

    def now(self) -> datetime:
        return self.time

    def ask(self, number: str = ANNA) -> CallbackRecord:
        ticket = self.store.tickets.open_for_call(f"call-{number}", "sip", number, "5000", "en", NOW)
        asked = self.store.callbacks.request(ticket.number, number, "desk", NOW - timedelta(minutes=3))
        self.exchange.callbacks.changed.set()
        return asked

    def state(self, of: CallbackRecord) -> str:
        record = self.store.callbacks.get(of.id)
        assert record is not None
        return record.state

    def why(self, of: CallbackRecord) -> str:
        """The reason that was told last."""
        reasons = (event.data.get("reason") for event in reversed(self.store.events.of_ticket(of.ticket)))
        return next(str(reason) for reason in reasons if reason is not None)

    async def until(self, is_true: Callable[[], object]) -> None:
        async with asyncio.timeout(30):
            while not is_true():  # noqa: ASYNC110  (in a thread, maybe)
                await asyncio.sleep(0.01)

    def waiting(self) -> list[int | None]:
        return [entry.callback for entry in self.distributor.floor.waiting()]

    async def close(self) -> None:
        self.serving.cancel()
        await asyncio.gather(self.serving, return_exceptions=True)
        self.distributor.close()


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    scene = Scene(store)
    yield scene
    await scene.close()


async def test_an_agent_who_does_not_answer_is_followed_by_the_next_and_nobody_is_dialled(scene: Scene) -> None:
    asked = scene.ask()
    await scene.until(lambda: scene.waiting() == [asked.id])
    scene.distributor.reach("anna")
    scene.distributor.reach("ben")
    await scene.until(lambda: scene.asterisk.did("channels.originate"))
    (ringing,) = scene.asterisk.did("channels.originate")
    assert (ringing["endpoint"], ringing["callerId"], ringing["timeout"]) == ("PJSIP/anna", ANNA, 5)
    id = ringing["channelId"]
    scene.asterisk.tell(id, ChannelDestroyed(timestamp=NOW, channel=channel(id), cause=19, cause_txt=""))
    await scene.until(lambda: len(scene.asterisk.did("channels.originate")) == 2)
    assert [one["endpoint"] for one in scene.asterisk.did("channels.originate")] == ["PJSIP/anna", "PJSIP/ben"]
    assert scene.waiting() == [asked.id]
    assert (scene.state(asked), scene.store.callbacks.open()) == ("waiting", [asked])


async def test_a_number_that_may_not_be_dialled_is_given_up_before_anybody_is_rung(scene: Scene) -> None:
    asked = scene.ask("+493099999999")
    scene.distributor.reach("anna")
    await scene.until(lambda: scene.state(asked) == "failed")
    assert "dialling.allow" in scene.why(asked)
    assert scene.store.tickets.get(asked.ticket).status is Status.OPEN
    await scene.until(lambda: scene.distributor.floor.agents["anna"].state is AgentState.READY)
    assert (scene.waiting(), scene.asterisk.did("channels.originate")) == ([], [])


async def test_a_number_that_was_dialled_too_often_waits_for_its_hour(scene: Scene) -> None:
    await scene.dialling.permit(ANNA, "call")
    asked = scene.ask()
    scene.distributor.reach("anna")
    await scene.until(lambda: scene.store.callbacks.open()[0].not_before == NOW + timedelta(hours=1))
    await scene.until(lambda: scene.waiting() == [])
    assert (scene.state(asked), scene.store.callbacks.open()[0].tries) == ("waiting", 0)


async def test_whose_ticket_was_solved_meanwhile_is_not_called(scene: Scene) -> None:
    asked = scene.ask()
    await scene.until(lambda: scene.waiting() == [asked.id])
    scene.store.tickets.set_status(asked.ticket, Status.SOLVED, NOW, "ben")
    scene.distributor.reach("anna")
    await scene.until(lambda: scene.state(asked) == "cancelled")
    assert scene.store.tickets.get(asked.ticket).status is Status.SOLVED
    assert scene.asterisk.did("channels.originate") == []


async def test_who_cancels_leaves_the_queue(scene: Scene) -> None:
    asked = scene.ask()
    await scene.until(lambda: scene.waiting() == [asked.id])
    assert cancel(scene.store, asked, "anna", NOW)
    scene.exchange.callbacks.changed.set()
    await scene.until(lambda: scene.waiting() == [])


async def test_outside_the_hours_a_request_has_no_place(store: Store) -> None:
    scene = Scene(store, callback={"hours": "office"})
    scene.time = NOW + timedelta(hours=5)
    asked = scene.ask()
    scene.distributor.reach("anna")
    for _ in range(20):
        await asyncio.sleep(0)
    assert (scene.waiting(), scene.state(asked)) == ([], "waiting")
    await scene.close()


# P-5
async def test_a_group_that_is_closed_by_hand_calls_nobody_back(store: Store) -> None:
    scene = Scene(store)
    await scene.exchange.switchboard.switch_group("desk", "closed", "maria")
    scene.ask()
    for _ in range(20):
        await asyncio.sleep(0.01)
    assert scene.waiting() == []
    await scene.close()


async def test_a_group_that_is_opened_by_hand_calls_back_whatever_its_calendar_says(store: Store) -> None:
    scene = Scene(store, hours="office")
    scene.time = NOW + timedelta(hours=5)
    await scene.exchange.switchboard.switch_group("desk", "open", "maria")
    asked = scene.ask()
    await scene.until(lambda: scene.waiting() == [asked.id])
    await scene.close()


async def test_a_dial_that_a_restart_cut_off_is_a_try_and_the_next_comes_after_the_pause(store: Store) -> None:
    before = Scene(store)
    asked = before.ask()
    await before.close()
    cut_off = replace(asked, state="dialling", tries=1, agent="anna")
    assert store.callbacks.change(asked, cut_off, Kind.CALLBACK_DIALLED, {}, NOW, Status.IN_PROGRESS)
    scene = Scene(store, callback={"again_after_min": 7})
    scene.distributor.reach("anna")
    await scene.until(lambda: scene.state(asked) == "waiting")
    (again,) = store.callbacks.open()
    assert (again.tries, again.not_before) == (1, NOW + timedelta(minutes=7))
    assert (scene.waiting(), scene.asterisk.did("channels.originate")) == ([], [])
    assert scene.why(asked) == "restart"
    await scene.close()
