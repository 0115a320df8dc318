"""Outages in a real browser and over the REST API."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from conftest import Site, log_in
from playwright.sync_api import Page, expect

from tickets.outage import Outage, declaration
from tickets.ticket import Status
from tickets.viewer.app import utc_now

EN, ZH = "The V P N in Berlin is down. We are working on it.", "柏林的 VPN 出现故障，我们正在处理。"


@pytest.fixture
def desk(page: Page, site: Site) -> Iterator[Page]:
    """A page of somebody who is logged in; afterwards nothing is down."""
    log_in(page, site)
    expect(page.get_by_role("heading", name="Tickets")).to_be_visible()
    page.goto(f"{site.address}/outages")
    yield page
    for outage in site.store.outages.active():
        site.store.outages.end(outage.id, utc_now(), "test")


@pytest.fixture
def api(site: Site) -> Iterator[httpx.Client]:
    token = site.store.accounts.start_session("admin", "api", utc_now())
    with httpx.Client(base_url=site.address, headers={"Authorization": f"Bearer {token}"}) as client:
        yield client
    for outage in site.store.outages.active():
        site.store.outages.end(outage.id, utc_now(), "test")


def declared(site: Site, title: str = "VPN down") -> Outage:
    named = declaration(title, frozenset({"vpn"}), frozenset({"berlin"}), {"en": EN, "zh": ZH})
    return site.store.outages.declare(named, "maria", utc_now())


def fill(desk: Page, title: str, english: str = EN) -> None:
    desk.get_by_label("Title").fill(title)
    desk.get_by_label("What callers hear, in English").fill(english)
    desk.get_by_label("What callers hear, in Chinese").fill(ZH)


def test_an_outage_is_declared_in_the_browser(desk: Page, site: Site) -> None:  # 001-13
    desk.get_by_role("link", name="Outages").click()
    expect(desk.locator("#outages")).to_contain_text("Nothing is known to be down")
    fill(desk, "VPN in Berlin is down")
    desk.get_by_text("VPN", exact=True).click()
    desk.get_by_label("Berlin").check()
    desk.get_by_label("Expected end").fill("2099-11-22T14:30")
    desk.get_by_role("button", name="Declare").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("VPN in Berlin is down")
    facts = desk.locator("#facts")
    for words in ("VPN", "Berlin", "by admin", "22 Nov 2099, 14:30"):
        expect(facts).to_contain_text(words)
    (outage,) = site.store.outages.active()
    assert (outage.systems, outage.sites) == (frozenset({"vpn"}), frozenset({"berlin"}))
    assert outage.texts == {"en": EN, "zh": ZH} == site.rendered[-1]
    assert outage.expected_end is not None
    assert outage.expected_end.isoformat() == "2099-11-22T13:30:00+00:00"
    facts.get_by_role("link", name=outage.ticket).click()
    expect(desk.locator("#history")).to_contain_text("Outage declared by admin")
    expect(desk.locator("#facts")).to_contain_text("Known outage")
    expect(desk.locator("#facts")).not_to_contain_text("withheld")


def test_what_is_wrong_is_said_and_nothing_is_lost(desk: Page, site: Site) -> None:
    fill(desk, "Mail is slow", english="down " * 70)
    desk.get_by_label("Munich").check()
    desk.get_by_label("Expected end").fill("2020-01-01T10:00")
    desk.get_by_role("button", name="Declare").click()
    problem = desk.get_by_role("alert")
    expect(problem).to_contain_text("seconds to say; at most 20")
    expect(problem).to_contain_text("The expected end is in the past")
    expect(desk.get_by_label("Title")).to_have_value("Mail is slow")
    expect(desk.get_by_label("Munich")).to_be_checked()
    expect(desk.get_by_label("Berlin")).not_to_be_checked()
    expect(desk.get_by_label("What callers hear, in Chinese")).to_have_value(ZH)
    expect(desk.get_by_label("Expected end")).to_have_value("2020-01-01T10:00")
    assert site.store.outages.active() == []


def test_what_is_wrong_is_said_in_the_language_of_the_page(desk: Page) -> None:
    desk.set_extra_http_headers({"Accept-Language": "zh"})
    desk.reload()
    desk.get_by_label("标题").fill("邮件缓慢")
    desk.locator("#text-en").fill("down " * 70)
    desk.locator("#text-zh").fill(ZH)
    desk.get_by_role("button", name="发布").click()
    expect(desk.get_by_role("alert")).to_contain_text("来电人听到的内容（英语）约需")


def test_who_joins_appears_while_the_form_stays(desk: Page, site: Site) -> None:  # 001-14
    desk.get_by_label("Title").fill("half written")
    outage = declared(site)
    row = desk.locator(f"#outages li:has(#outage-{outage.id})")
    expect(row).to_contain_text("Nobody joined")
    number = site.store.tickets.open_for_call("joins", "j@sip", "1044", "5000", "en", utc_now()).number
    site.store.outages.join(outage.id, number, utc_now())
    expect(row).to_contain_text("1 caller joined")
    expect(desk.get_by_label("Title")).to_have_value("half written")
    row.get_by_role("link").click()
    expect(desk.locator("#joined li")).to_have_count(1)
    desk.locator("#joined").get_by_role("link").click()
    expect(desk.locator("#facts")).to_contain_text("Known outage")
    expect(desk.locator("#history")).to_contain_text(f"Joined known outage {outage.id}")


def save(desk: Page) -> None:
    """Returns when the server has answered: a field shows what was typed into it at once."""
    with desk.expect_response(lambda answer: answer.request.method == "POST"):
        desk.get_by_role("button", name="Save").click()


def test_the_notice_is_changed_and_the_outage_ended(desk: Page, site: Site) -> None:  # D2
    outage = declared(site)
    desk.goto(f"{site.address}/outages/{outage.id}")
    desk.get_by_label("What callers hear, in English").fill("It is slow now.")
    save(desk)
    expect(desk.get_by_label("What callers hear, in English")).to_have_value("It is slow now.")
    assert site.rendered[-1] == {"en": "It is slow now.", "zh": ZH}
    desk.get_by_label("What callers hear, in English").fill("12 34")
    save(desk)
    expect(desk.get_by_role("alert")).to_contain_text("has no words")
    desk.get_by_role("button", name="It works again").click()
    expect(desk.locator("#outages")).to_contain_text("Over")
    ended = site.store.outages.get(outage.id)
    assert (ended.ended_by, ended.texts["en"]) == ("admin", "It is slow now.")
    assert site.store.tickets.get(outage.ticket).status is Status.SOLVED
    desk.get_by_role("link", name="VPN down").first.click()
    expect(desk.get_by_role("button", name="It works again")).to_have_count(0)
    expect(desk.locator("main")).to_contain_text("It is slow now.")


def test_an_expected_end_that_has_passed_may_stay(desk: Page, site: Site) -> None:
    late = declaration("Late", frozenset(), frozenset(), {"en": EN, "zh": ZH}, utc_now() - timedelta(hours=1))
    outage = site.store.outages.declare(late, "maria", utc_now())
    desk.goto(f"{site.address}/outages/{outage.id}")
    desk.get_by_label("What callers hear, in English").fill("It takes longer.")
    save(desk)
    expect(desk.get_by_role("alert")).to_have_count(0)
    changed = site.store.outages.get(outage.id)
    assert (changed.texts["en"], changed.expected_end) == ("It takes longer.", late.expected_end)


def test_somebody_else_has_ended_it(desk: Page, site: Site) -> None:
    outage = declared(site)
    desk.goto(f"{site.address}/outages/{outage.id}")
    desk.get_by_label("What callers hear, in English").fill("Too late.")
    site.store.outages.end(outage.id, utc_now(), "jonas")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("heading", name="This outage is over")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_fit_the_screen(desk: Page, site: Site, width: int) -> None:
    outage = declared(site, "A title that is long enough to need two lines on a telephone")
    desk.set_viewport_size({"width": width, "height": 800})
    for address in ("/outages", f"/outages/{outage.id}"):
        desk.goto(site.address + address)
        assert desk.evaluate("document.documentElement.scrollWidth") == width - desk.evaluate(
            "window.innerWidth - document.documentElement.clientWidth"
        )


def test_a_login_and_our_own_form_are_needed(site: Site) -> None:
    outage = declared(site)
    with httpx.Client(base_url=site.address) as stranger:
        for path in ("/outages", f"/outages/{outage.id}"):
            assert stranger.get(path).headers["location"].startswith("/login")
        assert stranger.post(f"/outages/{outage.id}/end").status_code == 303
        secret = site.store.accounts.start_session("admin", "web", utc_now(), "127.0.0.1")
        stranger.cookies.set("hotline_session", secret)
        for path in ("/outages", f"/outages/{outage.id}", f"/outages/{outage.id}/end"):
            assert stranger.post(path, data={"csrf": "guessed", "title": "x"}).status_code == 403
        assert stranger.get("/outages/999").status_code == 404
        # A cookie alone changes nothing over the API either: another site's page could send it.
        assert stranger.post(f"/api/outages/{outage.id}/end").status_code == 401
        assert stranger.get("/api/outages").status_code == 200
    assert site.store.outages.get(outage.id).is_active
    site.store.outages.end(outage.id, utc_now(), "test")


def test_a_program_declares_and_ends(api: httpx.Client, site: Site) -> None:  # 001-13
    wanted = {"title": "SAP down", "systems": ["sap"], "texts": {"en": EN, "zh": ZH}}
    answer = api.post("/api/outages", json=wanted)
    assert answer.status_code == 201
    outage = answer.json()
    assert (outage["systems"], outage["sites"], outage["declared_by"]) == (["sap"], [], "admin")
    assert site.rendered[-1] == wanted["texts"]
    assert api.post("/api/outages", json=wanted).json()["id"] == outage["id"]
    assert [one["id"] for one in api.get("/api/outages").json()["outages"]] == [outage["id"]]
    ended = api.post(f"/api/outages/{outage['id']}/end").json()
    assert ended["ended_by"] == "admin"
    assert api.post(f"/api/outages/{outage['id']}/end").json() == ended
    assert api.get("/api/outages").json() == {"outages": []}
    assert api.get("/api/outages", params={"past": True}).json()["outages"][0] == ended
    assert api.post("/api/outages/999/end").json() == {"detail": "there is no outage 999"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"systems": ["vpm"]}, "did you mean 'vpn'?"),
        ({"texts": {"en": EN}}, "a text in language 'zh' is missing"),
        ({"expected_end": "2026-01-01T10:00"}, "timezone"),
        ({"severity": 1}, "Extra inputs"),
    ],
)
def test_a_program_is_told_what_is_wrong(api: httpx.Client, site: Site, change: dict[str, object], told: str) -> None:
    answer = api.post("/api/outages", json={"title": "x", "texts": {"en": EN, "zh": ZH}, **change})
    assert answer.status_code == 422
    assert told in str(answer.json()["detail"])
    assert site.store.outages.active() == []


def test_the_api_describes_itself(api: httpx.Client) -> None:
    paths = api.get("/api/openapi.json").json()["paths"]
    assert {"get", "post"} == paths["/api/outages"].keys()
    assert "post" in paths["/api/outages/{number}/end"]
