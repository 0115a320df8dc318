"""Pictures of every page, to be looked at: `PYTHONPATH=tests:tests/fakes python tests/web/pictures.py FOLDER`.

In both languages, light and dark, at a desk and on a telephone: `<page>-<language>-<theme>-<width>.png`, and all of a
page on `sheet-<page>.png`.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import product
from pathlib import Path

import chromium
from desk_house import House, a_house
from desk_scene import AGENT, vpn_is_down
from floor_scene import Scene, busy_morning
from knowledge_scene import CONNECT, SLOW, import_some, teach
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from ari_app.knowledge_base import open_base
from ari_app.web.application import PARTS
from tickets.rights import Role
from tickets.viewer.access import SESSION_COOKIE
from tickets.viewer.app import utc_now
from tickets.viewer.languages import LANGUAGE_COOKIE, THEME_COOKIE

LOOKS = tuple(product(("en", "zh"), ("light", "dark")))
WIDTHS = {360: 740, 1440: 900}
_READER = "erik with a rather long name"
_SETTLES_MS = 900
_SHEET = "<style>body{margin:4px}img{margin:2px;vertical-align:top;width:936px}.w360{width:300px}</style>"


class Camera:
    """`shoot` photographs a page in every look, as `user` sees it."""

    def __init__(self, browser: Browser, house: House, folder: Path) -> None:
        self._browser = browser
        self._house = house
        self._folder = folder
        self._contexts: dict[tuple[str, str, str], BrowserContext] = {}

    def shoot(
        self, name: str, path: str, user: str | None = "admin", act: Callable[[Page], None] = lambda _: None
    ) -> None:
        for language, theme in LOOKS:
            page = self._context(user or "", language, theme).new_page()
            page.goto(self._house.site.address + path)
            page.wait_for_timeout(_SETTLES_MS)
            for width, height in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": height})
                act(page)
                page.screenshot(path=self._folder / f"{name}-{language}-{theme}-{width}.png", full_page=True)
            page.close()
        self._lay_out(name)
        print(name, flush=True)  # noqa: T201

    def _lay_out(self, name: str) -> None:
        shots = [f"{name}-{language}-{theme}-{width}" for width in WIDTHS for language, theme in LOOKS]
        images = "".join(f'<img src="{shot}.png" class="w{shot[-3:]}">' for shot in shots)
        sheet = self._folder / f"{name}.html"
        sheet.write_text(_SHEET + images)
        page = self._browser.new_page(viewport={"width": 1900, "height": 1000})
        page.goto(sheet.absolute().as_uri())
        page.screenshot(path=self._folder / f"sheet-{name}.png", full_page=True)
        page.close()
        sheet.unlink()

    def _context(self, user: str, language: str, theme: str) -> BrowserContext:
        known = self._contexts.get((user, language, theme))
        if known is None:
            known = self._contexts[user, language, theme] = self._browser.new_context()
            cookies = {LANGUAGE_COOKIE: language, THEME_COOKIE: theme}
            if user:
                accounts = self._house.site.store.accounts
                cookies[SESSION_COOKIE] = accounts.start_session(user, "web", utc_now(), "127.0.0.1")
            url = self._house.site.address
            known.add_cookies([{"name": each, "value": value, "url": url} for each, value in cookies.items()])
        return known


@contextmanager
def a_camera(folder: Path) -> Iterator[tuple[Camera, House]]:
    with ExitStack() as stack:
        state = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hotline-pictures-")))
        house = stack.enter_context(a_house(state))
        accounts, now = house.site.store.accounts, utc_now()
        accounts.change_password("admin", "a quiet sentence for pictures", now)
        accounts.assign("admin", Role.ADMIN, None, now, "admin")
        accounts.add(_READER, Role.EMPLOYEE, now, "admin")
        accounts.change_password(_READER, "a quiet sentence for pictures", now)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium.PROGRAM, args=chromium.QUIET)
        stack.callback(browser.close)
        yield Camera(browser, house, folder), house


def the_desk(camera: Camera, house: House) -> None:
    for change in ("reach", "log_in", "get_ready"):
        house.floor.does(lambda distributor, change=change: getattr(distributor, change)(AGENT))
    camera.shoot("desk-empty", "/desk", "maria")
    outage = vpn_is_down(house.site.store)
    with house.calls() as call:
        rings = call()
        camera.shoot("desk-ringing", "/desk", "maria")
        camera.shoot("ticket-ringing", f"/tickets/{rings.number}", "maria")
        rings.answer()
        camera.shoot("desk-talking", "/desk", "maria")
        camera.shoot("desk-transfer", "/desk", "maria", lambda page: _opens(page, "t"))
        camera.shoot("desk-help", "/desk", "maria", lambda page: _opens(page, "?"))
        rings.hang_up()
        camera.shoot("desk-over", f"/desk#{rings.number}", "maria", lambda page: _shows(page, rings.number))
        house.floor.does(lambda distributor: distributor.get_ready(AGENT))
        call("+4989123456")
        camera.shoot("desk-unknown", "/desk", "maria")
    house.site.store.outages.end(outage.id, utc_now(), "tom")


def _opens(page: Page, key: str) -> None:
    if not page.locator("dialog[open]").count():
        page.keyboard.press(key)
        page.wait_for_timeout(400)


def _shows(page: Page, number: str) -> None:
    """What the desk shows of a call that is over and was not written up."""
    page.evaluate("number => sessionStorage.setItem(`desk-draft maria ${number}`, '{}')", number)
    page.reload()
    page.wait_for_timeout(_SETTLES_MS)
    if not page.locator(f"article[data-ticket='{number}']").count():  # the desk shows the last call by itself
        page.locator(f"#drafts button[data-open$='{number}']").click()
        page.wait_for_timeout(_SETTLES_MS)


def the_knowledge_base(camera: Camera, house: House) -> None:
    base, now = open_base(house.site.store), utc_now()
    import_some(base)
    teach(base)
    (published,) = base.versions(SLOW)
    base.comment(published.id, "The gateway has another name since Monday.", "erik", now)
    base.attach(SLOW, "gateways of all sites.txt", "text/plain", b"Automatic", "tom", now)
    base.accept([base.proposals()[0].id], "tom", now)
    changed = base.versions(SLOW)[-1].text.replace("slow", "very slow").replace("1. ", "1. First of all: ")
    in_review = base.draft(changed, SLOW, "tom", now, "Callers say it so")
    base.submit(in_review.id, "tom", now)
    base.comment(in_review.id, "Which gateway is meant?", "maria", now)
    draft = base.draft(base.versions(CONNECT)[-1].text, CONNECT, "maria", now)
    paths = {
        "list": "/knowledge",
        "list-flagged": "/knowledge?view=flagged",
        "search": "/knowledge?text=vpn",
        "article": f"/knowledge/{SLOW}",
        "review": f"/knowledge/{SLOW}/{in_review.number}",
        "history": f"/knowledge/{SLOW}/history",
        "learning": "/knowledge/learning",
        "new": "/knowledge/new",
    }
    for name, path in paths.items():
        camera.shoot(f"knowledge-{name}", path)
    camera.shoot("knowledge-editor", f"/knowledge/{CONNECT}/{draft.number}/edit", act=_makes_mistakes)
    camera.shoot("knowledge-reader", f"/knowledge/{SLOW}", _READER)


def _makes_mistakes(page: Page) -> None:
    page.locator("#phrasings").fill("one\ntwo")
    page.locator("#review").fill("")
    page.wait_for_timeout(2 * _SETTLES_MS)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with a_camera(folder) as (camera, house):
        camera.shoot("login", "/login", None)
        the_knowledge_base(camera, house)
        the_desk(camera, house)
        outage = vpn_is_down(house.site.store)
        busy_morning(Scene(house.floor, house.site.store))
        camera.shoot("desk-no-agent", "/desk")
        for part in PARTS:
            camera.shoot(part.name, part.path)
        camera.shoot("wallboard", "/wallboard", "otto")
        for name, number in house.site.numbers.items():
            camera.shoot(f"ticket-{name}", f"/tickets/{number}")
        camera.shoot("outage", f"/outages/{outage.id}")
        camera.shoot("user", "/users/admin")
        camera.shoot("password", "/password")
        camera.shoot("nothing", "/nothing")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
