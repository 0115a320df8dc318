"""The agent desk in a real browser, over a controller without a telephone. # P-6"""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from controller import floor_only
from desk_house import House, a_house, come, new_name, serving, settings_in, state
from desk_scene import AGENT, Ringing, vpn_is_down
from playwright.sync_api import Browser, Page, expect
from ticket_seed import Story

from ari_app.talk import commands
from ari_app.talk.targets import ToAgent
from tickets.store.ticket_edits import Edit
from tickets.ticket import Status, Turn
from tickets.viewer.app import utc_now

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with a_house(tmp_path_factory.mktemp("desk")) as house:
        yield house


@pytest.fixture
def call(house: House) -> Iterator[Callable[..., Ringing]]:
    with house.calls() as begin:
        yield begin


@pytest.fixture
def desk(page: Page, house: House) -> Page:
    house.sit_down(page)
    return page


def watch_for_pop(page: Page) -> None:
    """From now on the page notes when the call at hand appears."""
    page.evaluate("""() => {
        const place = document.getElementById("call");
        window.popped = new Promise((done) => {
            const look = () => document.getElementById("who") && done(Date.now());
            new MutationObserver(look).observe(place, {childList: true});
        });
    }""")


def popped(page: Page) -> float:
    """When it did, as `time.time()`."""
    return float(page.evaluate("window.popped")) / 1000


def yesterday(house: House, said: str) -> str:
    """A ticket of Anna's that is still open."""
    story = Story(house.site.store, new_name("old"), "1044", utc_now() - timedelta(days=1))
    story.identified("10442", "number")
    story.caller(said)
    story.understood("article:outlook-password", 0.8, "email")
    house.site.store.tickets.finish_call(story.number, story.at, 16)
    return story.number


def test_the_page_says_who_calls_and_why_before_the_call_is_answered(
    desk: Page, house: House, call: Callable[..., Ringing]
) -> None:  # P-6, 002-2, 002-3, 002-7, 000-17, 004-2
    older = yesterday(house, "outlook keeps asking for my password")
    outage = vpn_is_down(house.site.store)
    watch_for_pop(desk)
    rings = call()
    print(f"screen-pop {popped(desk) - rings.offered_at:.3f} s after the offer")  # noqa: T201
    expect(desk.locator("#who h2")).to_contain_text("Anna Berg")
    who = desk.locator("#who")
    for words in ("VIP", "1044", "Berlin", "10442", "English", "known by the telephone", "not verified"):
        expect(who).to_contain_text(words, ignore_case=True)
    expect(state(desk)).to_have_text("Ringing")
    why = desk.locator("#why")
    for words in ("78 % sure", "did not help", "vpn"):
        expect(why).to_contain_text(words)
    expect(desk.locator("#said")).to_contain_text("the v p n drops every few minutes since this morning")
    expect(desk.locator("#said")).to_contain_text("55 %")
    expect(desk.locator("#earlier")).to_contain_text("Outlook keeps asking for my password")
    expect(desk.locator("#outages")).to_contain_text("VPN gateway Berlin")
    expect(desk.get_by_label("Subject")).to_have_value("The v p n drops every few minutes since this morning")
    expect(desk.get_by_label("Category")).to_have_value("network")
    first = desk.locator("#articles details").first
    expect(first).to_contain_text("VPN does not connect")
    expect(first.locator("li").first).to_be_visible()
    expect(desk.locator("#pop-link")).to_have_attribute("href", "http://127.0.0.1:9/10442")
    desk.keyboard.press("j")
    desk.keyboard.press("1")
    expect(desk.locator("#outages")).to_contain_text("Joined")
    assert house.site.store.tickets.get(rings.number).outage_id == outage.id
    house.site.store.outages.end(outage.id, utc_now(), "test")
    house.site.store.tickets.solve(older, utc_now())


def test_his_state_is_changed_by_key_and_by_button(desk: Page, house: House) -> None:  # P-5
    desk.keyboard.press("p")
    desk.keyboard.press("2")
    expect(state(desk)).to_have_text("Paused")
    expect(desk.locator("#state-detail")).to_have_text("lunch")
    assert house.floor.agent(AGENT).pause == "lunch"
    desk.keyboard.press("r")
    expect(state(desk)).to_have_text("Ready")
    desk.get_by_role("button", name="Log out").click()
    expect(state(desk)).to_have_text("Logged out")
    expect(desk.get_by_text("Pause", exact=True)).to_be_hidden()
    desk.keyboard.press("i")
    expect(state(desk)).to_have_text("Ready")


def test_the_call_is_steered_and_wrapped_up_by_key(desk: Page, house: House, call: Callable[..., Ringing]) -> None:
    watch_for_pop(desk)
    rings = call()
    assert popped(desk) - rings.offered_at < 5  # a busy machine; alone it is a tenth of a second
    expect(state(desk)).to_have_text("Ringing")
    rings.answer()
    expect(desk.locator("#bar-says")).to_have_text("You talk with Anna Berg")
    desk.keyboard.press("h")
    expect(desk.locator("#bar-says")).to_have_text("Anna Berg is on hold")
    desk.keyboard.press("h")
    expect(state(desk)).to_have_text("Talking")
    desk.keyboard.press("s")
    expect(desk.get_by_role("button", name="Record again")).to_be_visible()
    house.floor.does(lambda distributor: distributor.reach("agent2"))
    desk.keyboard.press("t")
    desk.get_by_label("Name, group, supplier or number").fill("agent2")
    desk.get_by_role("button", name="Ask first: agent2").click()
    expect(desk.locator("#bar-says")).to_contain_text("You talk with agent2")
    desk.keyboard.press("z")
    expect(desk.get_by_role("button", name="Transfer")).to_be_visible()
    assert [type(order) for order in rings.orders] == [
        commands.Hold, commands.Unhold, commands.PauseRecording, commands.Consult, commands.Cancel,
    ]  # fmt: skip
    assert rings.orders[3] == commands.Consult(ToAgent("agent2"))
    desk.keyboard.press("n")
    desk.keyboard.type("New gateway; holds.")
    desk.keyboard.press("Escape")
    desk.keyboard.press("x")
    expect(state(desk)).to_have_text("Wrap-up")
    desk.keyboard.press("w")
    desk.keyboard.press("1")
    expect(desk.locator("[data-disposition='solved']")).to_have_attribute("aria-pressed", "true")
    ticket = house.site.store.tickets.get(rings.number)
    assert ticket.status == Status.SOLVED
    (noted,) = house.events(rings.number, "noted")
    assert noted.data == {"text": "New gateway; holds.", "by": "maria"}
    desk.keyboard.press("r")
    expect(state(desk)).to_have_text("Ready")


def test_an_older_ticket_is_taken_up_with_one_key(
    desk: Page, house: House, call: Callable[..., Ringing]
) -> None:  # P-6
    older = yesterday(house, "my laptop does not start")
    rings = call()
    expect(desk.locator("#earlier")).to_contain_text("My laptop does not start")
    desk.keyboard.press("c")
    desk.keyboard.press("1")
    expect(desk.locator("#form-title")).to_contain_text(older)
    expect(desk.get_by_label("Subject")).to_have_value("My laptop does not start")
    assert house.site.store.tickets.get(older).status == Status.IN_PROGRESS
    desk.keyboard.press("w")
    desk.keyboard.press("4")
    expect(desk.locator("[data-disposition='waits-for-caller']")).to_have_attribute("aria-pressed", "true")
    assert house.site.store.tickets.get(older).status == Status.WAITING
    assert house.site.store.tickets.get(rings.number).status == Status.CLOSED
    house.site.store.tickets.solve(older, utc_now())


def test_an_unknown_number_is_bound_in_place(desk: Page, house: House, call: Callable[..., Ringing]) -> None:  # P-6
    rings = call("+4989123456")
    expect(desk.locator("#who")).to_contain_text("Nobody knows this number")
    desk.keyboard.press("y")
    desk.keyboard.type("weber")
    desk.get_by_role("button", name="It is his number").click()
    expect(desk.locator("#who h2")).to_contain_text("Jonas Weber")
    expect(desk.locator("#bind")).to_have_count(0)
    (person,) = house.site.store.people.of_number("+4989123456")
    assert person.name == "Jonas Weber"
    assert house.events(rings.number, "identified")[-1].data == {"person": person.id, "how": "agent", "by": "maria"}


def test_nothing_that_is_typed_is_lost(desk: Page, house: House, call: Callable[..., Ringing]) -> None:
    rings = call()
    desk.get_by_label("Note").fill("half a sent")
    desk.get_by_label("Subject").fill("VPN, Berlin")
    tickets = house.site.store.tickets
    tickets.record_turn(rings.number, Turn("caller", "and it is really urgent for me", utc_now(), 0.9))
    expect(desk.locator("#said")).to_contain_text("and it is really urgent for me")
    expect(desk.get_by_label("Note")).to_have_value("half a sent")
    changed = {"subject": Edit(tickets.get(rings.number).subject, "Gateway"), "category": Edit("network", "hardware")}
    tickets.edit(rings.number, changed, "", utc_now(), "jonas")
    expect(desk.locator(".meanwhile")).to_contain_text("Changed meanwhile to “Gateway”")
    expect(desk.get_by_label("Category")).to_have_value("hardware")
    desk.get_by_label("Note").press("Control+Enter")
    expect(desk.get_by_role("alert").filter(has_text="Subject")).to_be_visible()
    assert tickets.get(rings.number).subject == "Gateway"
    desk.reload()
    expect(desk.get_by_label("Subject")).to_have_value("VPN, Berlin")
    expect(desk.get_by_label("Note")).to_have_value("half a sent")
    desk.get_by_role("button", name="Keep mine").click()
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator("#saved")).to_have_text("Saved")
    expect(desk.locator("#notes")).to_contain_text("half a sent")
    expect(desk.get_by_label("Note")).to_have_value("")
    assert tickets.get(rings.number).subject == "VPN, Berlin"


def test_what_the_controller_refuses_is_said(desk: Page, house: House, call: Callable[..., Ringing]) -> None:
    rings = call()
    rings.answer()
    expect(state(desk)).to_have_text("Talking")
    talk = house.floor.talks.of(AGENT)
    assert talk is not None
    house.floor.talks.leave(talk)
    desk.get_by_role("button", name="Hold").click()
    expect(desk.locator("#told")).to_have_text("You have no caller at the moment.")


def test_a_lost_stream_and_a_lost_login_are_said_and_end_nothing(
    desk: Page, house: House, call: Callable[..., Ringing]
) -> None:
    call()
    desk.get_by_label("Note").fill("do not lose me")
    desk.wait_for_timeout(3100)  # the first seconds are no trouble yet
    for cookie in desk.context.cookies():
        if cookie["name"] == "hotline_session":
            house.site.store.accounts.end_session(cookie["value"])
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator("#told")).to_contain_text("You are logged out")
    expect(desk.get_by_label("Note")).to_have_value("do not lose me")
    second = desk.context.new_page()
    come(second, house.site.address)
    expect(second).to_have_url(re.compile("/desk"))
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator("#saved")).to_have_text("Saved")


def test_a_message_of_the_supervisor_stays_until_it_is_dismissed(desk: Page, house: House, browser: Browser) -> None:
    context = browser.new_context()
    monitor = context.new_page()
    come(monitor, house.site.address, "otto")
    monitor.goto(f"{house.site.address}/monitor")
    monitor.locator("#message [name=text]").fill("The lift is out of order.")
    monitor.locator("#message button").click()
    expect(desk.locator("#messages")).to_contain_text("The lift is out of order.")
    context.close()
    second = desk.context.new_page()
    second.goto(f"{house.site.address}/desk")
    expect(second.locator("#messages")).to_contain_text("The lift is out of order.")
    desk.keyboard.press("Backspace")
    expect(desk.locator("#messages li")).to_have_count(0)
    expect(second.locator("#messages li")).to_have_count(0)


def test_an_absent_controller_is_said(page: Page, tmp_path: Path) -> None:
    with ExitStack() as controller:
        floor = controller.enter_context(floor_only(settings_in(tmp_path).control_socket))
        floor.does(lambda distributor: distributor.reach(AGENT))
        for site in serving(tmp_path):
            come(page, site.address)
            expect(page.get_by_role("button", name="Log out")).to_be_enabled()
            controller.close()
            expect(page.locator("#trouble")).to_contain_text("The controller does not answer")
            expect(page.get_by_role("button", name="Log out")).to_be_disabled()


def test_the_help_is_made_from_the_keys(desk: Page) -> None:
    desk.keyboard.press("?")
    dialog = desk.get_by_role("dialog")
    for words in ("Answer", "Wrap up: what came of it", "w 1…9"):
        expect(dialog).to_contain_text(words)
    desk.get_by_label("Single keys are shortcuts").uncheck()
    desk.keyboard.press("Escape")
    desk.keyboard.press("d")
    expect(desk.get_by_role("dialog")).to_have_count(0)
    desk.locator(".help").click()
    desk.get_by_label("Single keys are shortcuts").check()


def test_the_help_begins_with_its_title_on_a_small_screen(desk: Page) -> None:
    desk.set_viewport_size({"width": 360, "height": 740})
    desk.keyboard.press("?")
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert dialog.evaluate("it => [it.scrollTop, it.scrollHeight > it.clientHeight]") == [0, True]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(desk: Page, call: Callable[..., Ringing], scheme: str) -> None:  # must show 2
    desk.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    found = [*violations(desk)]
    rings = call("+4989123457")
    rings.answer()
    expect(desk.locator("#articles details").first).to_be_visible()
    expect(state(desk)).to_have_text("Talking")
    found += violations(desk)
    for key in ("t", "?", "q"):
        desk.keyboard.press(key)
        expect(desk.get_by_role("dialog")).to_be_visible()
        found += violations(desk)
        desk.keyboard.press("Escape")
        expect(desk.get_by_role("dialog")).to_have_count(0)
    assert found == []
    desk.set_viewport_size({"width": 360, "height": 740})
    assert desk.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(desk) == []


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("axe.run()")["violations"]
    return [f"{one['id']}: {[node['html'] for node in one['nodes'][:3]]}" for one in found]
