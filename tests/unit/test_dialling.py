"""Where the line may dial, how often, and what a restart forgets: nothing. # D6 P-5"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ari_app.outgoing.dialling import Dialling, NotAllowed, TooOften
from ari_app.settings import DiallingSettings
from tickets.people import Entry
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
ANNA = Entry(employee_number="10442", name="Anna Berg", mobile="+4915112345678", numbers=frozenset({"1044"}))


class Clock:
    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def go_on(self, minutes: float) -> None:
        self.time += timedelta(minutes=minutes)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", tmp_path))
    opened.people.import_rows((ANNA,), START, everyone=True)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def dialling(store: Store, clock: Clock) -> Dialling:
    settings = DiallingSettings(("+493023125*", "5*", "11*", "+49900*", "+4918051234567"), 3, 2)
    return Dialling(settings, True, "DE", store, clock, lambda: ("+441632960000",))


@pytest.mark.parametrize(
    ("number", "dialled"),
    [
        ("1044", "1044"),  # the directory
        ("0151 12345678", "+4915112345678"),
        ("+441632960000", "+441632960000"),  # a supplier
        ("030 23125201", "+493023125201"),  # a pattern
        ("5123", "5123"),
        ("+4918051234567", "+4918051234567"),  # costs extra, and stands there in full
    ],
)
async def test_what_is_allowed_is_dialled_as_it_is_kept(dialling: Dialling, number: str, dialled: str) -> None:
    assert await dialling.permit(number, "callback") == dialled
    assert dialling.endpoint(dialled) == f"PJSIP/{dialled}@trunk"


@pytest.mark.parametrize(
    "number",
    ["4711", "+493099999999", "112", "110", "+499001234567", "", "anonymous", "5&PJSIP/agent1", "5@10.0.0.1", "5,,g"],
)
async def test_everything_else_is_not(dialling: Dialling, store: Store, number: str) -> None:
    with pytest.raises(NotAllowed):
        await dialling.permit(number, "callback")
    assert list(store.events.since(None, ["number_dialled"])) == []


async def test_out_of_the_box_only_the_directory_is_and_without_a_trunk_nothing(dialling: Dialling) -> None:
    dialling.settings = DiallingSettings()
    assert await dialling.check("1044") == "1044"
    with pytest.raises(NotAllowed, match=r"dialling\.allow"):
        await dialling.check("5123")
    dialling.trunk = False
    with pytest.raises(NotAllowed, match=r"pbx\.trunk_contact"):
        await dialling.check("1044")


async def test_a_callback_is_promised_where_it_can_be_kept(dialling: Dialling) -> None:
    assert await dialling.may_call("1044")
    assert not await dialling.may_call("4711")
    await dialling.permit("1044", "callback")
    await dialling.permit("1044", "callback")
    assert await dialling.may_call("1044"), "later"
    dialling.trunk = False
    assert await dialling.may_call("4711"), "by hand"


async def test_a_number_is_dialled_twice_within_an_hour_and_asking_does_not_count(
    dialling: Dialling, clock: Clock
) -> None:
    await dialling.permit("1044", "callback")
    for _ in range(5):
        await dialling.check("1044")
    clock.go_on(10)
    await dialling.permit("1044", "call")
    with pytest.raises(TooOften, match="per_number_per_hour is 2") as refused:
        await dialling.permit("1044", "callback")
    assert refused.value.until == START + timedelta(hours=1)
    await dialling.permit("5123", "transfer")
    with pytest.raises(TooOften, match=r"dialling\.per_hour is 3"):
        await dialling.permit("5124", "transfer")
    clock.go_on(50)
    await dialling.permit("1044", "callback")


async def test_a_restart_gives_nobody_a_new_hour(dialling: Dialling, store: Store, clock: Clock) -> None:
    await dialling.permit("1044", "callback")
    clock.go_on(30)
    await dialling.permit("1044", "callback")
    again = Dialling(replace(dialling.settings), True, "DE", store, clock)
    await again.recall()
    with pytest.raises(TooOften):
        await again.permit("1044", "callback")
    clock.go_on(31)
    await again.permit("1044", "callback")
    assert [event.data["purpose"] for event in store.events.since(None, ["number_dialled"])] == ["callback"] * 3
