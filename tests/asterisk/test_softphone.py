"""The telephone in the browser: Chromium, our web application, a real Asterisk, and callers with telephones."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest
from browser_phones import PASSWORD, BrowserPhone, Site, a_browser, add_user, logged_in, open_phone, serving
from playwright.async_api import Browser
from real_asterisk import RealAsterisk, wait_until
from real_line import samples
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from ari_app.phones.phone import Account, Phone
from ari_app.phones.phone_call import PhoneCall
from ivr.speech import mulaw
from tickets.rights import Role
from tickets.viewer.access import SESSION_COOKIE

BROWSERS_HZ = 440
CALLERS_HZ = 1000
TONE = mulaw.encode((8000 * np.sin(np.arange(8000 * 3) * 2 * np.pi * CALLERS_HZ / 8000)).astype(np.int16))


@pytest.fixture(scope="module")
def site(asterisk: RealAsterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    asterisk.cli("dialplan add extension maria,1,Goto(agents,agent1,1) into from-trunk")
    with serving(asterisk, tmp_path_factory.mktemp("softphone") / "state") as site:
        add_user(site.store, "maria", "agent1")
        add_user(site.store, "boss", None, Role.SUPERVISOR)
        add_user(site.store, "employee", None, Role.EMPLOYEE)
        yield site
    asterisk.cli("dialplan remove extension maria@from-trunk")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as browser:
        yield browser


@asynccontextmanager
async def registered(site: Site, browser: Browser) -> AsyncIterator[BrowserPhone]:
    """Maria's telephone, in a browser of its own."""
    async with logged_in(browser, site.address, "maria") as context:
        phone = await open_phone(context, site.address)
        await phone.start()
        await phone.until_state("ready")
        yield phone
        assert phone.complaints == []


@asynccontextmanager
async def calling(asterisk: RealAsterisk, folder: Path) -> AsyncIterator[PhoneCall]:
    """A call to Maria."""
    registrar = f"{asterisk.sip_host}:{asterisk.sip_port}"
    async with Phone.running(Account("+493023125401", asterisk.trunk_address, registrar), folder) as caller:
        call = await caller.call("maria")
        yield call
        await call.hang_up()


@asynccontextmanager
async def talking(phone: BrowserPhone, asterisk: RealAsterisk, folder: Path) -> AsyncIterator[PhoneCall]:
    async with calling(asterisk, folder) as call:
        await phone.until("phone.call?.state === 'ringing'")
        await phone.do("phone.answer()")
        await phone.until("phone.call?.state === 'talking'")
        yield call


async def happened(phone: BrowserPhone, type: str) -> list[dict[str, Any]]:
    return [detail for kind, detail in await phone.do("seen") if kind == type]


async def hears_the_caller(phone: BrowserPhone, call: PhoneCall) -> bool:
    saying = asyncio.create_task(call.say(TONE))
    heard = await phone.do("heard()")
    await saying
    return heard is not None and abs(heard - CALLERS_HZ) < 20


def loudest_hz(call: PhoneCall, began_s: float, ended_s: float) -> float | None:
    """None where the telephone heard nothing."""
    heard = samples(call.heard_wav)[int(8000 * began_s) : int(8000 * ended_s)]
    if np.abs(heard).max() < 100:
        return None
    return float(np.argmax(np.abs(np.fft.rfft(heard))) * 8000 / len(heard))


def contacts(asterisk: RealAsterisk) -> list[str]:
    return [line.split()[1] for line in asterisk.cli("pjsip show contacts").splitlines() if "agent1-web/" in line]


async def until(is_true: Any, timeout_s: float = 30) -> bool:
    return await asyncio.to_thread(wait_until, is_true, timeout_s)


# P-6
async def test_it_is_rung_and_both_hear_each_other(
    asterisk: RealAsterisk, site: Site, browser: Browser, tmp_path: Path
) -> None:
    async with registered(site, browser) as phone:
        async with talking(phone, asterisk, tmp_path) as call:
            assert await hears_the_caller(phone, call)
            await phone.do("phone.keys('12#')")
            assert await call.until(lambda: call.keys == "12#", 30)
            loud_s = call.now_s + 0.5
            await phone.until("seen.some(([type]) => type === 'quality')")
            assert await call.until(lambda: call.now_s > loud_s + 1, 30)
            await phone.do("phone.mute(true)")
            muted_s = call.now_s
            await asyncio.sleep(1.5)
            await phone.do("phone.hangUp()")
            await call.over(30)
        assert loudest_hz(call, loud_s, loud_s + 1) == pytest.approx(BROWSERS_HZ, abs=10)
        assert loudest_hz(call, muted_s + 0.5, muted_s + 1.2) is None
        assert await happened(phone, "ringing") == [{"number": "+493023125401", "name": ""}]
        (quality, *_) = await happened(phone, "quality")
        assert quality["level"] == "good", quality
        (ended,) = await happened(phone, "ended")
        assert ended["was_answered"]


# P-6
async def test_a_caller_may_give_up_and_an_agent_may_decline(
    asterisk: RealAsterisk, site: Site, browser: Browser, tmp_path: Path
) -> None:
    async with registered(site, browser) as phone:
        async with calling(asterisk, tmp_path / "one"):
            await phone.until("phone.call?.state === 'ringing'")
        await phone.until("phone.call === null")
        async with calling(asterisk, tmp_path / "other") as call:
            await phone.until("phone.call?.state === 'ringing'")
            await phone.do("phone.hangUp()")
            await call.over(30)
        told = [(ended["was_answered"], ended["cause"]) for ended in await happened(phone, "ended")]
        assert told == [(False, "Canceled"), (False, "Rejected")]


# P-6
async def test_of_two_tabs_one_is_the_telephone_and_the_other_may_take_it(
    asterisk: RealAsterisk, site: Site, browser: Browser, tmp_path: Path
) -> None:
    async with registered(site, browser) as first:
        second = await open_phone(first.page.context, site.address)
        await second.start()
        await second.until_state("elsewhere")
        async with talking(first, asterisk, tmp_path):
            assert not await second.do("phone.takeOver()")
            assert await second.do("phone.state.reason") == "busy"
        await first.until("phone.call === null")
        assert await second.do("phone.takeOver()")
        await second.until_state("ready")
        await first.until_state("elsewhere")
        assert await until(lambda: len(contacts(asterisk)) == 1)
        await second.page.close()
        await first.until_state("ready")


# P-6
async def test_of_two_browsers_the_later_is_rung_and_the_earlier_leaves_it_so(
    asterisk: RealAsterisk, site: Site, browser: Browser, tmp_path: Path
) -> None:
    async with registered(site, browser) as earlier, registered(site, browser) as later:
        await earlier.until_state("replaced")
        (contact,) = contacts(asterisk)
        async with talking(later, asterisk, tmp_path) as call:
            assert await hears_the_caller(later, call)
        assert await earlier.do("[phone.state.state, phone.call]") == ["replaced", None]
        assert contacts(asterisk) == [contact]
        await earlier.start()
        await later.until_state("replaced")


# P-6
async def test_a_call_outlives_its_connection(
    asterisk: RealAsterisk, site: Site, browser: Browser, tmp_path: Path
) -> None:
    async with registered(site, browser) as phone, talking(phone, asterisk, tmp_path) as call:
        site.cut()
        await phone.until_state("offline")
        await phone.until_state("ready")
        assert await hears_the_caller(phone, call)
        assert await phone.do("phone.call.state") == "talking"


# P-6
async def test_a_call_that_ended_while_it_was_cut_off_is_over_when_it_is_back(
    asterisk: RealAsterisk, site: Site, browser: Browser, tmp_path: Path
) -> None:
    async with registered(site, browser) as phone:
        async with talking(phone, asterisk, tmp_path):
            site.cut()
        await phone.until_state("offline")
        await phone.until("phone.call === null")
        await phone.until_state("ready")


# P-6
async def test_of_a_tab_that_is_closed_during_a_call_nothing_is_left(
    asterisk: RealAsterisk, site: Site, browser: Browser, tmp_path: Path
) -> None:
    async with registered(site, browser) as phone, talking(phone, asterisk, tmp_path):
        await phone.page.close()
        assert await until(lambda: contacts(asterisk) == [])
        assert await until(lambda: not any("agent1-web" in name for name in asterisk.channels()))


# P-6
async def test_without_a_microphone_it_is_not_offered_callers(
    asterisk: RealAsterisk, site: Site, browser: Browser
) -> None:
    async with logged_in(browser, site.address, "maria") as context:
        phone = await open_phone(context, site.address)
        await phone.do("navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('denied')), 0")
        await phone.start()
        assert await phone.do("[phone.state.state, phone.state.reason]") == ["offline", "microphone"]
        assert contacts(asterisk) == []


# P-6
async def test_who_is_logged_out_is_no_telephone_any_more(
    asterisk: RealAsterisk, site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ari_app.web.sip_socket._CHECKS_LOGIN_AFTER_S", 0.2)
    async with registered(site, browser) as phone:
        (secret,) = [one["value"] for one in await phone.page.context.cookies() if one["name"] == SESSION_COOKIE]
        site.store.accounts.end_session(secret)
        await phone.until("phone.state.reason === 'login'")
        assert await until(lambda: contacts(asterisk) == [])


async def test_only_who_may_take_calls_gets_an_account(site: Site) -> None:
    answers = {}
    for user in ("maria", "boss", "employee", ""):
        async with httpx.AsyncClient(base_url=site.address, verify=False) as client:  # noqa: S501
            await log_in(client, user)
            answers[user] = await client.get("/desk/telephone")
    given = answers["maria"].json()
    assert (given["agent"], given["socket"]) == ("agent1", "/sip")
    assert given["uri"].startswith("sip:agent1-web@")
    assert answers["maria"].headers["cache-control"] == "no-store"
    assert answers["boss"].status_code == 404
    assert "agent account" in answers["boss"].json()["detail"]
    assert (answers["employee"].status_code, answers[""].status_code) == (403, 303)


@pytest.mark.parametrize(
    ("user", "origin", "protocols", "status"),
    [
        ("maria", None, ["sip"], 101),
        ("", None, ["sip"], 403),
        ("boss", None, ["sip"], 403),
        ("maria", "https://elsewhere.example", ["sip"], 403),
        ("maria", "", ["sip"], 403),
        ("maria", None, ["other"], 403),
    ],
)
async def test_the_socket_is_for_pages_of_ours_and_agents(
    site: Site, user: str, origin: str | None, protocols: list[str], status: int
) -> None:
    async with httpx.AsyncClient(base_url=site.address, verify=False) as client:  # noqa: S501
        await log_in(client, user)
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    url = f"wss://{urlsplit(site.address).netloc}/sip"
    headers = {"Cookie": cookie, **({} if origin == "" else {"Origin": origin or site.address})}
    opening = connect(url, additional_headers=headers, subprotocols=protocols, ssl=site.trusting(), proxy=None)
    if status == 101:
        async with opening as socket:
            assert socket.subprotocol == "sip"
    else:
        with pytest.raises(InvalidStatus) as refused:
            await opening
        assert refused.value.response.status_code == status


async def log_in(client: httpx.AsyncClient, user: str) -> None:
    if not user:
        return
    page = await client.get("/login")
    csrf = page.text.partition('name="csrf" value="')[2].partition('"')[0]
    await client.post("/login", data={"name": user, "password": PASSWORD, "csrf": csrf})
