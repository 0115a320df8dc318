"""A desk that slept while work went on: a closed laptop, a tab that the browser froze. # P-6: must show 3"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from cable import Cable, cable_to
from desk_house import House, a_house, come, new_name, state
from desk_scene import AGENT, Ringing
from playwright.sync_api import Page, expect

from tickets.store.ticket_edits import Edit
from tickets.ticket import Turn
from tickets.viewer.access import SESSION_COOKIE
from tickets.viewer.app import utc_now

CALLS_AN_HOUR = 60
TURNS_A_CALL = 10


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with a_house(tmp_path_factory.mktemp("desk")) as house:
        yield house


@pytest.fixture
def call(house: House) -> Iterator[Callable[..., Ringing]]:
    with house.calls() as begin:
        yield begin


@pytest.fixture
def cable(house: House) -> Iterator[Cable]:
    with cable_to(house.site.address) as cable:
        yield cable


@pytest.fixture
def desk(page: Page, house: House, cable: Cable) -> Page:
    house.sit_down(page, cable.address)
    return page


@contextmanager
def asleep(desk: Page, cable: Cable) -> Iterator[None]:
    """The computer: no script of the page runs, and the network has forgotten its connections."""
    debugger = desk.context.new_cdp_session(desk)
    debugger.send("Page.setWebLifecycleState", {"state": "frozen"})
    with cable.cut():
        yield
    debugger.send("Page.setWebLifecycleState", {"state": "active"})


def an_hour_passes(house: House) -> None:
    """Others work: more happens than is told one by one to who comes back."""
    tickets, before = house.site.store.tickets, house.site.store.events.last_id()
    began = utc_now() - timedelta(hours=1)
    for minute in range(CALLS_AN_HOUR):
        name, at = new_name("meanwhile"), began + timedelta(minutes=minute)
        number = tickets.open_for_call(name, name, f"+49302000{minute}", "5000", "en", at).number
        for turn in range(TURNS_A_CALL):
            tickets.record_turn(number, Turn("caller", f"it is number {turn}", at + timedelta(seconds=turn), 0.9))
        tickets.finish_call(number, at + timedelta(minutes=3))
        house.floor.does(lambda distributor: distributor.reach("agent2"))
        house.floor.does(lambda distributor: distributor.lose("agent2"))
    assert house.site.store.events.last_id() - before > 500


def test_a_desk_that_sleeps_for_an_hour_catches_up(
    desk: Page, house: House, cable: Cable, call: Callable[..., Ringing]
) -> None:
    rings = call()
    rings.answer()
    expect(state(desk)).to_have_text("Talking")
    desk.get_by_label("Note").fill("half a sent")
    tickets = house.site.store.tickets
    with asleep(desk, cable):
        an_hour_passes(house)
        tickets.record_turn(rings.number, Turn("caller", "he does not answer any more", utc_now(), 0.9))
        tickets.edit(rings.number, {"category": Edit("network", "hardware")}, "Taken over.", utc_now(), "otto")
        rings.hang_up()
        house.floor.does(lambda distributor: distributor.get_ready(AGENT))
        house.floor.does(lambda distributor: distributor.pause(AGENT, "lunch", "otto"))
    expect(state(desk)).to_have_text("Paused")
    expect(desk.locator("#trouble")).to_be_hidden()
    expect(desk.locator("#who")).to_contain_text("The call is over")
    expect(desk.locator("#said")).to_contain_text("he does not answer any more")
    expect(desk.locator("#notes")).to_contain_text("Taken over.")
    expect(desk.get_by_label("Category")).to_have_value("hardware")
    expect(desk.get_by_label("Note")).to_have_value("half a sent")
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator("#saved")).to_have_text("Saved")
    assert [event.data["text"] for event in house.events(rings.number, "noted")] == ["Taken over.", "half a sent"]
    desk.keyboard.press("Escape")
    desk.keyboard.press("r")
    expect(state(desk)).to_have_text("Ready")


def test_a_frozen_tab_shows_how_things_stand_once_it_thaws(
    desk: Page, house: House, call: Callable[..., Ringing]
) -> None:
    """The browser's stream goes on meanwhile: everything it tells waits for the tab."""
    debugger = desk.context.new_cdp_session(desk)
    rings = call()
    expect(desk.locator("#who h2")).to_contain_text("Anna Berg")
    debugger.send("Page.setWebLifecycleState", {"state": "frozen"})
    rings.answer()
    an_hour_passes(house)
    rings.hang_up()
    house.floor.does(lambda distributor: distributor.get_ready(AGENT))
    second = call("+4989123456")
    debugger.send("Page.setWebLifecycleState", {"state": "active"})
    expect(state(desk)).to_have_text("Ringing")
    expect(desk.locator("#who h2")).to_have_text("089 123456")
    expect(desk.locator("article")).to_have_attribute("data-ticket", second.number)


def test_a_login_that_ended_in_the_sleep_loses_nothing(
    desk: Page, house: House, cable: Cable, call: Callable[..., Ringing]
) -> None:
    rings = call()
    expect(desk.locator("#who h2")).to_contain_text("Anna Berg")
    desk.get_by_label("Note").fill("do not lose me")
    with asleep(desk, cable):
        rings.hang_up()
        for cookie in desk.context.cookies():
            if cookie["name"] == SESSION_COOKIE:
                house.site.store.accounts.end_session(cookie["value"])
    expect(desk.locator("#trouble")).to_contain_text("You are logged out")
    expect(desk.get_by_label("Note")).to_have_value("do not lose me")
    second = desk.context.new_page()
    come(second, cable.address)
    second.close()
    expect(desk.locator("#trouble")).to_be_hidden()
    expect(desk.locator("#who")).to_contain_text("The call is over")
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator("#saved")).to_have_text("Saved")
    (noted,) = house.events(rings.number, "noted")
    assert noted.data["text"] == "do not lose me"
