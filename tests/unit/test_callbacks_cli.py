"""`hotline callbacks`, as an operator types it. # D6 D13"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ari_app.outgoing.callbacks_cli import app
from ari_app.settings import Settings, load_settings
from tickets.callback import CallbackRecord
from tickets.events import Kind
from tickets.store import Store, open_store
from tickets.ticket import Status

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"HOTLINE_STATE": str(tmp_path), "HOTLINE_CONFIG": str(_empty(tmp_path / "hotline.toml"))})


def _empty(file: Path) -> Path:
    file.touch()
    return file


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings.tickets)
    yield opened
    opened.close()


@pytest.fixture
def asked(store: Store) -> CallbackRecord:
    ticket = store.tickets.open_for_call("a", "sip-a", "+493023125201", "5000", "en", START)
    return store.callbacks.request(ticket.number, "+493023125201", "helpdesk", START)


def hotline(settings: Settings, *words: str) -> Result:
    return CliRunner().invoke(app, list(words), obj=settings, env={"COLUMNS": "160"})


def test_a_list_for_people_and_for_programs(settings: Settings, store: Store, asked: CallbackRecord) -> None:
    told = hotline(settings, "list")
    assert told.exit_code == 0
    assert "030 23125201" in told.stdout
    assert "1 to be called back" in told.stdout
    dialled = replace(asked, state="dialling", tries=1, agent="agent1")
    missed = replace(dialled, state="waiting", not_before=START)
    store.callbacks.change(asked, dialled, Kind.CALLBACK_DIALLED, {}, START)
    store.callbacks.change(dialled, missed, Kind.CALLBACK_MISSED, {"reason": "busy", "again_at": None}, START)
    (shape,) = json.loads(hotline(settings, "list", "--json").stdout)["callbacks"]
    assert shape["ticket"] == asked.ticket
    assert (shape["state"], shape["tries"], shape["why"], shape["agent"]) == ("waiting", 1, "busy", "agent1")


def test_what_is_cancelled_is_not_called_any_more(settings: Settings, store: Store, asked: CallbackRecord) -> None:
    done = hotline(settings, "cancel", str(asked.id), "--by", "anna")
    assert (done.exit_code, done.stdout) == (0, f"callback {asked.id} is cancelled\n")
    assert store.callbacks.open() == []
    assert store.tickets.get(asked.ticket).status is Status.OPEN
    assert json.loads(hotline(settings, "list", "--json").stdout)["callbacks"] == []
    (shape,) = json.loads(hotline(settings, "list", "--all", "--json").stdout)["callbacks"]
    assert (shape["state"], shape["why"]) == ("cancelled", "anna")


def test_mistakes_are_told_without_a_traceback(settings: Settings, asked: CallbackRecord) -> None:
    unknown = hotline(settings, "cancel", "99")
    assert (unknown.exit_code, "there is no callback 99" in unknown.stderr) == (2, True)
    hotline(settings, "cancel", str(asked.id))
    twice = hotline(settings, "cancel", str(asked.id))
    assert (twice.exit_code, "is cancelled: only one that waits" in twice.stderr) == (1, True)
