"""Users, what they may do, and that all of it is told in the audit log. # P-12"""

import csv
import io
import re
import time
from collections.abc import Iterator

import httpx
import pytest
from conftest import PASSWORD, Site, log_in
from playwright.sync_api import Page, expect

from tickets.events import Kind
from tickets.rights import Role
from tickets.store.audit import AuditFilter
from tickets.viewer.access import SESSION_COOKIE, TOKEN_HEADER, form_token
from tickets.viewer.app import utc_now

STREAM_ENDS_WITHIN_S = 14.0


@pytest.fixture
def admin(site: Site) -> Iterator[httpx.Client]:
    with logged_in(site, "admin") as client:
        yield client


def logged_in(site: Site, name: str, address: str = "127.0.0.1") -> httpx.Client:
    """Somebody with a login of his own, made at `address` and used there."""
    secret = site.store.accounts.start_session(name, "web", utc_now(), address)
    client = httpx.Client(base_url=site.address, transport=httpx.HTTPTransport(local_address=address))
    client.cookies.set(SESSION_COOKIE, secret)
    client.headers[TOKEN_HEADER] = form_token(secret)
    return client


def add(site: Site, name: str, role: Role = Role.AGENT) -> None:
    site.store.accounts.add(name, role, utc_now())
    site.store.accounts.change_password(name, PASSWORD, utc_now())


def told(site: Site, who: str) -> list[tuple[str, object]]:
    """What the audit log has of somebody, newest first: kind, and what changed."""
    return [(event.kind, event.data.get("change")) for event in site.store.audit.page(AuditFilter(who), 50)]


def test_a_user_from_the_first_day_to_the_last(page: Page, site: Site) -> None:
    log_in(page, site)
    page.get_by_role("link", name="Users").click()
    page.get_by_label("User name").fill("Maria")
    page.get_by_label("Role", exact=True).select_option("supervisor")
    page.get_by_label("Agent account", exact=True).fill("agent1")
    page.get_by_role("button", name="Add").click()
    password = page.get_by_role("alert").locator("code").inner_text()
    assert site.store.accounts.log_in("maria", password, utc_now()).name == "maria"  # type: ignore[union-attr]

    page.goto(f"{site.address}/users/maria")
    expect(page.get_by_text(password)).to_have_count(0)  # shown once
    page.get_by_label("Role", exact=True).select_option("agent")
    page.get_by_label("Agent account", exact=True).fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Role", exact=True)).to_have_value("agent")
    page.get_by_role("button", name="Make a token").click()
    token = page.get_by_role("alert").locator("code").inner_text()
    headers = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{site.address}/api/tickets", headers=headers).status_code == 200
    page.get_by_role("button", name="End").click()
    expect(page.get_by_role("button", name="End")).to_have_count(0)
    assert httpx.get(f"{site.address}/api/tickets", headers=headers).status_code == 401
    page.get_by_role("button", name="Disable").click()
    expect(page.locator(".head .pill")).to_have_text("Disabled")
    page.get_by_role("link", name="All users").click()
    expect(page.get_by_role("link", name="maria")).to_contain_text("Disabled")

    changes = [change for kind, change in told(site, "admin") if kind == Kind.USER_CHANGED]
    assert changes[:5] == ["disabled", "token_ended", "token_made", "assigned", "added"]
    page.get_by_role("link", name="Audit log").click()
    expect(page.locator(".audit li").first).to_contain_text("Disabled maria")
    page.get_by_label("What about").select_option("logins")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".audit li").first).to_contain_text("Logged in")
    expect(page.locator(".audit li", has_text="Disabled maria")).to_have_count(0)


def test_the_last_admin_stays_one(admin: httpx.Client, site: Site) -> None:
    refused = admin.post("/users/admin/disable")
    assert (refused.status_code, "last administrator" in refused.text) == (422, True)
    assert admin.post("/users/admin/assign", data={"role": "agent"}).status_code == 422
    assert admin.get("/users", headers={"Accept-Language": "zh-CN"}).status_code == 200
    in_chinese = admin.post("/users/admin/disable", headers={"Accept-Language": "zh-CN"})
    assert "最后一位管理员" in in_chinese.text


@pytest.mark.parametrize(
    ("form", "problem"),
    [({"name": "admin"}, "already"), ({"name": "a/b"}, "slash"), ({"name": " "}, "1 to 80")],
)
def test_mistakes_are_told_on_the_page(admin: httpx.Client, form: dict[str, str], problem: str) -> None:
    answer = admin.post("/users", data=form)
    assert (answer.status_code, problem in answer.text) == (422, True)


def test_a_user_that_there_is_not(admin: httpx.Client) -> None:
    assert admin.get("/users/nobody").status_code == 404
    assert admin.post("/users/nobody/disable").status_code == 404
    assert admin.post("/users/admin/tokens/000000000000/end").status_code == 404


def test_a_locked_user_is_let_in_again(admin: httpx.Client, site: Site) -> None:
    add(site, "locked")
    for _ in range(site.settings.login_attempts):
        site.store.accounts.log_in("locked", "wrong", utc_now())
    assert "Unlock" in admin.get("/users/locked").text
    assert admin.post("/users/locked/unlock").status_code == 303
    assert "Unlock" not in admin.get("/users/locked").text


def test_a_stolen_cookie_is_refused_and_told_and_its_owner_goes_on(site: Site) -> None:
    add(site, "owner")
    with (
        logged_in(site, "owner") as owner,
        httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.2")) as thief,
    ):
        thief.cookies.update(owner.cookies)
        assert owner.get("/tickets").status_code == 200
        for path in ("/tickets", "/tickets", "/live"):
            assert thief.get(site.address + path, cookies=dict(owner.cookies)).status_code in (303, 401)
        assert thief.get(f"{site.address}/api/tickets", cookies=dict(owner.cookies)).status_code == 401
        assert owner.get("/tickets").status_code == 200
    refused = [event for event in site.store.audit.page(AuditFilter("owner"), 10) if event.kind == Kind.LOGIN_REFUSED]
    assert [event.data["address"] for event in refused] == ["127.0.0.2"]  # once, however often it is tried


@pytest.mark.parametrize("change", ["disable", "assign"])
def test_who_may_no_more_is_cut_off_in_the_middle_of_a_stream(admin: httpx.Client, site: Site, change: str) -> None:
    add(site, f"leaver {change}", Role.SUPERVISOR)
    with logged_in(site, f"leaver {change}") as leaver, leaver.stream("GET", "/live", timeout=30) as stream:
        lines = stream.iter_lines()
        assert next(lines)
        began = time.monotonic()
        assert admin.post(f"/users/leaver {change}/{change}", data={"role": "agent"}).status_code == 303
        for _ in lines:
            pass
        assert time.monotonic() - began < STREAM_ENDS_WITHIN_S
        assert leaver.get("/session").status_code == (401 if change == "disable" else 204)


def test_the_audit_log_as_a_file(admin: httpx.Client, site: Site) -> None:
    add(site, "=cmd()")
    site.store.events.append(Kind.NOTED, utc_now(), data={"by": "=cmd()", "text": "…"})
    answer = admin.get("/audit.csv", params={"who": "=cmd()"})
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert rows[0]["who"] == "'=cmd()"  # no formula in a spreadsheet
    assert rows[0]["what"] == "Wrote a note"
    assert re.match(r"\d{4}-\d\d-\d\dT", rows[0]["at"])


def test_the_audit_log_is_paged(admin: httpx.Client, site: Site) -> None:
    for number in range(60):
        site.store.events.append(
            Kind.GROUP_SWITCHED, utc_now(), data={"by": "pager", "group": f"g{number}", "to": "open"}
        )
    first = admin.get("/audit", params={"who": "pager"}).text
    assert ("Group g59: open" in first, "Group g9: open" in first) == (True, False)
    before = re.search(r"before=(\d+)", first)
    assert before
    second = admin.get("/audit", params={"who": "pager", "before": before[1]}).text
    assert ("Group g59: open" in second, "Group g9: open" in second) == (False, True)


def test_who_plays_a_recording_is_told_once(admin: httpx.Client, site: Site) -> None:
    add(site, "listener")
    with logged_in(site, "listener") as listener:
        for sent in ({}, {"Range": "bytes=4000-"}):
            assert listener.get("/recordings/1", headers=sent).status_code in (200, 206)
    assert told(site, "listener") == [(Kind.RECORDING_PLAYED, None), (Kind.USER_CHANGED, "password_changed")]
