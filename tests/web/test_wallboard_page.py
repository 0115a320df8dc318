"""The wallboard in a real browser, and what both pages say when nothing fresh comes. # 002-10"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from conftest import PASSWORD, Site, serve
from fakes.controller import floor_only
from floor_scene import GROUP, Scene, busy_morning
from monitor_pages import come, of_agent
from playwright.sync_api import Browser, Page, expect

from ari_app.settings import Settings
from ari_app.web.application import add_line_pages
from tickets.outage import Declaration
from tickets.viewer.app import utc_now


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(Settings(), state_dir=tmp_path)


@pytest.fixture
def served(settings: Settings) -> Iterator[Site]:
    yield from serve(settings.state_dir, partial(add_line_pages, settings=settings))


@pytest.fixture
def site(served: Site) -> Site:
    served.store.accounts.change_password("admin", PASSWORD, utc_now())
    declared = Declaration("VPN in Berlin", frozenset({"vpn"}), frozenset({"berlin"}), {"en": "The VPN is down."})
    served.store.outages.declare(declared, "maria", utc_now())
    return served


def test_the_wallboard_shows_the_groups_that_were_asked_for(page: Page, site: Site, settings: Settings) -> None:
    with floor_only(settings.control_socket) as floor:
        scene = Scene(floor, site.store)
        busy_morning(scene)
        come(page, site, "admin", f"/wallboard?groups={GROUP}")
        expect(page.locator(".wall")).to_have_count(1)
        waiting = page.locator(f"#wall-{GROUP} .waiting dd")
        expect(waiting).to_have_text("4")
        scene.caller_comes("call-wall")
        expect(waiting).to_have_text("5")
        scene.give_up("call-wall")
        expect(waiting).to_have_text("4")
        expect(page.locator("#wall-outages")).to_contain_text("VPN in Berlin")
        size = float(waiting.evaluate("node => parseFloat(getComputedStyle(node).fontSize)"))
        assert size > 0.15 * page.viewport_size["width"]  # type: ignore[index]  # read at five metres


def test_its_clock_is_that_of_the_line_wherever_it_hangs(browser: Browser, site: Site, settings: Settings) -> None:
    context = browser.new_context(timezone_id="Asia/Tokyo")
    page = context.new_page()
    with floor_only(settings.control_socket):
        began = datetime.now(UTC)
        come(page, site, "admin", "/wallboard")
        shown = page.locator("footer time").inner_text()
    passed = (began, datetime.now(UTC))
    assert shown in {f"{at.astimezone(ZoneInfo(site.settings.timezone)):%H:%M}" for at in passed}
    context.close()


def test_a_controller_that_is_away_is_told_of(browser: Browser, tmp_path: Path) -> None:
    settings = replace(Settings(), state_dir=tmp_path)
    for running in serve(tmp_path, partial(add_line_pages, settings=settings)):
        running.store.accounts.change_password("admin", PASSWORD, utc_now())
        context = browser.new_context()
        page, board = context.new_page(), context.new_page()
        with floor_only(settings.control_socket) as floor:
            come(page, running, "admin", "/monitor")
            board.goto(f"{running.address}/wallboard")
            floor.does(lambda distributor: distributor.reach("agent1"))
            expect(of_agent(page, "agent1")).to_contain_text("Ready")
            expect(page.locator("#away")).to_be_hidden()
        expect(page.locator("#away")).to_contain_text("The controller is away")
        expect(board.locator("#lost")).to_contain_text("The controller is away")
        with floor_only(settings.control_socket):
            expect(page.locator("#away")).to_be_hidden()
            expect(board.locator("#lost")).to_be_hidden()
        lost = board
    expect(lost.locator("#lost")).to_contain_text("Connection lost")
    assert re.search(r"\d+:\d\d", lost.locator("#lost").inner_text())
    context.close()
