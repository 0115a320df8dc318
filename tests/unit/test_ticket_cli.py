"""`hotline tickets`, `hotline user`, `hotline db` by themselves."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from tickets import user_cli
from tickets.cli import db_app, tickets_app
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
    for name, part in (("tickets", tickets_app), ("user", user_cli.app), ("db", db_app)):
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
    assert "One-time password" in hotline("user", "list").stdout


def test_another_role_and_no_login(hotline: Callable[..., Result], settings: TicketsSettings) -> None:
    hotline("user", "add", "maria", "--agent", "agent1")
    assert hotline("user", "assign", "maria", "--role", "supervisor").stdout == (
        "maria is supervisor, with the agent account agent1\n"
    )
    assert hotline("user", "assign", "maria", "--agent", "").stdout == "maria is supervisor, no agent account\n"
    assert hotline("user", "disable", "maria").exit_code == 0
    assert "Disabled" in hotline("user", "list").stdout
    assert hotline("user", "enable", "maria").exit_code == 0
    assert "Disabled" not in hotline("user", "list").stdout
    hotline("user", "add", "anna", "--role", "admin")
    refused = hotline("user", "disable", "anna")
    assert (refused.exit_code, "last admin" in refused.stderr) == (1, True)


def test_tokens_are_listed_and_ended(hotline: Callable[..., Result]) -> None:
    hotline("user", "add", "reports")
    hotline("user", "token", "reports")
    (line,) = hotline("user", "tokens", "reports").stdout.splitlines()
    assert hotline("user", "tokens", "reports", "--end", "000000000000").exit_code == 1
    assert hotline("user", "tokens", "reports", "--end", line.split()[0]).stdout == ""


def test_upgrade_and_backup(hotline: Callable[..., Result], tmp_path: Path) -> None:
    first = hotline("db", "upgrade").stdout
    assert re.fullmatch(r"the database is at \d{4} \(was empty\)\n", first)
    assert hotline("db", "upgrade").stdout == first.replace(" (was empty)", ", as before")
    copy = tmp_path / "copy.db"
    assert hotline("db", "backup", str(copy)).exit_code == 0
    again = hotline("db", "backup", str(copy))
    assert (again.exit_code, again.stderr) == (1, f"hotline: {copy} exists already\n")
    assert hotline("db", "backup", str(tmp_path / "none" / "copy.db")).exit_code == 1


@pytest.mark.parametrize("command", [("tickets", "list"), ("tickets", "show"), ("user", "add"), ("db", "backup")])
def test_every_help_has_an_example(hotline: Callable[..., Result], command: tuple[str, str]) -> None:
    assert f"Example: hotline {' '.join(command)}" in hotline(*command, "--help").stdout
