"""`hotline tickets`, `hotline user`, `hotline db` by themselves."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from tickets.cli import db_app, tickets_app, user_app
from tickets.settings import TicketsSettings
from tickets.store import open_store
from tickets.ticket import Turn

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Sections:
    """As much of the settings of `hotline` as these commands look at."""

    tickets: TicketsSettings


@pytest.fixture
def settings(tmp_path: Path) -> TicketsSettings:
    return TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", tmp_path)


@pytest.fixture
def hotline(settings: TicketsSettings) -> Callable[..., Result]:
    app = typer.Typer()
    for name, part in (("tickets", tickets_app), ("user", user_app), ("db", db_app)):
        app.add_typer(part, name=name)
    return lambda *words: CliRunner().invoke(app, list(words), obj=Sections(settings))


@pytest.fixture
def number(settings: TicketsSettings) -> str:
    store = open_store(settings)
    ticket = store.tickets.open_for_call("c", "s", "030 901820", "5000", "en", START)
    store.tickets.record_turn(ticket.number, Turn("caller", "the printer is broken", START, 0.93))
    store.tickets.note_understanding(ticket.number, "article:printer", 0.8, "hardware", START)
    store.close()
    return ticket.number


def test_list_and_show_as_json(hotline: Callable[..., Result], number: str) -> None:  # cli.md
    listed = json.loads(hotline("tickets", "list", "printer", "--json").stdout)
    assert (listed["total"], listed["tickets"][0]["number"]) == (1, number)
    shown = json.loads(hotline("tickets", "show", number, "--json").stdout)
    assert (shown["number"], shown["status"], shown["category"]) == (number, "open", "hardware")
    (turn,) = shown["transcript"]
    assert (turn["who"], turn["text"], turn["confidence"]) == ("caller", "the printer is broken", 0.93)
    assert datetime.fromisoformat(turn["at"]) == START


def test_show_for_people(hotline: Callable[..., Result], number: str) -> None:
    shown = hotline("tickets", "show", number).stdout
    for words in (number, "030 901820", "80 % sure", "Caller  the printer is broken  (93 %)"):
        assert words in shown


def test_mistakes_are_told_without_a_traceback(hotline: Callable[..., Result], number: str) -> None:
    missing = hotline("tickets", "show", "999999")
    assert (missing.exit_code, missing.stderr) == (1, "hotline: there is no ticket 999999\n")
    assert hotline("tickets", "list", "--status", "lost").exit_code == 2
    assert hotline("user", "passwd", "nobody").exit_code == 1


def test_users(hotline: Callable[..., Result], settings: TicketsSettings) -> None:
    password = hotline("user", "add", "maria", "--role", "supervisor").stdout.split(": ")[1].strip()
    store = open_store(settings)
    user = store.accounts.log_in("maria", password, START)
    token = hotline("user", "token", "maria").stdout.strip()
    assert store.accounts.of_session(token, "api", START) == user
    store.close()
    assert hotline("user", "add", "maria").exit_code == 1
    assert hotline("user", "unlock", "maria").exit_code == 0
    assert "one-time password" in hotline("user", "list").stdout


def test_upgrade_and_backup(hotline: Callable[..., Result], tmp_path: Path) -> None:
    assert hotline("db", "upgrade").stdout == "the database is at 0003 (was empty)\n"
    assert hotline("db", "upgrade").stdout == "the database is at 0003, as before\n"
    copy = tmp_path / "copy.db"
    assert hotline("db", "backup", str(copy)).exit_code == 0
    again = hotline("db", "backup", str(copy))
    assert (again.exit_code, again.stderr) == (1, f"hotline: {copy} exists already\n")
    assert hotline("db", "backup", str(tmp_path / "none" / "copy.db")).exit_code == 1


@pytest.mark.parametrize("command", [("tickets", "list"), ("tickets", "show"), ("user", "add"), ("db", "backup")])
def test_every_help_has_an_example(hotline: Callable[..., Result], command: tuple[str, str]) -> None:
    assert f"Example: hotline {' '.join(command)}" in hotline(*command, "--help").stdout
