"""Agents' telephones in real browsers: a site of their own before a real Asterisk, and Chromium."""

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import chromium
import uvicorn
from fastapi.responses import HTMLResponse
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from real_asterisk import RealAsterisk

from ari_app.certificates import ensure_certificate
from ari_app.settings import load_settings
from ari_app.web import sip_socket
from tickets.rights import Role
from tickets.store import Store, open_store
from tickets.viewer.app import create_app, extend

PASSWORD = "a quiet sentence for tests"
_PAGE = "<!doctype html><title>An empty desk</title>"
_SCRIPTS = Path(__file__).with_name("browser")
_WITH_A_MICROPHONE = [
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
]


@dataclass(slots=True)
class Site:
    """The pages of a line, as far as its telephones need them."""

    address: str
    store: Store
    server: uvicorn.Server
    loop: asyncio.AbstractEventLoop

    def trusting(self) -> ssl.SSLContext:
        """Of clients that take any certificate."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    def cut(self) -> None:
        """Every connection is gone, as when the network is."""

        def abort() -> None:
            for connection in list(self.server.server_state.connections):
                connection.transport.abort()  # type: ignore[union-attr]

        self.loop.call_soon_threadsafe(abort)


@contextmanager
def serving(asterisk: RealAsterisk, folder: Path) -> Iterator[Site]:
    """A site by https over a new database in `folder`, before that Asterisk."""
    folder.mkdir()
    (folder / "asterisk").symlink_to(asterisk.configuration.run_folder)
    http_port = str(asterisk.settings.http_port)
    settings = load_settings(
        {"HOTLINE_STATE": str(folder), "HOTLINE_WEB__HTTPS": "1", "HOTLINE_PBX__HTTP_PORT": http_port}
    )
    files = ensure_certificate(settings)
    store = open_store(settings.tickets)
    app = create_app(settings.tickets, store)
    extend(app, Path(sip_socket.__file__).parent, (sip_socket.router,))
    sip_socket.add_sip_socket(app, settings)
    app.add_api_route("/desk", lambda: HTMLResponse(_PAGE), methods=["GET"])
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, log_level="warning", timeout_graceful_shutdown=1, ssl_certfile=files.certificate, ssl_keyfile=files.key
    )
    server, loop = uvicorn.Server(config), asyncio.new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve([listening])))
    thread.start()
    try:
        yield Site(f"https://127.0.0.1:{listening.getsockname()[1]}", store, server, loop)
    finally:
        server.should_exit = True
        thread.join(30)
        loop.close()
        store.close()
        assert not thread.is_alive()


def add_user(store: Store, name: str, agent: str | None, role: Role = Role.AGENT) -> None:
    """Who logs in with PASSWORD."""
    now = datetime.now(UTC)
    store.accounts.add(name, role, now, agent=agent)
    store.accounts.change_password(name, PASSWORD, now)


@dataclass(slots=True)
class BrowserPhone:
    """A tab with a telephone. Whatever a script of it threw is in `complaints`."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    async def do(self, expression: str) -> Any:
        return await self.page.evaluate(expression)

    async def until(self, condition: str, timeout_s: float = 30.0) -> None:
        """Wait for a JavaScript expression to be true. (Playwright's own waiting is against the pages' policy.)"""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        while not await self.do(condition):
            assert loop.time() < deadline, f"{condition}: not in {timeout_s} s; {await self.do('seen')}"
            await asyncio.sleep(0.05)

    async def until_state(self, state: str) -> None:
        await self.until(f"phone.state.state === '{state}'")

    async def start(self) -> None:
        await self.do("phone.start()")


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        args = [*chromium.QUIET, *_WITH_A_MICROPHONE]
        browser = await playwright.chromium.launch(executable_path=chromium.PROGRAM, args=args)
        yield browser
        await browser.close()


@asynccontextmanager
async def logged_in(browser: Browser, address: str, user: str) -> AsyncIterator[BrowserContext]:
    """A browser of its own, in which `user` has logged in."""
    context = await browser.new_context(ignore_https_errors=True)
    try:
        await context.add_init_script(path=_SCRIPTS / "sound.js")
        page = await context.new_page()
        await page.goto(f"{address}/login")
        await page.get_by_label("User name").fill(user)
        await page.get_by_label("Password").fill(PASSWORD)
        async with page.expect_navigation():
            await page.get_by_role("button", name="Log in").click()
        await page.close()
        yield context
    finally:
        await context.close()


async def open_phone(context: BrowserContext, address: str) -> BrowserPhone:
    """On the desk, whose own telephone nobody has switched on."""
    phone = BrowserPhone(await context.new_page())
    phone.page.on("pageerror", lambda error: phone.complaints.append(str(error)))
    phone.page.on("console", lambda line: phone.complaints.append(line.text) if "Policy" in line.text else None)
    await phone.page.goto(f"{address}/desk")
    await phone.do((_SCRIPTS / "phone.js").read_text())
    return phone
