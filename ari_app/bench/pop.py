"""`hotline bench pop`: how long after the offer an agent sees on his desk who calls, in a real browser that is his
telephone too.

The offer is the moment at which the queue decided to ring him, by the controller's clock; the pop is there once the
browser has painted it. Everything between is real.
"""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ari_app.bench.load import LoadError
from ari_app.bench.measure import percentile
from ari_app.bench.own_line import of_its_own
from ari_app.bench.report import Row
from ari_app.phones.phone import Account, Phone
from ari_app.settings import Settings
from ari_app.up import line_up
from tickets.people import Entry
from tickets.rights import Role
from tickets.store import Store, open_store
from tickets.viewer.access import SESSION_COOKIE

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page

POPS_WITHIN_MS = 500.0
_CALLER = "+493023125042"
_USER, _HOST = "bench", "127.0.0.1"
_WITHIN_MS = 60_000
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_WITH_A_MICROPHONE = (
    "--no-sandbox",
    "--disable-background-networking",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)
_WATCH = """() => {
    window.pops = [];
    performance.setResourceTimingBufferSize(10000);
    document.body.addEventListener("live:agent", ({ detail: { agent } }) => {
        if (agent?.state !== "ringing" || pops.some(({ call }) => call === agent.call_id)) return;
        pops.push({ call: agent.call_id, offered: Date.parse(agent.since), told: Date.now() });
    });
    const place = document.getElementById("call");
    new MutationObserver(() => {
        const call = place.querySelector("article")?.dataset.call;
        const pop = pops.find((one) => one.call === call && !one.put);
        if (!pop) return;
        pop.put = true;
        requestAnimationFrame(() => setTimeout(() => {
            const asked = performance.getEntriesByType("resource")
                .find(({ name }) => decodeURIComponent(name).endsWith(`/desk/call/${call}`));
            pop.asked = performance.timeOrigin + asked.startTime;
            pop.answered = performance.timeOrigin + asked.responseEnd;
            pop.shown = Date.now();
        }));
    }).observe(place, { childList: true });
}"""


@dataclass(frozen=True, slots=True)
class Pop:
    """POSIX milliseconds: the queue has decided, the page hears of it, asks who it is, is answered, has painted it."""

    offered: float
    told: float
    asked: float
    answered: float
    shown: float


def pop_rows(pops: Sequence[Pop]) -> list[Row]:
    """From offer to pop against the limit, and the median parts of it."""

    def row(case: str, percent: float, limit: float | None = None) -> Row:
        value = round(percentile([pop.shown - pop.offered for pop in pops], percent), 1)
        return Row(case, value, "ms", limit, None if limit is None else value <= limit)

    def part(case: str, begin: str, end: str) -> Row:
        values = [getattr(pop, end) - getattr(pop, begin) for pop in pops]
        return Row(f"of it {case}, p50", round(percentile(values, 50), 1), "ms")

    return [
        Row("offers", len(pops), "offers"),
        row("offer to pop, p50", 50),
        row("offer to pop, p95", 95, POPS_WITHIN_MS),
        row("offer to pop, longest", 100, POPS_WITHIN_MS),
        part("until the page hears of it", "offered", "told"),
        part("until it asks who that is", "told", "asked"),
        part("until it is answered", "asked", "answered"),
        part("until it is painted", "answered", "shown"),
    ]


async def measure_pops(settings: Settings, folder: Path, offers: int, progress: Callable[[str], None]) -> list[Pop]:
    """On a line of its own, whose state lies in `folder`. The first agent must be one of those whom key 0 leads to.

    Raises:
        LineError, PbxError: the line cannot be started.
        LoadError: there is no browser, or the desk does not pop.
        PhoneError: the caller does not come.
    """
    settings = of_its_own(settings, folder / "line")
    async with AsyncExitStack() as stack:
        browser = await stack.enter_async_context(_browser())
        line = await stack.enter_async_context(line_up(settings, progress))
        store = stack.enter_context(closing(open_store(settings.tickets)))
        secret = await asyncio.to_thread(_people, store, settings.pbx.agent_names[0])
        await browser.add_cookies([{"name": SESSION_COOKIE, "value": secret, "url": settings.web.url}])
        account = Account(_CALLER, line.trunk_address, f"{line.sip_host}:{line.sip_port}")
        caller = await stack.enter_async_context(Phone.running(account, folder / "caller"))
        try:
            desk = await _desk(browser, settings.web.url)
            for number in range(offers):
                await _offer(caller, line.number, desk)
                progress(f"offer {number + 1} of {offers}")
            pops = await desk.evaluate("pops")
            await desk.close()  # or its stream would hold up the end of the line
        except (TimeoutError, AssertionError) as error:
            raise LoadError(f"the desk does not pop: {error}") from error
    return [Pop(**{name: each[name] for name in Pop.__slots__}) for each in pops]


async def _offer(caller: Phone, number: str, desk: "Page") -> None:
    """He calls, the desk pops, he hangs up, and the agent is free again."""
    call = await caller.call(number)
    await call.answered()
    await call.press("0")
    await _until(desk, "pops.length > 0 && pops.every(({ shown }) => shown)", "ringing")
    await call.hang_up()
    await _until(desk, "true", "ready")


async def _until(desk: "Page", condition: str, state: str) -> None:
    """
    Raises:
        TimeoutError: it does not become so. (Playwright's own waiting is against the policy of the pages.)
    """
    stands = f"({condition}) && document.getElementById('state').dataset.state === '{state}'"
    async with asyncio.timeout(_WITHIN_MS / 1000):
        while not await desk.evaluate(stands):  # noqa: ASYNC110 (nobody tells)
            await asyncio.sleep(0.2)


def _people(store: Store, agent: str) -> str:
    """An agent, and a caller whom the directory knows; the agent's login."""
    now = datetime.now(UTC)
    anna = Entry(employee_number="10442", name="Anna Berg", labels=frozenset({"vip"}), numbers=frozenset({_CALLER}))
    store.people.import_rows((anna,), now, everyone=True)
    store.accounts.add(_USER, Role.AGENT, now, agent=agent)
    store.accounts.change_password(_USER, secrets.token_urlsafe(), now)
    return store.accounts.start_session(_USER, "web", now, _HOST)


async def _desk(browser: "BrowserContext", url: str) -> "Page":
    """The agent's page, ready, with its telephone registered."""
    desk = await browser.new_page()
    await desk.goto(f"{url}/desk")
    await desk.locator("#telephone-start").click()
    await _until(desk, "document.getElementById('telephone').dataset.state === 'ready'", "ready")
    await desk.evaluate(_WATCH)
    return desk


@asynccontextmanager
async def _browser() -> AsyncIterator["BrowserContext"]:
    """
    Raises:
        LoadError: there is none.
    """
    program = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    try:
        from playwright.async_api import async_playwright
    except ImportError as error:
        raise LoadError("Playwright is missing: pip install playwright") from error
    if program is None:
        raise LoadError("Chromium is missing: apt-get install chromium")
    options: dict[str, Any] = {"executable_path": program, "args": list(_WITH_A_MICROPHONE)}
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(**options)
        try:
            yield await running.new_context(ignore_https_errors=True)
        finally:
            await running.close()
