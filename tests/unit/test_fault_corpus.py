"""Faults seeded into the shipped dialplan, one at a time: each is found, alone, at its place. # 000-16, P-2"""

import random
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from dialplan.loader import SHIPPED
from dialplan.problems import Problem
from ivr.check import check, check_with_library
from knowledge.library import Library, load_library
from knowledge.settings import KnowledgeSettings

ARTICLES = KnowledgeSettings().articles
FAULTS: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(Path(__file__).parent / "data" / "faults.yaml")
TODAY = date(2026, 11, 22)
# Where a text is changed its recording is old, too.
STALE = "stale-sound"


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(ARTICLES)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped dialplan beside its articles; scenarios have tests of their own."""
    folder = tmp_path_factory.mktemp("corpus")
    shutil.copytree(SHIPPED, folder / "dialplan", ignore=shutil.ignore_patterns("scenarios"))
    shutil.copytree(ARTICLES, folder / "articles")
    return folder


@pytest.fixture
def dialplan(copy: Path) -> Iterator[Path]:
    """The copy, which a fault may spoil: it is mended afterwards."""
    before = {file: file.read_bytes() for file in (*copy.glob("dialplan/*.yaml"), *copy.glob("articles/*/*.md"))}
    yield copy / "dialplan"
    for file, content in before.items():
        file.write_bytes(content)


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["name"] for fault in FAULTS])
def test_a_fault_is_found_alone_and_at_its_place(fault: dict[str, Any], dialplan: Path, library: Library) -> None:
    file = dialplan / fault.get("file", "menus.yaml")
    original = file.read_text(encoding="utf-8")
    assert fault["replace"] in original, "the shipped dialplan has changed: this fault needs another place"
    file.write_text(original.replace(fault["replace"], fault["by"].replace("¦", ""), 1), encoding="utf-8")
    articles = dialplan.parent / "articles"
    read = None if file.suffix == ".md" else library
    problems = check_fault(dialplan, read, articles)
    found = [problem for problem in problems if problem.code != STALE]
    where = dialplan / fault.get("in", fault.get("file", "menus.yaml"))
    place = place_of(fault.get("at") or fault["by"], where.read_text(encoding="utf-8"))
    others = {problem.code for problem in found if problem.code != fault["code"]}
    assert others == set(fault.get("also", ())), "\n".join(map(str, found))
    (problem,) = (problem for problem in found if problem.code == fault["code"])
    assert (Path(problem.file).name, problem.line, problem.column) == (where.name, *place), str(problem)
    assert problem.severity == ("warning" if fault.get("warning") else "error")
    assert fault.get("suggests", "") in problem.suggestion, str(problem)
    assert problem.message


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_done_to_a_file_is_answered_with_places(seed: int, dialplan: Path, library: Library) -> None:
    chance = random.Random(seed)  # noqa: S311 - to be repeatable, not to be secret
    file = dialplan / chance.choice(["menus.yaml", "groups.yaml", "hours.yaml", "probes.yaml", "prompts.en.yaml"])
    lines = file.read_text(encoding="utf-8").splitlines()
    for _ in range(chance.choice((1, 2, 5))):
        spoil(lines, chance)
    file.write_text("\n".join(lines), encoding="utf-8")
    problems = check_fault(dialplan, library, dialplan.parent / "articles")
    lengths = {str(path): path.read_text(encoding="utf-8").count("\n") + 2 for path in dialplan.glob("*.yaml")}
    for problem in problems:
        assert 1 <= problem.line <= lengths[problem.file]
        assert problem.column >= 1
        assert "Input should" not in problem.message  # in the words of a library


def spoil(lines: list[str], chance: random.Random) -> None:
    """Remove, repeat or move a line, or put a word of another line into it."""
    here, there = chance.randrange(len(lines)), chance.randrange(len(lines))
    words, others = re.findall(r"[\w.-]+", lines[here]), re.findall(r"[\w.-]+", lines[there])
    match chance.randrange(5):
        case 0:
            del lines[here : here + chance.randint(1, 20)]
        case 1:
            lines.insert(here, lines[there])
        case 2:
            lines[here] = " " * chance.randint(0, 5) + lines[here].lstrip()
        case _ if words and others:
            lines[here] = lines[here].replace(chance.choice(words), chance.choice(others), 1)
        case _:
            lines[here] += chance.choice("{}[]:,#&*!|>%@`?-")


def check_fault(dialplan: Path, library: Library | None, articles: Path) -> list[Problem]:
    """Reading all the articles takes longer than all else: done only where one of them is spoilt."""
    if library is None:
        return check(dialplan, articles, dialplan, today=TODAY)
    return check_with_library(dialplan, library, articles, dialplan, today=TODAY)


def place_of(marked: str, text: str) -> tuple[int, int]:
    """Line and column of the ¦ of a text that stands only once in the file."""
    before, _, after = marked.partition("¦")
    assert text.count(before + after) == 1, f"{before + after!r} stands {text.count(before + after)} times in the file"
    start = text.index(before + after) + len(before)
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


def test_there_are_many_faults_of_all_kinds() -> None:
    assert len(FAULTS) >= 90
    assert len({fault["code"] for fault in FAULTS}) >= 40


def test_the_shipped_dialplan_has_none() -> None:
    problems: list[Problem] = check(SHIPPED, ARTICLES, Path("sounds"), today=TODAY)
    assert [str(problem) for problem in problems if problem.code != STALE] == []
