"""Every right tried against every role, on every route of the whole application. # P-12"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIWebSocketRoute
from fastapi.testclient import TestClient
from starlette.routing import BaseRoute, Mount

from ari_app.settings import Settings
from ari_app.web.application import web_application
from tickets.rights import Right, Role, may
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store
from tickets.viewer.access import SESSION_COOKIE, TOKEN_HEADER, Needs, form_token
from tickets.viewer.app import utc_now

PASSWORD = "a quiet sentence for tests"
FOR_ANYBODY = {
    "GET /login",
    "POST /login",
    "POST /appearance",
    "GET /healthz",
    "GET /dialplan/picture.css",
    "static",
    "web",
}
FOR_EVERY_USER = {"GET /", "POST /logout", "GET /password", "POST /password", "GET /live", "GET /session"}


@dataclass(frozen=True)
class Way:
    """A method on a path, and the right that it names."""

    method: str
    path: str
    right: Right | None
    is_for_programs: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def example(self) -> str:
        """The path with something in its gaps: of nothing that there is."""
        return "/".join("1" if part.startswith("{") else part for part in self.path.split("/"))


@dataclass(frozen=True)
class Whole:
    app: FastAPI
    store: Store
    ways: list[Way]
    others: set[str]

    def client(self) -> TestClient:
        return TestClient(self.app, raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """The whole application, without a controller behind it, and a user of each role."""
    folder: Path = tmp_path_factory.mktemp("rights")
    tickets = TicketsSettings(f"sqlite:///{folder}/tickets.db", folder / "recordings")
    settings = replace(Settings(), state_dir=folder, tickets=tickets)
    store = open_store(tickets)
    for role in Role:
        store.accounts.add(role, role, utc_now(), agent=f"agent of {role}")
        store.accounts.change_password(role, PASSWORD, utc_now())
    app = web_application(settings, store)
    routes = list(all_routes(app.routes))
    ways = [way for route in routes if isinstance(route, APIRoute) for way in ways_of(route)]
    yield Whole(app, store, ways, {name_of(route) for route in routes if not isinstance(route, APIRoute)})
    store.close()


def all_routes(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """Those of included routers, which FastAPI keeps as they were included, among them."""
    for route in routes:
        router = getattr(route, "original_router", None)
        if router is None:
            yield route
        else:
            yield from all_routes(router.routes)


def ways_of(route: APIRoute) -> Iterator[Way]:
    needs = list(needs_of(route.dependant))
    assert len({need.right for need in needs}) <= 1, f"{route.path} names several rights"
    is_for_programs = any(type(need).__name__ == "_Program" for need in needs)
    for method in sorted(route.methods - {"HEAD"}):
        yield Way(method, route.path, needs[0].right if needs else None, is_for_programs)


def needs_of(dependant: Dependant) -> Iterator[Needs]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Needs):
            yield inner.call
        yield from needs_of(inner)


def name_of(route: BaseRoute) -> str:
    if isinstance(route, APIWebSocketRoute):
        return f"WEBSOCKET {route.path}"
    assert isinstance(route, Mount), route
    return str(route.name)


def test_every_route_names_its_right(whole: Whole) -> None:
    without = {str(way) for way in whole.ways if way.right is None} | whole.others
    # The websocket of the telephone asks for its right itself, before it accepts.
    assert without <= FOR_ANYBODY | FOR_EVERY_USER | {"WEBSOCKET /sip"}
    assert without >= FOR_EVERY_USER | {"static", "web", "POST /login"}  # these routes are still walked here
    assert len(whole.ways) > 40


def test_every_right_is_named_by_a_role(whole: Whole) -> None:
    assert {right for right in Right if not any(may(role, right) for role in Role)} == set()


def test_nobody_gets_further_than_the_login(whole: Whole) -> None:
    client = whole.client()
    for way in whole.ways:
        if str(way) in FOR_ANYBODY:
            continue
        answer = client.request(way.method, way.example)
        to_login = answer.status_code == 303 and answer.headers["location"].startswith("/login")
        assert to_login or answer.status_code == 401, str(way)


@pytest.mark.parametrize("role", Role)
def test_every_right_against_every_role(whole: Whole, role: Role) -> None:
    secret = whole.store.accounts.start_session(role, "web", utc_now(), "testclient")
    token = whole.store.accounts.start_session(role, "api", utc_now())
    with_login, with_token = whole.client(), whole.client()
    with_login.cookies.set(SESSION_COOKIE, secret)
    with_login.headers[TOKEN_HEADER] = form_token(secret)
    with_token.headers["Authorization"] = f"Bearer {token}"
    wrong = []
    for way in whole.ways:
        if way.right is None:
            continue
        client = with_token if way.is_for_programs else with_login
        answer = client.request(way.method, way.example)
        was_let_in = answer.status_code not in (401, 403)
        if was_let_in != may(role, way.right):
            wrong.append(f"{way} ({way.right}): {answer.status_code}")
    assert wrong == []


def test_no_form_without_its_token(whole: Whole) -> None:
    secret = whole.store.accounts.start_session(Role.ADMIN, "web", utc_now(), "testclient")
    client = whole.client()
    client.cookies.set(SESSION_COOKIE, secret)
    changing = [way for way in whole.ways if way.method != "GET" and str(way) not in FOR_ANYBODY]
    assert len(changing) > 15
    for way in changing:
        may_not = 401 if way.is_for_programs else 403  # a cookie is nothing to the REST API
        if way.path == "/password":
            continue  # wants its fields first: tests/web/test_login.py
        assert client.request(way.method, way.example).status_code == may_not, f"{way} without"
        foreign = {TOKEN_HEADER: form_token("another login")}
        assert client.request(way.method, way.example, headers=foreign).status_code == may_not, f"{way} foreign"
        own = {TOKEN_HEADER: form_token(secret), "Sec-Fetch-Site": "cross-site"}
        assert client.request(way.method, way.example, headers=own).status_code == may_not, f"{way} cross-site"
