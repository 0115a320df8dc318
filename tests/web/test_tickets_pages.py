"""The list and the page of a ticket, in a real browser."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from conftest import Site, log_in
from playwright.sync_api import Page, expect
from ticket_seed import Story, write_tone

from tickets.rights import Role
from tickets.ticket import Turn
from tickets.viewer.app import utc_now


@pytest.fixture
def reader(page: Page, site: Site) -> Page:
    log_in(page, site)
    expect(page.get_by_role("heading", name="Tickets")).to_be_visible()
    return page


@pytest.fixture(scope="module")
def api(site: Site) -> httpx.Client:
    token = site.store.accounts.start_session("admin", "api", utc_now())
    return httpx.Client(base_url=site.address, headers={"Authorization": f"Bearer {token}"})


def test_search_as_you_type(reader: Page, site: Site) -> None:
    reader.get_by_label("Search").press_sequentially("gateway maria")
    rows = reader.locator("#list li")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("v p n drops")
    expect(reader).to_have_url(f"{site.address}/tickets?text=gateway+maria")
    rows.get_by_role("link").press("Enter")
    expect(reader.get_by_role("heading", level=1)).to_contain_text("v p n drops")


def test_filters_and_paging(reader: Page) -> None:
    expect(reader.locator("#list li")).to_have_count(25)
    reader.get_by_role("link", name="Older →").click()
    expect(reader.locator(".pages")).to_contain_text("Page 2 of 2")
    reader.get_by_label("Category").select_option("Hardware and printers")
    expect(reader.locator(".count")).to_contain_text("9 tickets")
    reader.get_by_label("Status").select_option("Solved")
    expect(reader.locator(".count")).to_contain_text("5 tickets")
    reader.get_by_label("Day").fill("2026-11-20")
    expect(reader.locator(".count")).to_contain_text("1 ticket")
    reader.get_by_label("Search").fill("nothing like it")
    expect(reader.locator("#list")).to_contain_text("No ticket fits")
    reader.get_by_role("link", name="Clear").click()
    expect(reader.locator(".count")).to_contain_text("tickets")


def test_who_calls_and_whether_he_proved_it(reader: Page, site: Site, api: httpx.Client) -> None:  # 000-18
    number = site.numbers["person"]
    reader.goto(f"{site.address}/tickets/{number}")
    facts = reader.locator("#facts")
    for words in ("Anna Berg verified by PIN", "System", "vpn", "Mark of the caller", "5 of 5"):
        expect(facts).to_contain_text(words)
    for words in ("Caller recognised: known by the telephone", "Asked for the request: System: vpn"):
        expect(reader.locator("#history")).to_contain_text(words)
    told = api.get(f"/api/tickets/{number}").json()
    assert (told["person_name"], told["known_by"], told["is_verified"]) == ("Anna Berg", "pin", True)
    reader.goto(f"{site.address}/tickets")
    reader.get_by_label("Search").fill("anna berg")
    expect(reader.locator("#list li")).to_have_count(1)
    expect(reader.locator("#list li")).to_contain_text("Anna Berg")


def test_a_ticket_tells_its_story(reader: Page, site: Site) -> None:
    reader.goto(f"{site.address}/tickets/{site.numbers['person']}")
    facts = reader.locator("#facts")
    for words in ("1044", "Network and VPN", "Wants a person", "97 % sure", "did not help", "Maria Lindner"):
        expect(facts).to_contain_text(words)
    talk = reader.locator("#transcript")
    expect(talk).to_contain_text("my password is [hidden]")
    expect(talk).not_to_contain_text("hunter")
    expect(talk.locator("li.agent")).to_have_count(2)
    expect(talk.locator("li.caller").first).to_contain_text("88 %")
    expect(reader.locator("#history")).to_contain_text("Maria Lindner took the call")


def test_keys_other_readings_and_earlier_tickets(reader: Page, site: Site) -> None:
    reader.goto(f"{site.address}/tickets/{site.numbers['keys']}")
    expect(reader.locator("#transcript")).to_contain_text("Pressed 4")
    expect(reader.locator("#facts")).to_contain_text("Number withheld")
    reader.goto(f"{site.address}/tickets/{site.numbers['message']}")
    reader.get_by_text("Also heard as").click()
    expect(reader.get_by_text("out look keeps asking for my passport")).to_be_visible()
    reader.get_by_role("link", name="My account is locked and i cannot log in").click()
    expect(reader.locator("#head")).to_contain_text(site.numbers["locked"])


def test_the_recording_plays(reader: Page, site: Site) -> None:
    reader.goto(f"{site.address}/tickets/{site.numbers['locked']}")
    player = reader.locator("audio")
    player.evaluate("async audio => { audio.muted = true; await audio.play() }")  # nothing is loaded before
    expect(player).to_have_js_property("readyState", 4)
    assert player.evaluate("audio => audio.duration") == pytest.approx(6, abs=0.1)
    player.evaluate("audio => { audio.currentTime = 5.5 }")
    expect(player).to_have_js_property("ended", True)


def test_a_live_call_grows_on_the_page(reader: Page, site: Site) -> None:
    story = Story(site.store, f"call-{utc_now()}", "1077", datetime.now(UTC) - timedelta(seconds=20))
    reader.goto(f"{site.address}/tickets/{story.number}")
    expect(reader.locator("#live")).to_have_text("Live")
    reader.evaluate("window.notReloaded = true")
    story.caller("my headset crackles in every meeting")
    expect(reader.locator("#transcript")).to_contain_text("my headset crackles")
    expect(reader.get_by_role("heading", level=1)).to_have_text("My headset crackles in every meeting")
    expect(reader.locator("#head")).to_contain_text("On the line now")
    story.end(site.settings.recordings)
    expect(reader.locator("audio")).to_have_count(1)
    expect(reader.locator("#head")).not_to_contain_text("On the line now")
    assert reader.evaluate("window.notReloaded")


def test_a_new_call_appears_in_the_list_and_the_filter_stays(reader: Page, site: Site) -> None:
    reader.get_by_label("Search").fill("teleporter")
    expect(reader.locator("#list")).to_contain_text("No ticket fits")
    expect(reader.locator("#live")).to_have_text("Live")
    other = Story(site.store, f"other-{utc_now()}", "1078", utc_now())
    other.caller("my chair is squeaking terribly")
    story = Story(site.store, f"call-{utc_now()}", "1079", utc_now())
    story.caller("the teleporter in room 12 is stuck")
    expect(reader.locator("#list li")).to_have_count(1)
    expect(reader.locator("#list li")).to_contain_text("teleporter")


def test_what_callers_say_is_never_markup(reader: Page, site: Site) -> None:
    story = Story(site.store, f"call-{utc_now()}", "al<b>ice", utc_now())
    story.caller("<script>window.broken = 1</script><img src=x onerror=broken=1> it is broken")
    reader.goto(f"{site.address}/tickets/{story.number}")
    expect(reader.locator("#transcript")).to_contain_text("<script>window.broken")
    expect(reader.locator("#facts")).to_contain_text("al<b>ice")
    assert reader.evaluate("window.broken === undefined")


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_is_cut_off_at_any_width(reader: Page, site: Site, width: int) -> None:
    reader.set_viewport_size({"width": width, "height": 800})
    for path in ("/tickets", f"/tickets/{site.numbers['person']}", "/password", "/nothing"):
        reader.goto(site.address + path)
        assert reader.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_a_stream_resumes_after_the_last_event_seen(api: httpx.Client, site: Site, reader: Page) -> None:
    number = site.numbers["live"]
    seen = site.store.events.last_id()
    site.store.tickets.record_turn(number, Turn("line", "One moment please.", utc_now()))
    session = {cookie["name"]: cookie["value"] for cookie in reader.context.cookies()}["hotline_session"]
    with httpx.stream(
        "GET",
        f"{site.address}/live?after=0",
        headers={"Last-Event-ID": str(seen), "Cookie": f"hotline_session={session}"},
        timeout=60,
    ) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = iter(stream.iter_lines())
        changed = next(line for line in lines if line == "event: changed")
        message = [next(line for line in lines if line.startswith(start)) for start in ("data:", "id:")]
    told = f'data: {{"tickets": ["{number}"], "recorded": [], "kinds": ["said"]}}'
    assert [changed, *message] == ["event: changed", told, f"id: {site.store.events.last_id()}"]


def test_ranges_of_a_recording(reader: Page, site: Site) -> None:
    recording = site.store.tickets.get(site.numbers["locked"]).recordings[0]
    answer = reader.request.get(f"{site.address}/recordings/{recording.id}", headers={"Range": "bytes=0-43"})
    assert (answer.status, len(answer.body())) == (206, 44)
    assert answer.headers["content-range"] == f"bytes 0-43/{44 + 6 * 16000}"
    beyond = reader.request.get(f"{site.address}/recordings/{recording.id}", headers={"Range": "bytes=999999-"})
    assert beyond.status == 416


def test_a_recording_never_lies_outside_its_folder(reader: Page, site: Site) -> None:
    secret = site.settings.recordings.parent / "secret.wav"
    write_tone(secret, 1)
    (site.settings.recordings / "link.wav").symlink_to(secret)
    ticket = site.store.tickets.attach_recording(site.numbers["live"], "link.wav", 1.0, "call", utc_now())
    gone = site.store.tickets.attach_recording(site.numbers["live"], "gone.wav", 1.0, "call", utc_now())
    for recording in (ticket.recordings[-1].id, gone.recordings[-1].id, 10**6, "../secret.wav", "%2e%2e%2fsecret.wav"):
        assert reader.request.get(f"{site.address}/recordings/{recording}").status in {404, 422}


def test_the_api(api: httpx.Client, site: Site) -> None:
    found = api.get("/api/tickets", params={"text": "outlook", "limit": 1}).json()
    assert found["total"] == 1
    assert found["tickets"][0]["number"] == site.numbers["message"]
    ticket = api.get(f"/api/tickets/{site.numbers['locked']}").json()
    assert (ticket["status"], ticket["category"], ticket["caller"]) == ("solved", "accounts", "+4930901820")
    assert {"who", "text", "confidence", "at"} <= ticket["transcript"][2].keys()
    assert ticket["transcript"][2]["text"] == "my account is locked and i cannot log in"
    assert ticket["articles"][0]["helped"] is True
    assert api.get("/api/tickets/999999").json() == {"detail": "there is no ticket 999999"}
    assert api.get("/api/tickets", params={"limit": 0}).status_code == 422
    assert api.get("/api/tickets", params={"since": "2026-11-20T08:00:00"}).status_code == 422
    assert "/api/tickets/{number}" in api.get("/api/openapi.json").json()["paths"]


def test_a_one_time_password_does_not_open_the_api(site: Site) -> None:
    site.store.accounts.add("newcomer", Role.AGENT, utc_now())
    secret = site.store.accounts.start_session("newcomer", "web", utc_now(), "127.0.0.1")
    assert httpx.get(f"{site.address}/api/tickets", cookies={"hotline_session": secret}).status_code == 401


def test_health(site: Site) -> None:
    assert httpx.get(f"{site.address}/healthz").json() == {"status": "ok"}


def test_what_is_not_there(reader: Page, site: Site) -> None:
    for path in ("/tickets/999999", "/tickets/x", "/nothing"):
        answer = reader.goto(site.address + path)
        assert answer is not None
        assert answer.status == 404
        expect(reader.get_by_role("heading", name="There is nothing here")).to_be_visible()
