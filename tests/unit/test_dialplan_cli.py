"""`hotline dialplan`: the versions, what differs, and back to one of them. # D8"""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ari_app.cli import app
from ari_app.editions.history import History, version_of
from ari_app.settings import Settings, load_settings
from dialplan.loader import SHIPPED

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A dialplan and articles of one's own."""
    shutil.copytree(SHIPPED, tmp_path / "dialplan")
    shutil.copytree(Settings().knowledge.articles, tmp_path / "articles")
    (tmp_path / "hotline.toml").write_text(
        f'dialplan = "{tmp_path}/dialplan"\n[knowledge]\narticles = "{tmp_path}/articles"\n'
    )
    monkeypatch.setenv("HOTLINE_CONFIG", str(tmp_path / "hotline.toml"))
    monkeypatch.setenv("HOTLINE_STATE", str(tmp_path / "state"))
    return load_settings()


@pytest.fixture
def first(settings: Settings) -> str:
    """The version that the line began with."""
    history = History(settings.state_dir / "dialplans")
    with history.draft(settings.dialplan, settings.knowledge.articles) as draft:
        history.keep(draft)
    history.note(draft.version, NOON, "start")
    return draft.version


@pytest.fixture
def hotline(settings: Settings) -> Callable[..., Result]:
    return lambda *arguments: CliRunner().invoke(app, ["dialplan", *arguments])


def present(settings: Settings) -> str:
    return version_of(settings.dialplan, settings.knowledge.articles)


def edit(settings: Settings, text: str) -> None:
    with (settings.dialplan / "menus.yaml").open("a", encoding="utf-8") as file:
        file.write(text)


def test_back_to_a_version_and_what_lay_there_is_kept(
    settings: Settings, first: str, hotline: Callable[..., Result]
) -> None:
    edit(settings, "this is: [broken\n")
    (settings.dialplan / "more.yaml").write_text("a file that was not there\n")
    broken = present(settings)
    done = hotline("rollback", first, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {"dialplan": str(settings.dialplan), "restored": first, "version": first}
    assert present(settings) == first
    assert not (settings.dialplan / "more.yaml").exists()
    entries = json.loads(hotline("history", "--json").stdout)
    assert [entry["version"] for entry in entries] == [first, broken, first]
    assert entries[-1]["by"].startswith("rollback by ")
    assert hotline("show", broken, "menus.yaml").stdout.endswith("this is: [broken\n")


def test_articles_that_were_written_since_stay(settings: Settings, first: str, hotline: Callable[..., Result]) -> None:
    article = next((settings.knowledge.articles / "en").glob("*.md"))
    article.write_text(article.read_text() + "\nOne more sentence.\n")
    edit(settings, "# an edit\n")
    done = hotline("rollback", first)
    assert done.exit_code == 0, done.output
    assert present(settings) != first
    assert f"this is version {present(settings)}" in done.stdout
    assert article.read_text().endswith("One more sentence.\n")
    assert "# an edit" not in (settings.dialplan / "menus.yaml").read_text()


def test_a_version_that_does_not_fit_the_articles_any_more_is_refused(
    settings: Settings, first: str, hotline: Callable[..., Result]
) -> None:
    for article in settings.knowledge.articles.glob("*/account-locked.md"):
        article.unlink()
    edit(settings, "# an edit\n")
    before = present(settings)
    done = hotline("rollback", first)
    assert done.exit_code == 1
    assert "account-locked" in done.stderr
    assert "nothing was changed" in done.stderr
    assert present(settings) == before


def test_what_was_changed_since(settings: Settings, first: str, hotline: Callable[..., Result]) -> None:
    assert hotline("diff", first).stdout == ""
    edit(settings, "# an edit\n")
    assert "+# an edit" in hotline("diff", first).stdout.splitlines()
    (changed,) = json.loads(hotline("diff", first, "--json").stdout)["files"]
    assert changed["file"] == "menus.yaml"
    assert changed["diff"][-1] == "+# an edit"


@pytest.mark.parametrize("command", ["show", "diff", "rollback"])
def test_a_version_that_there_is_not(first: str, hotline: Callable[..., Result], command: str) -> None:
    done = hotline(command, "0123456789")
    assert done.exit_code == 2
    assert done.stderr == f"there is no version '0123456789' — the latest are {first}\n"


def test_a_history_without_versions(hotline: Callable[..., Result]) -> None:
    assert "no version yet" in hotline("history").stdout
    assert json.loads(hotline("history", "--json").stdout) == []


def test_the_picture_of_a_line_without_calls(
    settings: Settings, hotline: Callable[..., Result], tmp_path: Path
) -> None:
    done = hotline("graph", "--out", str(tmp_path / "flow.svg"), "--json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert (tmp_path / "flow.svg").read_text().startswith("<svg ")
    assert {node["counts"] for node in document["nodes"]} == {None}
    assert {"menu:main", "group:helpdesk"} <= {node["id"] for node in document["nodes"]}
