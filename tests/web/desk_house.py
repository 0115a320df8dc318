"""A help desk with an agent at her page, over a real queue without telephones."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from conftest import PASSWORD, Site, serve
from controller import FloorOnly, floor_only
from desk_scene import AGENT, ANNA, JONAS, Ringing, ring
from playwright.sync_api import Locator, Page, expect

from ari_app.pbx.settings import PbxSettings
from ari_app.settings import Settings, WebSettings, load_settings
from ari_app.web.application import add_line_pages
from tickets.events import Event
from tickets.rights import Role
from tickets.viewer.app import utc_now

_names = iter(range(10_000))


@dataclass(frozen=True)
class House:
    """A line with an agent, maria, a supervisor, otto, and two people in its directory."""

    site: Site
    floor: FloorOnly

    def events(self, number: str, kind: str) -> list[Event]:
        return [event for event in self.site.store.events.of_ticket(number) if event.kind == kind]

    @contextmanager
    def calls(self) -> Iterator[Callable[..., Ringing]]:
        """Makes a call ring; afterwards the agent is free of it."""
        made: list[Ringing] = []

        def begin(caller: str = "1044") -> Ringing:
            made.append(ring(self.floor, self.site.store, new_name("desk"), caller))
            return made[-1]

        yield begin
        for each in made:
            self.site.store.tickets.finish_call(each.number, utc_now(), 16)
        if (talk := self.floor.talks.of(AGENT)) is not None:
            self.floor.talks.leave(talk)
        self.floor.does(lambda distributor: distributor.stop_ringing(AGENT))
        self.floor.does(lambda distributor: distributor.hang_up(AGENT))
        self.floor.does(lambda distributor: distributor.lose(AGENT))

    def sit_down(self, page: Page, address: str | None = None) -> None:
        """Maria at her desk, with a telephone on it, ready; `address` where the site is not reached at its own."""
        self.floor.does(lambda distributor: distributor.reach(AGENT))
        self.floor.does(lambda distributor: distributor.log_in(AGENT))
        self.floor.does(lambda distributor: distributor.get_ready(AGENT))
        come(page, address or self.site.address)
        expect(page).to_have_url(f"{address or self.site.address}/desk")
        expect(state(page)).to_have_text("Ready")


@contextmanager
def a_house(folder: Path, pbx: PbxSettings | None = None, web: WebSettings | None = None) -> Iterator[House]:
    with floor_only(settings_in(folder).control_socket) as floor:
        for site in serving(folder, pbx, web):
            site.store.people.import_rows((ANNA, JONAS), utc_now(), everyone=True)
            yield House(site, floor)


def settings_in(folder: Path, pbx: PbxSettings | None = None, web: WebSettings | None = None) -> Settings:
    web = web or WebSettings(pop_url="http://127.0.0.1:9/{person.employee_number}")
    knowledge = load_settings().knowledge  # with its cache: learning the articles anew takes half a minute
    knowledge = replace(knowledge, published=folder / "articles")
    return replace(Settings(), state_dir=folder, web=web, pbx=pbx or PbxSettings(), knowledge=knowledge)


def serving(folder: Path, pbx: PbxSettings | None = None, web: WebSettings | None = None) -> Iterator[Site]:
    """The pages, with or without a controller."""
    for site in serve(folder, partial(add_line_pages, settings=settings_in(folder, pbx, web))):
        staff(site)
        yield site


def staff(site: Site) -> None:
    for name, role, agent in (("maria", Role.AGENT, AGENT), ("otto", Role.SUPERVISOR, None)):
        site.store.accounts.add(name, role, utc_now(), agent=agent)
        site.store.accounts.change_password(name, PASSWORD, utc_now())


def new_name(of: str) -> str:
    return f"{of}-{next(_names)}"


def come(page: Page, address: str, name: str = "maria") -> None:
    page.goto(f"{address}/login")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Log in").click()


def state(page: Page) -> Locator:
    return page.locator("#state-name")
