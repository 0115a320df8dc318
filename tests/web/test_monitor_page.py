"""The queue monitor in a real browser, before a queue that is real but for its telephones.
# 002-10, 004-12, P-5"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from conftest import PASSWORD, Site, serve
from fakes.controller import floor_only
from floor_scene import GROUP, Scene, busy_morning
from monitor_pages import come, of_agent, until
from playwright.sync_api import Browser, Page, expect
from pydantic import ConfigDict

from ari_app.control.commands import Command, Commands, Request
from ari_app.settings import Settings
from ari_app.web.application import add_line_pages
from ari_app.web.today import midnight
from tickets.events import Kind
from tickets.metrics.figures import BEFORE, COUNTED, figures_of
from tickets.metrics.queue_figures import QueueFigures
from tickets.outage import Declaration
from tickets.rights import Role
from tickets.viewer.app import utc_now
from tickets.viewer.languages import LANGUAGE_COOKIE, THEME_COOKIE
from tickets.viewer.presentation import duration

AXE = Path(__file__).with_name("axe.min.js")
WITH_SUPERVISION = {"by": "maria", "agent": "agent1", "ear": "agent9", "mode": "listen"}


class Anything(Request):
    model_config = ConfigDict(extra="allow")


class Recorded:
    """Commands that only note what was asked, and answer what they were told to."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def commands(self, _: object) -> Commands:
        answers: dict[str, Any] = {
            "supervise.start": WITH_SUPERVISION,
            "supervise.mode": WITH_SUPERVISION | {"mode": "whisper"},
            "supervise.stop": None,
            "supervise.list": {"supervisions": []},
            "caller.move": None,
            "call.hang_up": None,
            "group.switch": None,
            "announcement.switch": None,
        }
        return {do: Command(Anything, partial(self._note, answer)) for do, answer in answers.items()}

    async def _note(self, answer: dict[str, Any] | None, request: Anything) -> Anything | None:
        if request.do != "supervise.list":
            self.asked.append(request.model_dump())
        return (
            Anything(do=request.do, **{key: value for key, value in answer.items() if key != "by"}) if answer else None
        )


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return replace(Settings(), state_dir=tmp_path_factory.mktemp("mon"))


@pytest.fixture(scope="module")
def site(settings: Settings) -> Iterator[Site]:
    for running in serve(settings.state_dir, partial(add_line_pages, settings=settings)):
        for name, role, agent in (("maria", Role.SUPERVISOR, "agent9"), ("tom", Role.AGENT, "agent8")):
            running.store.accounts.add(name, role, utc_now(), agent=agent)
            running.store.accounts.change_password(name, PASSWORD, utc_now())
        yield running


@pytest.fixture(scope="module")
def recorded() -> Recorded:
    return Recorded()


@pytest.fixture(scope="module")
def scene(settings: Settings, site: Site, recorded: Recorded) -> Iterator[Scene]:
    with floor_only(settings.control_socket, recorded.commands) as floor:
        scene = Scene(floor, site.store)
        busy_morning(scene)
        site.store.outages.declare(
            Declaration("VPN in Berlin", frozenset({"vpn"}), frozenset({"berlin"}), {"en": "The VPN is down."}),
            "maria",
            utc_now(),
        )
        site.store.callbacks.request(scene.tickets["call-31"], "+4930901899", GROUP, utc_now())
        yield scene


@pytest.fixture
def monitor(page: Page, site: Site, scene: Scene) -> Page:
    come(page, site, "maria", "/monitor")
    expect(page.locator(f"#group-{GROUP}")).to_be_visible()
    return page


def open_actions(page: Page, agent: str, group: str = GROUP) -> Any:
    page.locator(f"#act-{group}-{agent}").click()
    dialog = page.locator("#agent-dialog")
    expect(dialog).to_be_visible()
    return dialog


def talking_agent(scene: Scene) -> str:
    states = {name: scene.floor.agent(name).state for name in ("agent1", "agent2", "agent3")}
    return next(name for name, state in states.items() if state == "talking")


def test_it_tells_who_waits_and_what_agents_are_at(monitor: Page, scene: Scene) -> None:
    group = monitor.locator(f"#group-{GROUP}")
    expect(group.locator(".people").first).to_contain_text("Jean-Baptiste Grandclément")
    expect(group.locator(".people").first).to_contain_text("asked for a person")
    expect(group.get_by_text("Number withheld")).to_be_visible()
    expect(group.locator(".people").first.get_by_text("vip")).to_be_visible()
    expect(of_agent(monitor, talking_agent(scene))).to_contain_text("Talking")
    expect(group.get_by_text("Headset silent?")).to_be_visible()
    expect(of_agent(monitor, "agent4")).to_contain_text("Paused · lunch")
    expect(monitor.locator("#monitor-outages")).to_contain_text("VPN in Berlin")
    expect(monitor.locator("#monitor-callbacks")).to_contain_text("030 901899")
    assert re.fullmatch(r"\d+:\d\d", group.locator(".now [data-since]").inner_text())


def test_the_figures_are_those_of_the_event_log(monitor: Page, site: Site, scene: Scene) -> None:
    """Shown is what a recomputation from the log gives at the same instant. # D11"""
    scene.earlier_call(99, 7, "agent2", utc_now())
    now = utc_now()
    today = midnight(now, ZoneInfo(site.settings.timezone))
    events = list(site.store.events.since(today - BEFORE, COUNTED))
    until(monitor, lambda: offered(monitor) == figures_of(events, today).of([GROUP], now).offered, "all are counted")
    assert shown(monitor, "today") == as_shown(figures_of(events, today).of([GROUP], now))
    assert shown(monitor, "lately") == as_shown(figures_of(events, now - timedelta(minutes=30)).of([GROUP], now))
    assert int(shown(monitor, "lately")[-1]) > 10


def shown(page: Page, period: str) -> list[str]:
    return page.locator(f"#figures-{GROUP}-{period} td").all_inner_texts()


def offered(page: Page) -> int:
    return int(shown(page, "today")[-1])


def as_shown(figures: QueueFigures) -> list[str]:
    def share(value: float | None) -> str:
        return "–" if value is None else f"{round(value * 100)} %"

    asa = "–" if figures.asa_s is None else duration(figures.asa_s)
    shares = (figures.service_level, figures.abandonment, figures.access_rate)
    level, abandonment, access = map(share, shares)
    return [level, asa, abandonment, access, str(figures.offered)]


def test_what_changes_is_shown_while_the_focus_stays(monitor: Page, scene: Scene) -> None:
    monitor.locator(f"#act-{GROUP}-agent4").focus()
    scene.caller_comes("call-new", "+4930901802")
    expect(monitor.locator("#move-call-new")).to_be_visible()
    expect(monitor.locator(f"#act-{GROUP}-agent4")).to_be_focused()
    scene.give_up("call-new")
    expect(monitor.locator("#move-call-new")).to_have_count(0)
    expect(monitor.locator(f"#act-{GROUP}-agent4")).to_be_focused()


def test_a_supervisor_changes_an_agents_state_by_keyboard_alone(monitor: Page, scene: Scene) -> None:
    monitor.locator("#act-service-manager-agent11").focus()
    monitor.keyboard.press("Enter")
    dialog = monitor.locator("#agent-dialog")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Listen")).to_be_hidden()  # he talks with nobody
    dialog.get_by_role("button", name="Ready").focus()
    monitor.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    until(monitor, lambda: scene.floor.agent("agent11").pause is None, "agent11 is ready")
    expect(monitor.locator("#act-service-manager-agent11")).to_be_focused()
    dialog = open_actions(monitor, "agent11", "service-manager")
    dialog.get_by_label("Reason of a pause").select_option("meeting")
    dialog.get_by_role("button", name="Pause", exact=True).click()
    expect(of_agent(monitor, "agent11", "service-manager")).to_contain_text("Paused · meeting")


def test_what_the_controller_refuses_is_told_in_its_words(monitor: Page, scene: Scene) -> None:
    monitor.locator("#absent-helpdesk summary").click()
    scene.floor.does(lambda distributor: distributor.log_out("agent7"))
    expect(monitor.locator("#absent-helpdesk")).to_contain_text("Logged out")  # and it stays unfolded
    dialog = open_actions(monitor, "agent7")
    dialog.get_by_role("button", name="Ready").click()
    expect(dialog.get_by_role("alert")).to_contain_text("agent7")
    expect(dialog).to_be_visible()
    monitor.keyboard.press("Escape")


def test_listening_whispering_and_the_end_of_it(monitor: Page, scene: Scene, recorded: Recorded) -> None:
    recorded.asked.clear()
    agent = talking_agent(scene)
    dialog = open_actions(monitor, agent)
    expect(dialog.get_by_label("My telephone")).to_have_value("agent9")
    dialog.get_by_role("button", name="Listen").click()
    bar = monitor.locator("#supervising")
    expect(bar).to_contain_text("nobody hears you")
    bar.get_by_role("button", name="Whisper").click()
    expect(bar).to_contain_text("hears you, the caller does not")
    bar.get_by_role("button", name="Stop").click()
    expect(bar).to_be_hidden()
    told = [(one["do"], one["by"], one.get("mode")) for one in recorded.asked]
    assert told == [
        ("supervise.start", "maria", "listen"),
        ("supervise.mode", "maria", "whisper"),
        ("supervise.stop", "maria", None),
    ]
    assert (recorded.asked[0]["agent"], recorded.asked[0]["ear"]) == (agent, "agent9")


def test_a_talk_that_ends_by_itself_is_heard_no_more(monitor: Page, site: Site, scene: Scene) -> None:
    dialog = open_actions(monitor, talking_agent(scene))
    dialog.get_by_role("button", name="Whisper").click()
    expect(monitor.locator("#supervising")).to_be_visible()
    site.store.events.append(Kind.SUPERVISION_ENDED, utc_now(), data={"by": "maria", "reason": "talk_over"})
    expect(monitor.locator("#supervising")).to_be_hidden()


def test_moving_switching_and_ending_are_asked_of_the_controller(
    monitor: Page, scene: Scene, recorded: Recorded
) -> None:
    recorded.asked.clear()
    monitor.locator("#move-call-95").click()
    dialog = monitor.locator("#caller-dialog")
    dialog.get_by_label("To the queue of").select_option("service-manager")
    dialog.get_by_role("button", name="Move").click()
    expect(dialog).to_be_hidden()
    monitor.locator(f"#switch-{GROUP}").click()
    monitor.locator("#group-dialog").get_by_role("button", name="Close").click()
    expect(monitor.locator("#group-dialog")).to_be_hidden()
    monitor.locator("#monitor-announcements").get_by_role("switch").first.click()
    dialog = open_actions(monitor, talking_agent(scene))
    dialog.get_by_role("button", name="End the call").click()
    expect(dialog).to_be_hidden()
    until(monitor, lambda: len(recorded.asked) == 4, "all four were asked")
    moved, group, announced, ended = recorded.asked
    assert (moved["do"], moved["call_id"], moved["group"]) == ("caller.move", "call-95", "service-manager")
    assert (group["do"], group["group"], group["to"]) == ("group.switch", GROUP, "closed")
    assert (announced["do"], announced["on"]) == ("announcement.switch", True)
    assert (ended["do"], ended["agent"]) == ("call.hang_up", talking_agent(scene))
    assert {one["by"] for one in recorded.asked} == {"maria"}


def test_a_message_reaches_all_desks_and_the_log(monitor: Page, site: Site, browser: Browser) -> None:
    desk = browser.new_context().new_page()
    come(desk, site, "tom", "/tickets")
    expect(desk.locator("#live")).to_have_attribute("data-state", "on")
    # The desk names this event itself; here a stream of its own stands for it.
    desk.evaluate(
        """() => {
          const stream = new EventSource("/live?after=0");
          const told = document.documentElement.dataset;
          stream.addEventListener("ping", () => { told.ready = "yes"; });
          stream.addEventListener("desk_message", (message) => { told.got = message.data; });
        }"""
    )
    expect(desk.locator("html")).to_have_attribute("data-ready", "yes")
    monitor.get_by_label("Text").fill("VPN is being repaired until noon.")
    monitor.get_by_role("button", name="Send").click()
    expect(monitor.locator("#message .outcome")).to_have_text("Sent to all desks.")
    expect(desk.locator("html")).to_have_attribute("data-got", re.compile("."))
    got = json.loads(desk.locator("html").get_attribute("data-got") or "")
    desk.context.close()
    assert (got["by"], got["text"]) == ("maria", "VPN is being repaired until noon.")
    told = list(site.store.events.since(None, [Kind.DESK_MESSAGE]))
    assert told[-1].data == {"by": "maria", "text": "VPN is being repaired until noon."}


def test_an_alarm_sounds_where_it_was_switched_on(monitor: Page, site: Site, scene: Scene) -> None:
    # In its office hours nobody ready there would be an alarm already.
    site.store.switches.switch_group("service-manager", "closed", "maria", utc_now())
    expect(monitor.locator("#group-service-manager")).not_to_have_attribute("data-level", "bad")
    monitor.locator("#sound").click()
    before = int(monitor.evaluate("document.body.dataset.beeps"))
    dialled = [f"call-alarm-{number}" for number in range(3)]
    for call_id in dialled:
        scene.caller_comes(call_id, group="service-manager")
    expect(monitor.locator("#group-service-manager")).to_have_attribute("data-level", "bad")
    until(monitor, lambda: int(monitor.evaluate("document.body.dataset.beeps")) == before + 1, "one beep")
    expect(monitor.locator("#alarms")).to_contain_text("Service manager")
    for call_id in dialled:
        scene.give_up(call_id)


def test_an_agent_may_not_see_it(page: Page, site: Site, scene: Scene) -> None:
    come(page, site, "tom", "/monitor")
    expect(page.get_by_text("Your role does not allow this")).to_be_visible()


@pytest.mark.parametrize("path", ["/monitor", "/wallboard"])
@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh", "dark"), ("en", "dark")])
def test_it_is_accessible_and_fits_every_width(monitor: Page, site: Site, path: str, language: str, theme: str) -> None:
    cookies = {LANGUAGE_COOKIE: language, THEME_COOKIE: theme}
    monitor.context.add_cookies(
        [{"name": name, "value": value, "url": site.address} for name, value in cookies.items()]
    )  # type: ignore[typeddict-item]
    monitor.goto(site.address + path)
    expect(monitor.locator(".group, .wall").first).to_be_visible()
    for width, height in ((360, 780), (1440, 900), (3840, 2160)):
        monitor.set_viewport_size({"width": width, "height": height})
        assert monitor.evaluate("document.documentElement.scrollWidth") == width
        assert findings(monitor) == []
    if path == "/monitor":
        monitor.locator(f"#act-{GROUP}-agent4").click()
        expect(monitor.locator("#agent-dialog")).to_be_visible()
        assert findings(monitor) == []


def findings(page: Page) -> list[str]:
    """What axe finds."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]
