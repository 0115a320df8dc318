"""Reading a dialplan: every mistake with its place and a suggestion. # 000-16"""

import re
import shutil
from pathlib import Path

import pytest

from dialplan.loader import SHIPPED, load_dialplan
from dialplan.problems import DialplanError, Problem
from dialplan.prompts import REQUIRED

_KEY = re.compile(r'"([a-z_]+\.[a-z_0-9]+)"')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped dialplan, to be spoilt."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "dialplan"))


def spoil(folder: Path, name: str, old: str, new: str) -> int:
    """Replace the first `old` in a file; its line."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def problems(folder: Path) -> list[Problem]:
    with pytest.raises(DialplanError) as caught:
        load_dialplan(folder)
    return caught.value.problems


def test_the_shipped_dialplan_is_whole() -> None:
    dialplan = load_dialplan()
    assert {"accounts", "email", "network", "hardware", "software", "other"} <= set(dialplan.menus.categories)
    assert {option.category for option in dialplan.menus.menus["main"].options} == set(dialplan.menus.categories)


def test_every_prompt_that_the_code_says_is_required() -> None:
    root = Path(__file__).parents[2]
    code = "\n".join(
        file.read_text(encoding="utf-8") for part in ("ivr", "ari_app") for file in root.glob(f"{part}/*.py")
    )
    said = {key for call in re.findall(r"\b(?:say|prompt|Prompt|Ask)\(([^)]*)", code) for key in _KEY.findall(call)}
    assert {"main.ask", "queue.closed", "survey.ask"} <= said
    assert sorted(said - set(REQUIRED)) == []


def test_an_unknown_number_is_treated_as_the_first() -> None:
    dialplan = load_dialplan()
    assert dialplan.entry("999") == dialplan.entry("5000")


def test_the_group_of_a_category() -> None:
    dialplan = load_dialplan()
    assert dialplan.group_of("email") == "helpdesk"
    assert dialplan.group_of(None) == dialplan.group_of("no-such-category") == "helpdesk"


@pytest.mark.parametrize(
    ("old", "new", "code", "suggestion"),
    [
        ("menu: main}", "menu: mian}", "unknown-menu", "did you mean 'main'?"),
        ("group: helpdesk", "group: helpdisk", "unknown-group", "did you mean 'helpdesk'?"),
        ("category: accounts, then", "category: acounts, then", "unknown-category", "did you mean 'accounts'?"),
        ("ask: accounts.ask", "ask: acounts.ask", "missing-prompt", "did you mean 'accounts.ask'?"),
        ("    group: helpdesk", "    gruop: helpdesk", "unknown-key", "did you mean 'group'?"),
        ("no_match: 3", "no_mach: 3", "unknown-key", "did you mean 'no_match'?"),
        ('{key: "2", category: email', '{key: "1", category: email', "key-clash", "free here"),
        ('{key: "2", category: email', '{key: "0", category: email', "key-clash", "free here: 2, #"),
        ("no_input: 3", "no_input: 9", "out-of-range", "at most 5"),
        ("no_input: 3", "no_input: often", "not-a-number", ""),
        ("then: {menu: accounts}", "then: {menu: accounts, queue: helpdesk}", "bad-value", ""),
        ("version: 1", "version: 2", "out-of-range", "at most 1"),
    ],
)
def test_mistakes_in_the_menus(folder: Path, old: str, new: str, code: str, suggestion: str) -> None:
    line = spoil(folder, "menus.yaml", old, new)
    found = [problem for problem in problems(folder) if problem.code == code and problem.line == line]
    assert found, problems(folder)
    assert any(suggestion in problem.suggestion for problem in found)
    assert all(problem.severity == "error" and problem.column > 1 for problem in found if code != "out-of-range")


def test_a_language_needs_all_its_words(folder: Path) -> None:
    spoil(folder, "menus.yaml", "languages: [en, zh]", "languages: [en, zh, ja]")
    shutil.copy(folder / "prompts.en.yaml", folder / "prompts.ja.yaml")
    found = [problem for problem in problems(folder) if problem.code == "missing-language"]
    assert {"no phrases for 'ja'", "no name in 'ja'", "no topic in 'ja'"} <= {problem.message for problem in found}
    assert {problem.suggestion for problem in found} == {"add 'ja:'"}


def test_all_problems_are_found_at_once(folder: Path) -> None:
    spoil(folder, "menus.yaml", "menu: main}", "menu: mian}")
    spoil(folder, "menus.yaml", "group: helpdesk", "group: helpdisk")
    spoil(folder, "prompts.en.yaml", 'solved: "', 'solvd: "')
    (folder / "prompts.zh.yaml").write_text("a: [1", encoding="utf-8")
    assert {problem.code for problem in problems(folder)} >= {"unknown-menu", "unknown-group", "missing-prompt", "yaml"}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('solved: "', 'Solved: "', "bad-form"),
        ('digit.0: "zero"', 'digit.0: ""', "not-text"),
        ('digit.0: "zero"', "digit.0: 0", "not-text"),
    ],
)
def test_mistakes_in_the_prompts(folder: Path, old: str, new: str, code: str) -> None:
    line = spoil(folder, "prompts.en.yaml", old, new)
    assert (code, line) in {(problem.code, problem.line) for problem in problems(folder)}


def test_a_problem_reads_like_a_compilers() -> None:
    problem = Problem("menus.yaml", 3, 5, "error", "unknown-menu", "there is no menu 'mian'", "did you mean 'main'?")
    assert str(problem) == "menus.yaml:3:5: error unknown-menu: there is no menu 'mian' — did you mean 'main'?"
    assert problem.as_json()["line"] == 3
