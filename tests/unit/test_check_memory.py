"""`hotline check` a second time: at once, and never of other files than those that lie there. # P-2"""

import shutil
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from dialplan.loader import SHIPPED
from dialplan.problems import Problem
from ivr.check_memory import check_once
from knowledge.settings import KnowledgeSettings

TODAY = date(2026, 11, 22)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped dialplan with a mistake, so that nothing has to be learnt, and two articles."""
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "dialplan"))
    (folder / "menus.yaml").write_text("version: 1\n", encoding="utf-8")
    (tmp_path / "articles" / "en").mkdir(parents=True)
    for name in ("mailbox-full.md", "account-locked.md"):
        shutil.copy(KnowledgeSettings().articles / "en" / name, tmp_path / "articles" / "en")
    return folder


def found(folder: Path, today: date = TODAY) -> list[Problem]:
    settings = KnowledgeSettings(articles=folder.parent / "articles", cache=folder.parent / "cache")
    return check_once(folder, settings, folder.parent / "sounds", lambda: None, today)


def remembered(folder: Path) -> int:
    return len(list((folder.parent / "cache").glob("check-*.json")))


def test_a_second_time_it_is_known(folder: Path) -> None:
    first = found(folder)
    assert {problem.code for problem in first} == {"missing-key"}
    began = time.process_time()
    assert found(folder) == first
    assert time.process_time() - began < 0.3
    assert remembered(folder) == 1


def spoil_groups(folder: Path) -> None:
    (folder / "groups.yaml").write_text("a: [", encoding="utf-8")


def add_a_scenario(folder: Path) -> None:
    (folder / "scenarios" / "new.yaml").write_text("a: [", encoding="utf-8")


def spoil_an_article(folder: Path) -> None:
    (folder.parent / "articles" / "en" / "mailbox-full.md").write_text("no front matter", encoding="utf-8")


def link_to_nowhere(folder: Path) -> None:
    (folder / "hours.yaml").unlink()
    (folder / "hours.yaml").symlink_to("nowhere")


@pytest.mark.parametrize("change", [spoil_groups, add_a_scenario, spoil_an_article, link_to_nowhere])
def test_what_was_changed_is_looked_at_again(folder: Path, change: Callable[[Path], None]) -> None:
    before = len(found(folder))
    change(folder)
    assert len(found(folder)) > before
    assert remembered(folder) == 2


def test_another_day_and_a_broken_memory_are_no_memory(folder: Path) -> None:
    first = found(folder)
    found(folder, date(2027, 1, 1))
    assert remembered(folder) == 2
    for file in (folder.parent / "cache").glob("check-*.json"):
        file.write_text("[{}]", encoding="utf-8")
    assert found(folder) == first
