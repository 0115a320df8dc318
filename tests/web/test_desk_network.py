"""The desk when its network goes: what it says, what it keeps, and how it catches up. # P-6: must show 5"""

from collections.abc import Callable, Iterator

import pytest
from cable import Cable, cable_to
from desk_house import House, a_house, come, state
from desk_scene import Ringing
from playwright.sync_api import Browser, Page, expect

from tickets.store.ticket_edits import Edit
from tickets.ticket import Turn
from tickets.viewer.app import utc_now


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
    """At the far end of the cable."""
    house.sit_down(page, cable.address)
    return page


def types(desk: Page) -> None:
    desk.get_by_label("Note").fill("Gateway restarted; he tr")
    desk.get_by_label("Subject").fill("VPN, Berlin")


def still_holds_what_was_typed(desk: Page) -> None:
    expect(desk.get_by_label("Note")).to_have_value("Gateway restarted; he tr")
    expect(desk.get_by_label("Subject")).to_have_value("VPN, Berlin")


def saves(desk: Page, house: House, number: str) -> None:
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator("#saved")).to_have_text("Saved")
    expect(desk.locator("#notes li")).to_have_count(1)
    (noted,) = house.events(number, "noted")
    assert noted.data["text"] == "Gateway restarted; he tr"
    assert house.site.store.tickets.get(number).subject == "VPN, Berlin"


def tells_all_desks(browser: Browser, house: House, text: str) -> None:
    context = browser.new_context()
    monitor = context.new_page()
    come(monitor, house.site.address, "otto")
    monitor.goto(f"{house.site.address}/monitor")
    monitor.locator("#message [name=text]").fill(text)
    monitor.locator("#message button").click()
    expect(monitor.locator("#message .outcome")).not_to_be_empty()
    context.close()


def test_the_network_is_pulled_during_a_call(
    desk: Page, house: House, cable: Cable, call: Callable[..., Ringing], browser: Browser
) -> None:
    rings = call()
    rings.answer()
    expect(state(desk)).to_have_text("Talking")
    types(desk)
    tickets = house.site.store.tickets
    with cable.cut():
        desk.context.set_offline(True)
        expect(desk.locator("#trouble")).to_contain_text("The connection to the line is lost")
        hold = desk.get_by_role("button", name="Hold")
        expect(hold).to_be_disabled()
        expect(hold).to_have_attribute("title", "Not possible now")
        desk.locator("h1").click(force=True)
        desk.keyboard.press("h")
        expect(desk.locator("#pressed")).to_have_text("Not possible now")
        desk.get_by_role("button", name="Save").click()
        expect(desk.locator("#told")).to_contain_text("It was not done: the line does not answer")
        still_holds_what_was_typed(desk)

        tickets.record_turn(rings.number, Turn("caller", "now it works again", utc_now(), 0.9))
        tickets.edit(rings.number, {"category": Edit("network", "hardware")}, "", utc_now(), "otto")
        tells_all_desks(browser, house, "The lift is out of order.")
        rings.hang_up()
        expect(state(desk)).to_have_text("Talking")
    desk.context.set_offline(False)
    expect(desk.locator("#trouble")).to_be_hidden()
    expect(state(desk)).to_have_text("Wrap-up")
    expect(desk.locator("#who")).to_contain_text("The call is over")
    expect(desk.locator("#said")).to_contain_text("now it works again")
    expect(desk.get_by_label("Category")).to_have_value("hardware")
    expect(desk.locator("#messages")).to_contain_text("The lift is out of order.")
    still_holds_what_was_typed(desk)
    saves(desk, house, rings.number)
    desk.keyboard.press("Escape")
    desk.keyboard.press("r")
    expect(state(desk)).to_have_text("Ready")


def test_a_network_that_swallows_everything(
    desk: Page, house: House, cable: Cable, call: Callable[..., Ringing]
) -> None:
    """Nobody is told, and what was sent arrives late: what is then sent again is not there twice."""
    rings = call()
    rings.answer()
    expect(state(desk)).to_have_text("Talking")
    types(desk)
    with cable.pulled():
        desk.get_by_role("button", name="Save").click()
        expect(desk.locator("#saved")).to_have_text("Saving …")
        expect(desk.locator("#told")).to_contain_text("whether it was done is not known")
        expect(desk.locator("#saved")).to_be_empty()
        still_holds_what_was_typed(desk)
    saves(desk, house, rings.number)
    rings.hang_up()
    expect(state(desk)).to_have_text("Wrap-up")
