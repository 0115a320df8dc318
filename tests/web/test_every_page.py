"""Every page of the application: readable by a screen reader, on a telephone and at a desk, in every language, in light
and in dark. axe-core finds what is wrong (tests/web/README.md)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from conftest import PASSWORD, PATIENCE_MS, Site, serve
from fastapi import FastAPI
from knowledge_scene import CONNECT, SHIPPED, SLOW, import_some, teach
from playwright.sync_api import Browser, Locator, Page

from ari_app.knowledge_base import open_base
from ari_app.settings import Settings
from ari_app.web.application import PARTS, add_line_pages
from tickets.events import Kind
from tickets.outage import declaration
from tickets.rights import Role
from tickets.viewer.access import SESSION_COOKIE
from tickets.viewer.app import utc_now
from tickets.viewer.languages import LANGUAGE_COOKIE, THEME_COOKIE

AXE = Path(__file__).with_name("axe.min.js").read_text(encoding="utf-8")
SERIOUS = {"serious", "critical"}
NARROW, WIDE = {"width": 360, "height": 740}, {"width": 1440, "height": 900}
LOOKS = [("en", "light"), ("zh", "dark")]
"""Contrast hangs on the colours, names on the language: two of the four find what all of them would."""

_RUN_AXE = """() => axe.run(document, {resultTypes: ["violations"], preload: false}).then(found =>
    found.violations.map(one => [one.impact, one.id, one.nodes.map(node => node.target.join(" ")).slice(0, 4)]))"""
_IN_SIGHT = """(width) => {
    const [nav, part] = [".top nav", ".top nav [aria-current]"].map(
        (each) => document.querySelector(each).getBoundingClientRect());
    return innerWidth === width && part.left >= nav.left - 2 && part.right <= nav.right + 2;
}"""
_PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_TOO_WIDE = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth
    ? [...document.querySelectorAll("main *")].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
        .map(one => one.outerHTML.slice(0, 80)).slice(0, 4).concat("page")
    : []"""


@dataclass(frozen=True)
class Pages:
    site: Site
    paths: list[str]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """The whole application without a controller; its admin has an agent account, so that he sees all of it."""
    folder = tmp_path_factory.mktemp("pages")
    settings = replace(Settings(), state_dir=folder)

    def add(app: FastAPI) -> None:
        add_line_pages(app, settings)
        app.state.knowledge = replace(app.state.knowledge, try_out=lambda key, text: ())

    for site in serve(folder, add):
        accounts, now = site.store.accounts, utc_now()
        accounts.change_password("admin", PASSWORD, now)
        accounts.assign("admin", Role.ADMIN, "agent1", now, "admin")
        accounts.add("maria with a rather long name", Role.SUPERVISOR, now, "admin")
        accounts.start_session("admin", "api", now, by="admin")
        texts = {"en": "The VPN is down.", "zh": "VPN 出现故障。"}
        outage = site.store.outages.declare(
            declaration("VPN", frozenset({"vpn"}), frozenset(), texts, None), "tom", now
        )
        site.store.events.append(Kind.GROUP_SWITCHED, now, data={"group": "first", "to": "closed", "by": "tom"})
        of_parts = [part.path for part in PARTS]
        known = [f"/tickets/{number}" for number in site.numbers.values()]
        known += [f"/outages/{outage.id}", "/users/admin", "/password", "/login", "/nothing", "/wallboard"]
        yield Pages(site, of_parts + known + knowledge_pages(site))


def knowledge_pages(site: Site) -> list[str]:
    """An article with what can stand on its pages: a version in review, comments, a file."""
    base, now = open_base(site.store), utc_now()
    import_some(base)
    (published,) = base.versions(SLOW)
    base.comment(published.id, "The gateway has another name now.", "tom", now)
    base.attach(SLOW, "gateways with a rather long name.txt", "text/plain", b"Automatic", "tom", now)
    in_review = base.draft(published.text.replace("slow", "very slow"), SLOW, "tom", now, "Callers say it so")
    base.submit(in_review.id, "tom", now)
    base.draft((SHIPPED / CONNECT.file).read_text(encoding="utf-8"), CONNECT, "tom", now)
    teach(base)
    article = f"/knowledge/{SLOW}"
    of_article = [article, f"{article}/history", f"{article}/2", f"/knowledge/{CONNECT}/2/edit"]
    return [*of_article, "/knowledge/new", "/knowledge?view=flagged", "/knowledge/learning"]


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_every_page_in_every_look(pages: Pages, browser: Browser, language: str, theme: str) -> None:
    complaints: list[str] = []
    context = browser.new_context(viewport=WIDE)
    context.set_default_timeout(PATIENCE_MS)
    secret = pages.site.store.accounts.start_session("admin", "web", utc_now(), "127.0.0.1")
    cookies = {SESSION_COOKIE: secret, LANGUAGE_COOKIE: language, THEME_COOKIE: theme}
    context.add_cookies([{"name": name, "value": value, "url": pages.site.address} for name, value in cookies.items()])
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
    for path in pages.paths:
        page.set_viewport_size(WIDE)
        page.goto(pages.site.address + path)
        page.locator("main").wait_for()
        assert page.locator("html").get_attribute("lang") == language
        complaints += [f"{path} at 1440 px: {one}" for one in page.evaluate(_TOO_WIDE)]
        complaints += [f"{path}: {one}" for one in _axe(page)]
        page.set_viewport_size(NARROW)
        complaints += [f"{path} at 360 px: {one}" for one in page.evaluate(_TOO_WIDE)]
    context.close()
    assert complaints == []


def _axe(page: Page) -> list[str]:
    # By way of the debugger: the page's own policy lets no foreign script in, and it shall stay so.
    page.evaluate(AXE)
    found = page.evaluate(_RUN_AXE)
    return [f"{id} ({impact}): {json.dumps(where)}" for impact, id, where in found if impact in SERIOUS]


def _is_in_sight(part: Locator) -> bool:
    box = part.bounding_box()
    return box is not None and box["x"] >= 0 and box["x"] + box["width"] <= NARROW["width"]


def test_the_head_at_360_px(pages: Pages, browser: Browser) -> None:
    """The navigation scrolls by itself, and the menu of the account fits."""
    context = browser.new_context(viewport=NARROW)
    secret = pages.site.store.accounts.start_session("admin", "web", utc_now(), "127.0.0.1")
    context.add_cookies([{"name": SESSION_COOKIE, "value": secret, "url": pages.site.address}])
    page = context.new_page()
    page.goto(f"{pages.site.address}/tickets")
    last = page.locator(".top nav a").last
    last.focus()
    assert _is_in_sight(last)
    page.locator(".account summary").click()
    assert _is_in_sight(page.locator(".account > div"))
    page.get_by_role("button", name="中文").click()
    page.locator("html[lang=zh]").wait_for()
    context.close()


def test_where_one_is_stands_in_sight(pages: Pages, browser: Browser) -> None:
    """In the navigation of a telephone: when the page comes, and when the telephone is turned."""
    context = browser.new_context(viewport=NARROW)
    context.set_default_timeout(PATIENCE_MS)
    secret = pages.site.store.accounts.start_session("admin", "web", utc_now(), "127.0.0.1")
    context.add_cookies([{"name": SESSION_COOKIE, "value": secret, "url": pages.site.address}])
    page = context.new_page()
    for part in PARTS:
        page.goto(pages.site.address + part.path)
        page.wait_for_function(_IN_SIGHT, arg=NARROW["width"])
        page.set_viewport_size(WIDE)
        page.wait_for_function(_IN_SIGHT, arg=WIDE["width"])
        page.evaluate(_PAINTED)  # a turn that no frame shows, because the next one follows at once, is none to the page
        page.set_viewport_size(NARROW)
        page.wait_for_function(_IN_SIGHT, arg=NARROW["width"])
    context.close()
