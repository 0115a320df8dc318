"""Two people at their desks on a whole line: one serves a caller, the other listens, whispers and barges in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from browser_phones import a_browser, add_user, logged_in
from line_calls import on_duty, on_the_phone, until_event, until_ticket
from line_talks import CALLER, RING_WITHIN_S, Desk, has_voice, voice
from playwright.async_api import BrowserContext, Page, expect
from real_line import RealLine, samples

from ari_app.phones.phone_call import PhoneCall
from tickets.people import Entry
from tickets.rights import Role
from tickets.ticket import Status

AGENT_HZ, SUPERVISOR_HZ = 440.0, 1100.0
"""What the microphones of the browsers hear."""
_NEAR_HZ = 25.0
_LISTENS_S = 1.5
_PATIENCE_MS = 30_000
_SOUND = Path(__file__).with_name("browser") / "sound.js"
_WATCH = """() => {
    const place = document.getElementById("call");
    window.popped = new Promise((done) => {
        const look = () => document.getElementById("who") && done(Date.now());
        new MutationObserver(look).observe(place, {childList: true});
    });
}"""

expect.set_options(timeout=_PATIENCE_MS)


@asynccontextmanager
async def at_desk(context: BrowserContext, address: str) -> AsyncIterator[Page]:
    """His page, with its telephone registered; no script of it may have failed."""
    complaints: list[str] = []
    desk = await context.new_page()
    desk.on("pageerror", lambda error: complaints.append(str(error)))
    await desk.goto(f"{address}/desk")
    await desk.locator("#telephone-start").click()
    await expect(desk.locator("#telephone")).to_have_attribute("data-state", "ready")
    await expect(desk.locator("#state-name")).to_have_text("Ready")
    yield desk
    assert await desk.locator("#told").inner_text() == ""
    assert complaints == []


async def heard_by(desk: Page, hz: float) -> bool:
    """Whether the loudest that his browser hears is of this pitch."""
    heard = await desk.evaluate("heard()")
    return heard is not None and abs(heard - hz) < _NEAR_HZ


async def says(desk: Page, text: str) -> None:
    """On the bar of the call, if nothing was refused."""
    try:
        await expect(desk.locator("#bar-says")).to_contain_text(text)
    finally:
        assert await desk.locator("#told").inner_text() == ""


async def hears(caller: PhoneCall, hz: float, is_heard: bool) -> None:
    """Whether the caller hears this pitch within the next moments."""
    since = caller.now_s
    await caller.until(lambda: False, _LISTENS_S)
    sound = samples(caller.heard_wav)[int(since * 8000) :]
    assert has_voice(sound, hz) is is_heard, (hz, since)


# P-5 P-6 002-2 002-3: must show 1
async def test_a_call_is_served_at_the_desk_while_a_supervisor_takes_part(line: RealLine, tmp_path: Path) -> None:
    add_user(line.store, "hanna", "agent3")
    add_user(line.store, "otto", "agent4", Role.SUPERVISOR)
    anna = Entry(employee_number="10442", name="Anna Berg", site="berlin", labels=frozenset({"vip"}), mobile="+4930311")
    line.store.people.import_rows((anna,), datetime.now(UTC), everyone=True)
    address = line.settings.web.url
    async with (
        a_browser() as browser,
        logged_in(browser, address, "hanna") as hannas,
        logged_in(browser, address, "otto") as ottos,
        at_desk(hannas, address) as desk,
    ):
        await desk.keyboard.press("p")
        await desk.keyboard.press("1")
        await expect(desk.locator("#state-name")).to_have_text("Paused")
        await desk.keyboard.press("r")
        await expect(desk.locator("#state-name")).to_have_text("Ready")
        await desk.evaluate(_WATCH)
        async with on_the_phone(line, tmp_path, "+4930311") as caller:
            await caller.press("0")
            popped = await desk.evaluate("popped") / 1000
            await expect(desk.locator("#who h2")).to_contain_text("Anna Berg")
            ticket = await until_event(line, caller, "queue_offered")
            offered = next(e.at for e in line.store.events.of_ticket(ticket.number) if e.kind == "queue_offered")
            print(f"screen-pop {(popped - offered.timestamp()) * 1000:.0f} ms after the offer")  # noqa: T201
            assert popped - offered.timestamp() < 5, "500 ms, on a machine that does nothing else"
            await desk.locator("#answer").click()
            await until_event(line, caller, "queue_answered")
            spoken, _ = await asyncio.gather(heard_by(desk, CALLER), caller.say(voice(CALLER) * 4))
            assert spoken
            await hears(caller, AGENT_HZ, True)

            await desk.keyboard.press("h")
            await expect(desk.locator("#state-name")).to_have_text("On hold")
            await desk.keyboard.press("h")
            await expect(desk.locator("#state-name")).to_have_text("Talking")

            await ottos.add_init_script(script=_SOUND.read_text().replace("440", "1100"))
            async with at_desk(ottos, address) as ear:
                monitor = await ottos.new_page()
                await monitor.goto(f"{address}/monitor")
                await monitor.locator("#groups button[data-dialog='agent-dialog'][data-agent='agent3']").first.click()
                await monitor.locator("dialog[open] button[formaction='/monitor/listen']").click()
                await ear.locator("#answer").click()
                assert await heard_by(ear, AGENT_HZ)
                await hears(caller, SUPERVISOR_HZ, False)
                for mode, is_heard in (("whisper", False), ("barge", True)):
                    await monitor.evaluate("document.querySelector('dialog[open]')?.close()")
                    await monitor.locator(f"#supervising button[data-mode='{mode}']").click()
                    await expect(monitor.locator(f"#supervising button[data-mode='{mode}']")).to_have_attribute(
                        "aria-pressed", "true"
                    )
                    assert await heard_by(desk, SUPERVISOR_HZ)
                    await hears(caller, SUPERVISOR_HZ, is_heard)
                await monitor.locator("#supervising button[data-mode='stop']").click()

            async with on_duty(line, tmp_path, "agent5") as telephone:
                await Desk(line, "agent5").free()
                await desk.keyboard.press("t")
                await desk.locator("#transfer-search").fill("agent5")
                await desk.locator("[data-line='call.consult'][data-target='agent:agent5']").click()
                await says(desk, "being rung")
                colleague = await telephone.incoming(RING_WITHIN_S)
                await colleague.answer()
                await says(desk, "You talk with agent5")
                await desk.keyboard.press("e")
                await expect(desk.locator("#state-name")).to_have_text("Wrap-up")
                await desk.keyboard.press("w")
                await desk.keyboard.press("1")
                await expect(desk.locator("[data-disposition='solved']")).to_have_attribute("aria-pressed", "true")
                await colleague.hang_up()
            ended = await until_ticket(line, caller, lambda ticket: not ticket.is_live)
        assert ended.status is Status.SOLVED
        happened = line.happened(ended)
        assert [kind for kind in happened if kind in {"call_held", "consulted", "transferred", "wrapped_up"}] == [
            "call_held", "call_held", "consulted", "transferred", "wrapped_up",
        ]  # fmt: skip
