"""The kept versions of the dialplan. # D8"""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ari_app.editions.history import Copy, History

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with a dialplan and articles; what they say does not matter here."""
    (tmp_path / "plan" / "scenarios").mkdir(parents=True)
    (tmp_path / "articles" / "en").mkdir(parents=True)
    (tmp_path / "plan" / "menus.yaml").write_text("version: 1\n")
    (tmp_path / "plan" / "scenarios" / "test.yaml").write_text("a test\n")
    (tmp_path / "articles" / "en" / "vpn.md").write_text("An article.\n")
    return tmp_path


def keep(files: Path, history: History) -> Copy:
    with history.draft(files / "plan", files / "articles") as draft:
        return history.keep(draft)


def test_a_version_is_kept_as_it_was(files: Path) -> None:
    history = History(files / "state")
    first = keep(files, history)
    (files / "plan" / "menus.yaml").write_text("version: 2\n")
    second = keep(files, history)
    assert first.version != second.version
    found = history.get(first.version)
    assert found == first
    assert (found.dialplan / "menus.yaml").read_text() == "version: 1\n"
    assert (found.articles / "en" / "vpn.md").read_text() == "An article.\n"


def test_the_same_files_are_the_same_version_wherever_they_lie(files: Path, tmp_path: Path) -> None:
    first = keep(files, History(files / "state"))
    shutil.copytree(files / "plan", files / "elsewhere")
    (files / "elsewhere" / "scenarios" / "test.yaml").write_text("another test\n")
    with History(files / "other").draft(files / "elsewhere", files / "articles") as draft:
        assert draft.version == first.version


def test_an_article_is_part_of_the_version(files: Path) -> None:
    history = History(files / "state")
    first = keep(files, history)
    (files / "articles" / "en" / "vpn.md").write_text("A better article.\n")
    assert keep(files, history).version != first.version


def test_a_draft_that_was_not_kept_is_gone(files: Path) -> None:
    history = History(files / "state")
    with history.draft(files / "plan", files / "articles") as draft:
        assert draft.dialplan.is_dir()
    assert not list((files / "state").iterdir())
    assert history.get(draft.version) is None


def test_a_version_that_comes_back_stands_twice_in_the_history(files: Path) -> None:
    history = History(files / "state")
    first = keep(files, history).version
    (files / "plan" / "menus.yaml").write_text("version: 2\n")
    second = keep(files, history).version
    for second_of_day, version in enumerate((first, first, second, first)):
        history.note(version, NOON + timedelta(seconds=second_of_day), "file edit")
    assert [entry.version for entry in history.entries()] == [first, second, first]
    assert [entry.at.second for entry in history.entries()] == [0, 2, 3]


def test_only_the_last_are_kept_but_never_without_one_that_a_call_has(files: Path) -> None:
    history = History(files / "state")
    versions = []
    for number in range(5):
        (files / "plan" / "menus.yaml").write_text(f"version: {number}\n")
        versions.append(keep(files, history).version)
        history.note(versions[-1], NOON + timedelta(seconds=number), "file edit")
    history.forget(frozenset({versions[0]}), keep=2)
    assert [history.get(version) is not None for version in versions] == [True, False, False, True, True]
    assert [entry.version for entry in history.entries()] == [versions[0], *versions[3:]]


def test_a_line_that_a_power_cut_left_half_written_is_no_obstacle(files: Path) -> None:
    history = History(files / "state")
    version = keep(files, history).version
    history.note(version, NOON, "start")
    with (files / "state" / "history.jsonl").open("a") as index:
        index.write('\n{"at": "2026-')
    assert [entry.version for entry in history.entries()] == [version]
    history.note("abc", NOON, "file edit")
    assert (files / "state" / "history.jsonl").read_text().splitlines()[-1].startswith('{"at"')


@pytest.mark.parametrize("name", ["../plan", "..", ".", "", "/etc"])
def test_a_name_that_leads_out_of_the_history_is_no_version(files: Path, name: str) -> None:
    history = History(files / "state")
    keep(files, history)
    assert history.get(name) is None
