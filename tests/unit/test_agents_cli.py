"""`hotline agents` and the REST API of the desk, both over the control socket of a real queue: they say the same."""

import json
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from controller import FloorOnly, floor_only
from fastapi import FastAPI
from fastapi.testclient import TestClient
from structlog.testing import capture_logs
from typer.testing import CliRunner

from ari_app.acd.queue import Offer, QueueEntry
from ari_app.agents.cli import app
from ari_app.settings import Settings, load_settings
from ari_app.web.application import add_line_pages
from tickets.store import open_store
from tickets.viewer.app import create_app, utc_now

Hotline = Callable[..., Result]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"HOTLINE_STATE": str(tmp_path)})


@pytest.fixture
def controller(settings: Settings) -> Iterator[FloorOnly]:
    # It is in this process: what it logs is not what the command says.
    with capture_logs(), floor_only(settings.control_socket) as running:
        yield running


@pytest.fixture
def hotline(settings: Settings) -> Hotline:
    return lambda *words: CliRunner().invoke(app, list(words), obj=settings, env={"COLUMNS": "160"})


@pytest.fixture
def web(settings: Settings) -> Iterator[FastAPI]:
    """The real web application."""
    store = open_store(settings.tickets)
    store.accounts.first_admin(utc_now())
    store.accounts.change_password("admin", "a quiet sentence for tests", utc_now())
    app = create_app(settings.tickets, store)
    add_line_pages(app, settings)
    yield app
    store.close()


@pytest.fixture
def desk(web: FastAPI) -> TestClient:
    """A program with a token."""
    token = web.state.viewer.store.accounts.start_session("admin", "api", utc_now())
    return TestClient(web, headers={"Authorization": f"Bearer {token}"})


def stands(desk: TestClient, hotline: Hotline, name: str) -> tuple[str, str | None]:
    """State and pause, which all must tell alike."""
    told: list[list[dict[str, Any]]] = [
        desk.get("/api/agents").json()["agents"],
        desk.get("/api/floor").json()["agents"],
        json.loads(hotline("list", "--json").stdout)["agents"],
    ]
    found = {(one["state"], one["pause"]) for agents in told for one in agents if one["agent"] == name}
    assert len(found) == 1
    return found.pop()


# P-4 P-7 000-11
def test_what_the_desk_does_the_command_sees_and_the_other_way_round(
    controller: FloorOnly, hotline: Hotline, desk: TestClient
) -> None:
    controller.does(lambda distributor: distributor.reach("agent1"))
    assert stands(desk, hotline, "agent1") == ("ready", None)
    assert desk.post("/api/agents/agent1/pause", json={"reason": "lunch"}).json()["pause"] == "lunch"
    assert stands(desk, hotline, "agent1") == ("paused", "lunch")
    assert hotline("ready", "agent1").stdout == "agent1: ready\n"
    assert stands(desk, hotline, "agent1") == ("ready", None)
    assert hotline("pause", "agent1", "meeting").stdout == "agent1: paused: meeting\n"
    assert desk.post("/api/agents/agent1/ready").json()["state"] == "ready"
    assert desk.post("/api/agents/agent1/pause").json()["pause"] == "break"
    assert desk.post("/api/agents/agent1/log-out").json()["state"] == "logged_out"
    assert stands(desk, hotline, "agent1") == ("logged_out", None)
    assert json.loads(hotline("log-in", "agent1", "--json").stdout)["state"] == "ready"
    assert hotline("log-out", "agent1").stdout == "agent1: logged out\n"
    assert desk.post("/api/agents/agent1/log-in").json()["state"] == "ready"
    assert stands(desk, hotline, "agent1") == ("ready", None)


# P-5
def test_the_list_tells_who_waits(controller: FloorOnly, hotline: Hotline, desk: TestClient) -> None:
    since = datetime.now(UTC) - timedelta(seconds=75)
    controller.does(lambda distributor: distributor.reach("agent2"))
    controller.does(lambda distributor: distributor.join(QueueEntry("call-1", "helpdesk", since)))
    controller.does(lambda distributor: distributor.join(QueueEntry("call-2", "helpdesk", since, priority=4)))
    controller.does(lambda distributor: distributor.answer(Offer("call-1", "agent2")))
    controller.does(lambda distributor: distributor.pause("agent2", "lunch"))
    shown = hotline("list").stdout
    assert "talking, then paused: lunch" in shown
    assert "helpdesk: 1 waiting, the longest for 1:15" in shown
    assert "caller call-2 has waited 1:15 for helpdesk, priority 4" in shown
    floor = desk.get("/api/floor").json()
    assert [(one["call_id"], one["priority"]) for one in floor["callers"]] == [("call-2", 4)]
    assert floor["groups"][0]["longest_wait_s"] >= 75


@pytest.mark.parametrize(
    ("words", "request_", "status", "exit_code", "told"),
    [
        (("ready", "agnt1"), ("agnt1/ready", None), 404, 2, "did you mean 'agent1'?"),
        (("pause", "agent1", "lunhc"), ("agent1/pause", {"reason": "lunhc"}), 422, 2, "did you mean 'lunch'?"),
        (("ready", "agent3"), ("agent3/ready", None), 409, 1, "agent3 is not logged in"),
        (("pause", "agent3"), ("agent3/pause", None), 409, 1, "agent3 is not logged in"),
    ],
)
def test_what_cannot_be_done_is_told_alike(
    controller: FloorOnly, hotline: Hotline, desk: TestClient, words: tuple[str, ...],
    request_: tuple[str, Any], status: int, exit_code: int, told: str,
) -> None:  # fmt: skip
    controller.does(lambda distributor: distributor.log_out("agent3"))
    before = controller.distributor.floor
    result = hotline(*words)
    assert (result.exit_code, result.stdout) == (exit_code, "")
    assert told in result.stderr
    answer = desk.post(f"/api/agents/{request_[0]}", json=request_[1])
    assert answer.status_code == status
    assert told in answer.json()["detail"]
    assert controller.distributor.floor is before


def test_a_call_command_without_a_caller(controller: FloorOnly, hotline: Hotline) -> None:
    whom = hotline("call", "dial", "agent1")
    assert (whom.exit_code, whom.stderr) == (2, "hotline: whom? Give --number or --ticket\n")
    for words in (("hold",), ("consult", "agent:agent2"), ("return-to-queue", "needs SAP")):
        result = hotline("call", words[0], "agent1", *words[1:])
        assert result.exit_code == 1
        assert "agent1 has no caller at the moment" in result.stderr


def test_without_a_controller_both_say_so(settings: Settings, hotline: Hotline, desk: TestClient) -> None:
    result = hotline("list", "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is `hotline up` running?" in result.stderr
    answer = desk.get("/api/floor")
    assert answer.status_code == 503
    assert "is `hotline up` running?" in answer.json()["detail"]
    settings.run_dir.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as left_over:
        left_over.bind(str(settings.control_socket))
    assert desk.post("/api/agents/agent1/ready").status_code == 503


def test_a_token_is_needed_and_a_cookie_changes_nothing(controller: FloorOnly, web: FastAPI, desk: TestClient) -> None:
    stranger = TestClient(web)
    assert stranger.get("/api/agents").status_code == 401
    assert stranger.get("/api/floor").status_code == 401
    assert stranger.post("/api/agents/agent1/log-out").status_code == 401
    secret = web.state.viewer.store.accounts.start_session("admin", "web", utc_now(), "testclient")
    stranger.cookies.set("hotline_session", secret)
    assert stranger.get("/api/agents").status_code == 200
    # Another site's page could send it.
    assert stranger.post("/api/agents/agent1/log-out").status_code == 401
    assert controller.distributor.floor.agents == {}


def test_the_api_describes_itself(desk: TestClient) -> None:
    described = desk.get("/api/openapi.json").json()
    for path in ("log-in", "log-out", "pause", "ready"):
        operation = described["paths"][f"/api/agents/{{name}}/{path}"]["post"]
        assert operation["description"]
        assert {"200", "404", "503"} <= operation["responses"].keys()
    assert described["paths"]["/api/floor"]["get"]["responses"]["200"]
    assert "wrap_up" in described["components"]["schemas"]["ShownState"]["enum"]
