"""The page of the dialplan, and the notice about one that could not be taken. # D8"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from conftest import PASSWORD, Site, log_in, serve
from playwright.sync_api import Page, expect

from ari_app.editions.history import History
from ari_app.settings import Settings
from ari_app.web.application import add_line_pages
from tickets.events import Json, Kind
from tickets.viewer.app import utc_now


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return replace(Settings(), state_dir=tmp_path_factory.mktemp("dialplan"))


@pytest.fixture(scope="module")
def site(settings: Settings) -> Iterator[Site]:
    for running in serve(settings.state_dir, partial(add_line_pages, settings=settings)):
        running.store.accounts.change_password("admin", PASSWORD, utc_now())
        yield running


@pytest.fixture(scope="module")
def version(settings: Settings, site: Site) -> str:
    """The shipped dialplan, as a version in force."""
    history = History(settings.state_dir / "dialplans")
    with history.draft(settings.dialplan, settings.knowledge.articles) as draft:
        history.keep(draft)
    history.note(draft.version, datetime.now(UTC), "start")
    site.store.events.append(Kind.DIALPLAN_CHANGED, utc_now(), data={"version": draft.version})
    return draft.version


def call(site: Site, number: int, *questions: str) -> None:
    """A caller who is asked these questions, answers nothing, and hangs up."""
    call_id = f"graph-{number}"

    def tell(kind: Kind, data: dict[str, Json]) -> None:
        site.store.events.append(kind, utc_now(), call_id, data=data)

    tell(Kind.TICKET_OPENED, {"caller": "", "dialled": "5000", "language": "en"})
    for question in questions:
        tell(Kind.SAID, {"turn": 1, "who": "line", "prompts": [], "question": question})
        tell(Kind.HEARD, {"question": question, "heard": {"kind": "no_input"}})
    tell(Kind.CALL_FINISHED, {"cause": 16})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_flow_is_drawn_with_what_happened_in_it(site: Site, page: Page, version: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    log_in(page, site)
    page.get_by_role("link", name="Dialplan").click()
    expect(page.get_by_text(f"Version {version}.")).to_be_visible()
    picture = page.get_by_role("img", name="The flow of the dialplan")
    expect(picture).to_be_visible()
    menu = picture.locator("g.menu", has_text="accounts")
    expect(menu).to_have_count(1)
    background = menu.locator("rect").evaluate("node => getComputedStyle(node).fill")
    assert background == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(26, 33, 37)")
    expect(page.get_by_text(f"{version} start")).to_be_visible()


def test_counts_are_live(site: Site, page: Page, version: str) -> None:
    log_in(page, site)
    page.goto(f"{site.address}/dialplan")
    menu = page.locator("g.menu", has_text="network")
    expect(menu).not_to_contain_text("call")
    expect(page.locator("#live")).to_have_attribute("data-state", "on")
    call(site, 1, "main", "network", "network")
    call(site, 2, "main", "network")
    site.store.tickets.open_for_call("live", "live", "+49301", "5000", "en", utc_now())  # what pages wake up for
    expect(menu).to_contain_text("2 calls")
    expect(menu).to_contain_text(re.compile("again 1 · left 2"))


def test_every_page_says_that_an_edit_was_refused(site: Site, page: Page, version: str) -> None:
    problems: list[Json] = ["/etc/dialplan/menus.yaml:3:5: error unknown-prompt: no <b>such</b> prompt"]
    refused: dict[str, Json] = {"version": version, "problems": problems, "count": 3}
    site.store.events.append(Kind.DIALPLAN_REFUSED, utc_now(), data=refused)
    log_in(page, site)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(
        "/etc/dialplan/menus.yaml:3:5: error unknown-prompt: no <b>such</b> prompt – and 2 more."
    )
    expect(alert).to_contain_text(f"so calls go on with version {version}. /etc")
    site.store.events.append(Kind.DIALPLAN_CHANGED, utc_now(), data={"version": version})
    page.reload()
    expect(alert).to_have_count(0)


def test_who_is_not_logged_in_sees_nothing_of_it(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/dialplan")
    expect(page).to_have_url(re.compile("/login"))
