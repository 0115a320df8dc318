"""Diagnosis beside a ticket: measured with one click, with evidence. # 002-4"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import httpx
import pytest
from conftest import PASSWORD, Site, log_in, serve
from pages import Page as Answer
from pages import site as web_site
from playwright.sync_api import Page, expect

from ari_app.settings import Settings
from ari_app.web.application import add_line_pages
from dialplan.loader import SHIPPED
from tickets.events import Kind
from tickets.viewer.app import utc_now

PROBES = """
probes:
  portal:
    name: {{en: The service portal, zh: 服务门户}}
    http: {{url: "{url}/portal"}}
  mailbox:
    name: {{en: The caller's mailbox, zh: 来电人的邮箱}}
    categories: [email]
    monitoring: {{url: "{url}/state", path: state, ok: up}}
  laptop:
    name: {{en: The caller's computer, zh: 来电人的电脑}}
    ping: {{host: "{{field.device}}"}}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    state = tmp_path_factory.mktemp("diagnosis")
    dialplan = state / "dialplan"
    dialplan.mkdir()
    for file in SHIPPED.glob("*.yaml"):
        (dialplan / file.name).write_bytes(file.read_bytes())
    with web_site({"/portal": Answer(b"sorry <b>", 503), "/state": Answer(b'{"state": "up"}')}) as pages:
        (dialplan / "probes.yaml").write_text(PROBES.format(url=pages.url), encoding="utf-8")
        settings = replace(Settings(), state_dir=state, dialplan=dialplan)
        for running in serve(state, partial(add_line_pages, settings=settings)):
            running.store.accounts.change_password("admin", PASSWORD, utc_now())
            yield running


def ticket(site: Site) -> str:
    number = site.store.tickets.open_for_call(
        f"diagnosis-{utc_now().isoformat()}", "", "1001", "5000", "en", utc_now()
    ).number
    site.store.tickets.note_understanding(number, "category:email", 1.0, "email", utc_now())
    return number


def enter(page: Page, site: Site) -> None:
    log_in(page, site)
    page.wait_for_url(f"{site.address}/tickets")


def test_one_click_measures_and_the_verdict_stands_on_the_ticket(site: Site, page: Page) -> None:
    number = ticket(site)
    enter(page, site)
    page.goto(f"{site.address}/tickets/{number}/diagnosis")
    buttons = page.locator(".probes button")
    expect(buttons).to_have_text(["The caller's mailbox", "The service portal", "The caller's computer"])
    expect(buttons.nth(2)).to_be_disabled()
    expect(page.get_by_text("Not known, or not of the expected form: field.device")).to_be_visible()
    page.get_by_role("button", name="The caller's mailbox").click()
    expect(page.locator(".verdicts .pill")).to_have_text(["All is well"])
    page.get_by_role("button", name="The service portal").click()
    expect(page.locator(".verdicts .pill")).to_have_text(["Fault", "All is well"])
    expect(page.get_by_text("answers with status 503; expected: 200.")).to_be_visible()
    page.get_by_text("What was answered").first.click()
    expect(page.locator("pre").first).to_have_text("sorry <b>")
    events = [event for event in site.store.events.of_ticket(number) if event.kind == Kind.DIAGNOSED]
    assert [(event.data["probe"], event.data["verdict"], event.data["by"]) for event in events] == [
        ("mailbox", "ok", "admin"),
        ("portal", "fault", "admin"),
    ]
    page.goto(f"{site.address}/tickets/{number}")
    expect(page.get_by_text("admin measured “portal”: a fault")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_telephone_and_a_desk(site: Site, page: Page, width: int, scheme: str) -> None:
    number = ticket(site)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    enter(page, site)
    page.goto(f"{site.address}/tickets/{number}/diagnosis")
    page.get_by_role("button", name="The service portal").click()
    expect(page.locator(".verdicts .pill")).to_have_text(["Fault"])
    page.get_by_text("What was answered").click()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.evaluate(Path(__file__).with_name("axe.min.js").read_text())
    found = page.evaluate("axe.run()")["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


def test_it_speaks_chinese(site: Site, page: Page) -> None:
    number = ticket(site)
    enter(page, site)
    page.context.add_cookies([{"name": "hotline_language", "value": "zh", "url": site.address}])
    page.goto(f"{site.address}/tickets/{number}/diagnosis")
    page.get_by_role("button", name="服务门户").click()
    expect(page.locator(".verdicts .pill")).to_have_text(["故障"])


def test_without_a_form_of_ours_nothing_is_measured(site: Site, page: Page) -> None:
    number = ticket(site)
    enter(page, site)
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}  # type: ignore[typeddict-item]
    with httpx.Client(base_url=site.address, cookies=cookies) as client:
        assert client.post(f"/tickets/{number}/diagnosis", data={"probe": "portal"}).status_code == 403
    with httpx.Client(base_url=site.address) as stranger:
        assert stranger.get(f"/tickets/{number}/diagnosis").status_code == 303
    assert [event for event in site.store.events.of_ticket(number) if event.kind == Kind.DIAGNOSED] == []
