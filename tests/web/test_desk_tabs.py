"""Two tabs of one browser on the desk: one call, one telephone, two pages. # P-6: must show 5"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from desk_house import House, a_house, state
from desk_scene import AGENT, Ringing
from playwright.sync_api import Page, expect
from registrar import Registrar, a_registrar

from ari_app.pbx.credentials import ensure_credentials
from ari_app.pbx.settings import PbxSettings, browser_of

_MICROPHONE = """navigator.mediaDevices.getUserMedia =
    async () => new AudioContext().createMediaStreamDestination().stream;"""


@dataclass(frozen=True)
class Place:
    house: House
    registrar: Registrar


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A desk whose telephone finds an Asterisk."""
    folder = tmp_path_factory.mktemp("tabs")
    with a_registrar() as registrar:
        pbx = PbxSettings(http_port=registrar.port)
        asterisk = folder / "asterisk"
        asterisk.mkdir()
        ensure_credentials(asterisk, (AGENT, browser_of(AGENT)))
        with a_house(folder, pbx) as house:
            yield Place(house, registrar)


@pytest.fixture
def call(place: Place) -> Iterator[Callable[..., Ringing]]:
    with place.house.calls() as begin:
        yield begin


@pytest.fixture
def desk(page: Page, place: Place) -> Page:
    page.context.add_init_script(_MICROPHONE)
    place.house.sit_down(page)
    return page


def another_tab(desk: Page) -> Page:
    tab = desk.context.new_page()
    tab.goto(desk.url)
    expect(state(tab)).to_have_text(state(desk).inner_text())
    return tab


def is_telephone(tab: Page, is_it: bool) -> None:
    expect(tab.locator("#telephone-state")).to_have_text("This browser rings" if is_it else "In another tab")
    button = tab.get_by_role("button", name="Bring it to this tab")
    expect(button).to_be_hidden() if is_it else expect(button).to_be_visible()


def test_what_changes_in_one_tab_shows_in_the_other(desk: Page, place: Place, call: Callable[..., Ringing]) -> None:
    other = another_tab(desk)
    desk.keyboard.press("p")
    desk.keyboard.press("1")
    expect(state(other)).to_have_text("Paused")
    other.keyboard.press("r")
    expect(state(desk)).to_have_text("Ready")
    rings = call()
    for tab in (desk, other):
        expect(tab.locator("#who h2")).to_contain_text("Anna Berg")
    rings.answer()
    expect(state(desk)).to_have_text("Talking")
    desk.keyboard.press("h")
    expect(other.locator("#bar-says")).to_have_text("Anna Berg is on hold")
    other.get_by_label("Note").fill("half a sentence in the ot")
    other.get_by_label("Subject").fill("VPN")
    desk.get_by_label("Note").fill("Gateway restarted.")
    desk.get_by_label("Subject").fill("VPN, Berlin")
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator("#saved")).to_have_text("Saved")
    expect(other.locator("#notes")).to_contain_text("Gateway restarted.")
    expect(other.locator(".meanwhile")).to_contain_text("Changed meanwhile to “VPN, Berlin”")
    expect(other.get_by_label("Note")).to_have_value("half a sentence in the ot")
    expect(other.get_by_label("Subject")).to_have_value("VPN")
    other.get_by_role("button", name="Take theirs").click()
    other.get_by_role("button", name="Save").click()
    expect(desk.locator("#notes li")).to_have_count(2)
    assert place.house.site.store.tickets.get(rings.number).subject == "VPN, Berlin"


def test_one_tab_is_the_telephone_and_the_next_takes_it_over(desk: Page, place: Place) -> None:
    desk.locator("#telephone-start").click()
    is_telephone(desk, True)
    other = another_tab(desk)
    is_telephone(other, False)
    assert len(place.registrar.open) == 1
    other.keyboard.press("b")
    is_telephone(other, True)
    is_telephone(desk, False)
    other.close()
    is_telephone(desk, True)
    third = another_tab(desk)
    is_telephone(third, False)
    desk.close()
    is_telephone(third, True)
    expect(state(third)).to_have_text("Ready")
    third.locator("#devices summary").click()
    third.locator("#telephone-stop").click()
    expect(third.locator("#telephone-state")).to_have_text("Not in this browser")
    for _ in range(50):
        if not place.registrar.open:
            break
        third.wait_for_timeout(100)
    assert place.registrar.open == []
