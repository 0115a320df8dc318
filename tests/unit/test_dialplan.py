"""Reading a dialplan: every mistake with its place and a suggestion. # 000-16"""

import shutil
from pathlib import Path

import pytest

from dialplan.loader import SHIPPED, load_dialplan
from dialplan.problems import DialplanError, Problem


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
        ("ask: main.ask", "ask: main.aks", "missing-prompt", "did you mean 'main.ask'?"),
        ("    group: helpdesk", "    gruop: helpdesk", "unknown-key", "did you mean 'group'?"),
        ("no_match: 3", "no_mach: 3", "unknown-key", "did you mean 'no_match'?"),
        ('{key: "2", category: email', '{key: "1", category: email', "key-clash", "take another"),
        ('{key: "2", category: email', '{key: "0", category: email', "key-clash", "take another"),
        ("no_input: 3", "no_input: 9", "less-than-equal", ""),
        ("no_input: 3", "no_input: often", "int-type", ""),
        ('"5000":', "5000:", "not-text", "put it in quotes"),
        ("then: {menu: accounts}", "then: {menu: accounts, queue: helpdesk}", "value-error", ""),
        ("version: 1", "version: 2", "less-than-equal", ""),
    ],
)
def test_mistakes_in_the_menus(folder: Path, old: str, new: str, code: str, suggestion: str) -> None:
    line = spoil(folder, "menus.yaml", old, new)
    found = [problem for problem in problems(folder) if problem.code == code]
    assert found, problems(folder)
    assert any(suggestion in problem.suggestion for problem in found)
    if code != "missing-prompt":  # that one is missed in the prompts
        assert line in {problem.line for problem in found}
    assert all(problem.severity == "error" and problem.column >= 1 for problem in found)


def test_a_language_needs_all_its_words(folder: Path) -> None:
    spoil(folder, "menus.yaml", "languages: [en]", "languages: [en, zh]")
    shutil.copy(folder / "prompts.en.yaml", folder / "prompts.zh.yaml")
    found = [problem for problem in problems(folder) if problem.code == "missing-language"]
    assert {"no phrases for 'zh'", "no name in 'zh'", "no topic in 'zh'"} <= {problem.message for problem in found}
    assert {problem.suggestion for problem in found} == {"add 'zh:'"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: [1, 2", "yaml"),
        ("a: 1\na: 2\n", "yaml"),
        ("- just\n- a list\n", "structure"),
        ("", "structure"),
        ("a: &x [*x]\n", "unknown-key"),
        ("\tversion: 1\n", "yaml"),
    ],
)
def test_broken_yaml(folder: Path, text: str, code: str) -> None:
    (folder / "menus.yaml").write_text(text, encoding="utf-8")
    assert code in {problem.code for problem in problems(folder)}


def test_a_file_that_is_no_text(folder: Path) -> None:
    (folder / "groups.yaml").write_bytes(b"\xff\xfe\x00")
    assert {problem.code for problem in problems(folder)} == {"not-utf-8"}


def test_a_file_that_is_missing(folder: Path) -> None:
    (folder / "prompts.en.yaml").unlink()
    assert {problem.code for problem in problems(folder)} == {"unreadable"}


def test_a_file_that_is_far_too_large(folder: Path) -> None:
    (folder / "menus.yaml").write_bytes(b"# " + b"x" * 1_000_001)
    assert {problem.code for problem in problems(folder)} == {"too-large"}


def test_all_problems_are_found_at_once(folder: Path) -> None:
    spoil(folder, "menus.yaml", "menu: main}", "menu: mian}")
    spoil(folder, "menus.yaml", "group: helpdesk", "group: helpdisk")
    spoil(folder, "prompts.en.yaml", 'solved: "', 'solvd: "')
    assert {problem.code for problem in problems(folder)} >= {"unknown-menu", "unknown-group", "missing-prompt"}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('solved: "', 'Solved: "', "prompt-key"),
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
