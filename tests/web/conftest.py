"""A real web server over a real database, and a real browser in front of it."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import chromium
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect, sync_playwright
from ticket_seed import LABELS, SCOPE, seed

from tickets.settings import TicketsSettings
from tickets.store import Store, open_store
from tickets.viewer.app import create_app, utc_now
from tickets.viewer.context import OutageDesk

PASSWORD = "a quiet sentence for tests"
PATIENCE_MS = 60_000
"""Beside telephones this half of the tests only gets the time that they leave."""
expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class Site:
    """A running viewer; `numbers` names the seeded tickets, `first_password` is what was printed for `admin`,
    `rendered` are the notices that were given to a voice."""

    address: str
    store: Store
    settings: TicketsSettings
    numbers: dict[str, str]
    first_password: str
    rendered: list[Mapping[str, str]]


def serve(folder: Path, add: Callable[[FastAPI], None] = lambda _: None) -> Iterator[Site]:
    """A viewer over a new database in `folder`; `add` puts further pages into it."""
    settings = TicketsSettings(f"sqlite:///{folder}/tickets.db", folder / "recordings", timezone="Europe/Berlin")
    store = open_store(settings)
    numbers = seed(store, settings)
    first_password = store.accounts.first_admin(utc_now())
    assert first_password is not None
    listening = socket.create_server(("127.0.0.1", 0))
    rendered: list[Mapping[str, str]] = []

    async def render(texts: Mapping[str, str]) -> None:
        rendered.append(texts)

    app = create_app(settings, store, LABELS, outages=OutageDesk(lambda: SCOPE, render))
    add(app)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        yield Site(address, store, settings, numbers, first_password, rendered)
    finally:
        server.should_exit = True
        thread.join(60)
        store.close()
        assert not thread.is_alive()


@pytest.fixture
def fresh_site(tmp_path: Path) -> Iterator[Site]:
    """A viewer into which nobody has logged in yet."""
    yield from serve(tmp_path)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A viewer whose admin has chosen PASSWORD."""
    for running in serve(tmp_path_factory.mktemp("site")):
        running.store.accounts.change_password("admin", PASSWORD, utc_now())
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not for the whole session: Playwright keeps its event loop running, and asynchronous tests need theirs."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium.PROGRAM, args=chromium.QUIET)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a browser of its own; script errors and refused contents fail the test."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None)
    yield opened
    context.close()
    assert complaints == []


def log_in(page: Page, site: Site, password: str = PASSWORD) -> None:
    page.goto(site.address)
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
