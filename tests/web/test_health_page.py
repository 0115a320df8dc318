"""How the line is, on a page and over the REST API. # P-7"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import PASSWORD
from controller import floor_only
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ari_app.control.commands import Command, Commands, Request
from ari_app.control.health_shapes import (
    AsteriskHealth,
    EditionHealth,
    HealthShape,
    LoopLagHealth,
    RecognizerHealth,
    SynthesizerHealth,
    TrunkHealth,
)
from ari_app.distributor import Distributor
from ari_app.settings import ClockSettings, Settings, WebSettings
from ari_app.web import health_checks
from ari_app.web.application import web_application
from ari_app.web.health import shape_of
from ari_app.web.health_checks import Finding, State, controller_findings, machine_findings
from tickets.rights import Role
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store
from tickets.viewer.access import SESSION_COOKIE
from tickets.viewer.app import utc_now
from tickets.viewer.words import LANGUAGES, load_words

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WELL = HealthShape(
    asterisk=AsteriskHealth(connected=True, version="22.6.0", since=NOW, channels=4),
    trunk=TrunkHealth(configured=True, reachable=True),
    recognizers=[RecognizerHealth(language="en", state="ready", pids=[1, 2], restarts=0, waiting=1)],
    synthesizer=SynthesizerHealth(state="idle", pid=None),
    loop_lag_ms=LoopLagHealth(p50=1.0, p99=4.2),
    calls=2,
    waiting=1,
    editions=EditionHealth(version="abc123", problem=False),
    started_at=NOW,
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    tickets = TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", tmp_path / "recordings")
    return replace(Settings(), state_dir=tmp_path, cache_dir=tmp_path / "cache", tickets=tickets)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings.tickets)
    yield opened
    opened.close()


def of(part: str, findings: Iterator[Finding]) -> Finding:
    (found,) = [finding for finding in findings if finding.part == part]
    return found


def test_all_is_well() -> None:
    assert {finding.state for finding in controller_findings(WELL)} == {State.OK}


@pytest.mark.parametrize(
    ("part", "change", "state", "found"),
    [
        ("asterisk", {"asterisk": AsteriskHealth(connected=False)}, State.BAD, "away"),
        ("trunk", {"trunk": TrunkHealth(configured=True, reachable=False)}, State.BAD, "unreachable"),
        ("trunk", {"trunk": TrunkHealth(configured=True, reachable=None)}, State.WARN, "unknown"),
        ("trunk", {"trunk": TrunkHealth(configured=False, reachable=None)}, State.OK, "none"),
        ("controller", {"loop_lag_ms": LoopLagHealth(p50=3, p99=61)}, State.WARN, "late"),
        ("dialplan", {"editions": EditionHealth(version="abc123", problem=True)}, State.WARN, "refused"),
    ],
)
def test_what_is_not_well(part: str, change: dict[str, object], state: State, found: str) -> None:
    finding = of(part, controller_findings(WELL.model_copy(update=change)))
    assert (finding.state, finding.found) == (state, found)


def test_without_a_controller_nothing_is_known_of_what_it_works_with() -> None:
    assert [(one.part, one.state) for one in controller_findings(None)] == [("controller", State.BAD)]


def test_this_machine(settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {(one.part, one.name): one for one in machine_findings(settings, store, lambda: True)}
    assert found["database", ""].state is State.OK
    assert found["database", ""].slots["revision"].isdigit()
    assert {name for part, name in found if part == "disk"} == {"state", "cache", "recordings"}
    assert found["clock", ""].state is State.OK
    monkeypatch.setattr(health_checks, "NEEDED_BYTES", 10**18)
    full = [one for one in machine_findings(settings, store, lambda: False) if one.state is not State.OK]
    assert [(one.part, one.found) for one in full] == [("disk", "full")] * 3 + [("clock", "free")]


def test_settings_that_an_operator_should_know_of(settings: Settings, store: Store) -> None:
    odd = replace(settings, web=WebSettings(host="0.0.0.0"), clock=ClockSettings(ahead_s=3600))  # noqa: S104
    found = {one.part: one.found for one in machine_findings(odd, store, lambda: True)}
    assert (found["certificate"], found["clock"]) == ("none", "ahead")


def test_a_database_that_is_gone(settings: Settings, store: Store) -> None:
    store.database.engine.dispose()
    file = Path(str(store.database.url.database))
    file.unlink()
    file.mkdir()
    finding = of("database", machine_findings(settings, store, lambda: True))
    assert (finding.state, finding.found) == (State.BAD, "away")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_wrong_comes_with_what_to_do(language: str, settings: Settings) -> None:
    words = load_words(language, [Path(health_checks.__file__).with_name("texts")])
    unknown = WELL.model_copy(update={"asterisk": AsteriskHealth(connected=False)})
    for finding in (*controller_findings(None), *controller_findings(unknown)):
        shown = shape_of(finding, words)
        assert shown.seen
        assert bool(shown.todo) == (finding.state is not State.OK)


def controller(_: Distributor) -> Commands:
    async def health(_: Request) -> HealthShape:
        return WELL

    return {"health": Command(Request, health)}


@pytest.fixture
def client(settings: Settings, store: Store) -> Callable[[Role], TestClient]:
    def of_role(role: Role) -> TestClient:
        store.accounts.add(role, role, utc_now())
        store.accounts.change_password(role, PASSWORD, utc_now())
        app: FastAPI = web_application(settings, store)
        made = TestClient(app, follow_redirects=False)
        made.cookies.set(SESSION_COOKIE, store.accounts.start_session(role, "web", utc_now(), "testclient"))
        return made

    return of_role


def test_the_page_and_the_api_say_what_the_controller_says(
    settings: Settings, client: Callable[[Role], TestClient]
) -> None:
    supervisor = client(Role.SUPERVISOR)
    settings.run_dir.mkdir(parents=True, exist_ok=True)
    away = supervisor.get("/api/health").json()
    assert (away["ok"], away["findings"][0]["part"], away["findings"][0]["state"]) == (False, "controller", "bad")
    with floor_only(settings.control_socket, controller):
        told = supervisor.get("/api/health").json()
        page = supervisor.get("/health").text
    assert told["ok"] is True
    seen = {(one["part"], one["name"]): one["seen"] for one in told["findings"]}
    assert seen["asterisk", ""] == "Version 22.6.0; channels: 4."
    assert seen["recognizer", "en"] == "Workers: 2; utterances waiting: 1."
    assert "Version 22.6.0; channels: 4." in page
    assert "New calls get version abc123." in page
