"""The door: nobody sees a page, a recording or the API without a login."""

import httpx
import pytest
from conftest import PASSWORD, Site, log_in
from playwright.sync_api import Page, expect

from tickets.rights import Role
from tickets.viewer.app import utc_now

PAGES = ["/", "/tickets", "/tickets/100001", "/recordings/1", "/password"]


def test_the_first_login(page: Page, fresh_site: Site) -> None:
    log_in(page, fresh_site, fresh_site.first_password)
    expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    page.goto(fresh_site.address + "/tickets")
    expect(page).to_have_url(fresh_site.address + "/password")  # nothing else works before

    page.get_by_label("Current password").fill(fresh_site.first_password)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password, once more").fill(PASSWORD + "!")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert")).to_have_text("The two new passwords are not the same.")

    page.get_by_label("Current password").fill(fresh_site.first_password)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password, once more").fill(PASSWORD)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("heading", name="Tickets")).to_be_visible()

    page.get_by_text("admin").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    log_in(page, fresh_site, fresh_site.first_password)
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")


def test_after_the_login_the_page_that_was_asked_for(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/tickets/{site.numbers['locked']}")
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="My account is locked")).to_be_visible()


@pytest.fixture
def client(site: Site) -> httpx.Client:
    return httpx.Client(base_url=site.address)


def csrf(page: httpx.Response) -> str:
    return page.text.split('name="csrf" value="')[1].split('"')[0]


def log_in_by_form(client: httpx.Client, name: str, password: str, **fields: str) -> httpx.Response:
    form = {"name": name, "password": password, "csrf": csrf(client.get("/login"))}
    return client.post("/login", data=form | fields)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_without_login(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=")
    assert "locked" not in answer.text


@pytest.mark.parametrize("path", ["/api/tickets", "/api/tickets/100001", "/api/openapi.json", "/live"])
def test_no_data_without_login(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 401
    assert client.get(path, headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert client.get(path, cookies={"hotline_session": "wrong"}).status_code == 401


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/static/../texts.py", "/static/..%2ftexts.py"])
def test_what_is_not_served_at_all(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_login_form_from_elsewhere_is_refused(client: httpx.Client) -> None:
    form = {"name": "admin", "password": PASSWORD}
    client.get("/login")
    assert client.post("/login", data=form).status_code == 403
    assert client.post("/login", data=form | {"csrf": "0" * 64}).status_code == 403
    right = form | {"csrf": csrf(client.get("/login"))}
    assert client.post("/login", data=right, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert "hotline_session" not in client.cookies


def test_forms_need_their_token(client: httpx.Client) -> None:
    assert log_in_by_form(client, "admin", PASSWORD).status_code == 303
    change = {"current": PASSWORD, "new": "another quiet one", "repeat": "another quiet one"}
    assert client.post("/password", data=change).status_code == 403
    assert client.post("/logout", data={"csrf": "wrong"}).status_code == 403
    assert client.get("/tickets").status_code == 200
    assert client.post("/logout", data={"csrf": csrf(client.get("/password"))}).status_code == 303
    assert client.get("/tickets").status_code == 303


def test_the_cookie_cannot_be_read_by_scripts(client: httpx.Client) -> None:
    cookie = log_in_by_form(client, "admin", PASSWORD).headers["set-cookie"]
    assert "hotline_session=" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_a_login_never_leads_to_another_site(client: httpx.Client, target: str) -> None:
    assert log_in_by_form(client, "admin", PASSWORD, next=target).headers["location"] == "/"


def test_lockout(client: httpx.Client, site: Site) -> None:
    password = site.store.accounts.add("guessed", Role.AGENT, utc_now())
    answers = [log_in_by_form(client, "guessed", "wrong").status_code for _ in range(5)]
    assert answers == [401, 401, 401, 401, 429]
    assert log_in_by_form(client, "guessed", password).status_code == 429
    site.store.accounts.unlock("guessed", utc_now())
    assert log_in_by_form(client, "guessed", password).headers["location"] == "/password"


def test_headers_guard_every_answer(client: httpx.Client) -> None:
    for path in ("/login", "/tickets", "/nothing", "/static/viewer.css"):
        headers = client.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
    assert client.get("/login").headers["cache-control"] == "no-store"
