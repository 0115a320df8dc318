"""`hotline check`: what no file of the dialplan shows by itself. # 000-16"""

import json
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dialplan.loader import SHIPPED, load_dialplan
from dialplan.problems import Problem
from ivr.check import check
from ivr.cli import app
from ivr.scenario import load_scenarios
from ivr.speech.sounds import Recording, text_hash, write_manifest
from knowledge.library import load_library
from knowledge.settings import KnowledgeSettings

ARTICLES = KnowledgeSettings().articles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "dialplan"))


def spoil(file: Path, old: str, new: str) -> int:
    """Replace the first `old` in a file; its line."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def without_tests(folder: Path) -> None:
    """Take out `sounds_like`: learning what they are tried on takes longer than all else."""
    file = folder / "menus.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"    sounds_like:\n(      .*\n)+", "", text), encoding="utf-8")


def found(folder: Path, code: str, articles: Path = ARTICLES, sounds: Path = Path("no-sounds")) -> list[Problem]:
    return [problem for problem in check(folder, articles, sounds) if problem.code == code]


def test_the_shipped_dialplan_has_no_errors() -> None:
    problems = check(SHIPPED, ARTICLES, Path("sounds"))
    assert [str(problem) for problem in problems if problem.severity == "error"] == []


def test_it_is_done_in_a_moment() -> None:
    """Looking takes no longer than a few times reading the same files, on whatever machine."""

    def seconds(work: Callable[[], object]) -> float:
        began = time.process_time()
        work()
        return time.process_time() - began

    reading = seconds(lambda: (load_dialplan(), load_scenarios((SHIPPED / "scenarios",)), load_library(ARTICLES)))
    assert seconds(lambda: check(SHIPPED, ARTICLES, Path("sounds"))) < 4 * reading


def test_an_article_that_does_not_exist(folder: Path) -> None:
    line = spoil(folder / "menus.yaml", "article: mailbox-full", "article: mailbox-ful")
    (problem,) = found(folder, "unknown-article")
    assert (problem.line, problem.suggestion) == (line, "did you mean 'mailbox-full'?")


def test_an_article_of_a_category_that_does_not_exist(folder: Path, tmp_path: Path) -> None:
    articles = Path(shutil.copytree(ARTICLES, tmp_path / "articles"))
    line = spoil(articles / "en" / "mailbox-full.md", "category: email", "category: emial")
    (problem,) = found(folder, "unknown-category", articles)
    assert (Path(problem.file).name, problem.line) == ("mailbox-full.md", line)
    assert problem.suggestion == "did you mean 'email'?"


@pytest.mark.parametrize(
    ("entry", "code", "column", "suggestion"),
    [
        ("sites: [berln]", "unknown-site", 9, "did you mean 'berlin'?"),
        ("related:\n  - outlook-rule", "unknown-article", 5, "did you mean 'outlook-rules'?"),
        ("related: [mailbox-full]", "unknown-article", 11, ""),
        ("audience: [Big Bosses]", "unknown-label", 12, "use small letters, digits and hyphens"),
        ("valid_until: 2020-01-01", "expired", 1, "retire it, or set a later day"),
    ],
)
def test_an_article_that_names_what_is_not_there(  # 000-14
    folder: Path, tmp_path: Path, entry: str, code: str, column: int, suggestion: str
) -> None:
    articles = Path(shutil.copytree(ARTICLES, tmp_path / "articles"))
    at = spoil(articles / "en" / "mailbox-full.md", "owner:", f"{entry}\nowner:")
    (problem,) = found(folder, code, articles)
    assert (Path(problem.file).name, problem.line) == ("mailbox-full.md", at + entry.count("\n"))
    assert problem.column == column
    assert problem.suggestion.startswith(suggestion)


def test_nearly_the_same_phrasing_in_two_articles(folder: Path, tmp_path: Path) -> None:  # 000-9
    articles = Path(shutil.copytree(ARTICLES, tmp_path / "articles"))
    before = found(folder, "near-duplicate", articles)
    other = "phrasings:\n  - please, my mailbox is completly full\n"
    line = spoil(articles / "en" / "vpn-slow.md", "phrasings:\n", other) + 1
    (problem,) = found(folder, "near-duplicate", articles)
    assert before == []
    assert (Path(problem.file).name, problem.line, problem.severity) == ("vpn-slow.md", line, "error")
    assert problem.message.endswith('is nearly what mailbox-full has: "my mailbox is completely full"')


def test_a_broken_article(folder: Path, tmp_path: Path) -> None:
    articles = Path(shutil.copytree(ARTICLES, tmp_path / "articles"))
    spoil(articles / "en" / "mailbox-full.md", "kind: ", "kin: ")
    assert {Path(problem.file).name for problem in found(folder, "missing", articles)} == {"mailbox-full.md"}


@pytest.mark.parametrize(
    ("key", "text", "code", "suggestion"),
    [
        ("solved", "Your number is {nummer}.", "unknown-slot", "did you mean 'number'?"),
        ("greeting", "Hello {name}.", "unknown-slot", "this text has no slots"),
        ("greeting", "Hello {name.", "bad-slot", "write {name}, or no braces at all"),
    ],
)
def test_slots_that_nothing_fills(folder: Path, key: str, text: str, code: str, suggestion: str) -> None:
    prompts = folder / "prompts.en.yaml"
    lines = prompts.read_text(encoding="utf-8").splitlines()
    number = next(number for number, line in enumerate(lines) if line.startswith(f"{key}:"))
    lines[number] = f'{key}: "{text}"'
    prompts.write_text("\n".join(lines), encoding="utf-8")
    (problem,) = found(folder, code)
    assert (problem.line, problem.severity, problem.suggestion) == (number + 1, "error", suggestion)


def test_a_prompt_that_nothing_says(folder: Path) -> None:
    with (folder / "prompts.en.yaml").open("a", encoding="utf-8") as file:
        file.write('main.asks: "What is wrong?"\n')
    (problem,) = found(folder, "unused-prompt")
    assert (problem.severity, problem.suggestion) == ("warning", "did you mean 'main.ask'?")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("en: [email, e-mail,", "en: [email, Internet, e-mail,", "already means"),
        ("en: [email, e-mail,", "en: [email, Main menu!, e-mail,", "already means main_menu"),
        ('"yes": ["yes",', '"yes": ["yes", pardon,', "already means repeat"),
    ],
)
def test_a_phrase_with_two_meanings(folder: Path, old: str, new: str, message: str) -> None:
    spoil(folder / "menus.yaml", old, new)
    (problem,) = found(folder, "said-twice")
    assert message in problem.message


def test_a_menu_that_no_call_can_come_to_and_a_category_without_a_key(folder: Path) -> None:
    line = spoil(folder / "menus.yaml", '      - {key: "2", category: email, then: {menu: email}}\n', "")
    (menu,) = found(folder, "unreachable-menu")
    (category,) = found(folder, "category-without-key")
    assert "'email'" in menu.message
    assert "'email'" in category.message
    assert menu.severity == category.severity == "warning"
    assert menu.line > line


def test_a_broken_scenario_is_found(folder: Path) -> None:
    file = folder / "scenarios" / "broken.yaml"
    file.write_text("scenarios:\n  - name: x\n    turns: [{caller: hi, keys: '1'}]\n    expect: {}\n", encoding="utf-8")
    (problem,) = found(folder, "bad-value")
    assert (Path(problem.file).name, problem.line) == ("broken.yaml", 3)


def test_recordings_that_are_missing_or_say_something_else(folder: Path, tmp_path: Path) -> None:
    sounds = tmp_path / "sounds"
    texts = {"digit.0": "zero", "digit.1": "uno"}
    recordings = [
        Recording(
            name=name, language="en", text=text, text_hash=text_hash("en", text), engine="e", voice="v", licence="l"
        )
        for name, text in texts.items()
    ]
    for recording in recordings:
        recording.path(sounds).parent.mkdir(parents=True, exist_ok=True)
        recording.path(sounds).write_bytes(b"")
    write_manifest(sounds, recordings)
    stale = {p.message for p in found(folder, "stale-sound", sounds=sounds) if "prompts.en" in p.file}
    assert "the recording of 'digit.1' says something else" in stale
    assert "the recording of 'digit.2' is missing" in stale
    assert not any("digit.0" in message for message in stale)
    assert not any("'solved'" in message for message in stale)  # it has slots: joined from pieces


@pytest.mark.parametrize("kind", ["department", "system"])
def test_a_slot_without_anything_to_choose(folder: Path, kind: str) -> None:
    text = (folder / "menus.yaml").read_text(encoding="utf-8")
    begin = text.index(f"\n{kind}s:") + 1
    end = text.index("\n\n", begin)
    (folder / "menus.yaml").write_text(text[:begin] + text[end:], encoding="utf-8")
    (problem,) = found(folder, "nothing-to-choose")
    assert (problem.severity, problem.suggestion) == ("error", f"add '{kind}s:'")


@pytest.mark.parametrize(
    ("scenario", "code", "marker", "suggestion"),
    [
        ("{name: x, turns: [{caler: hi}], expect: {}}", "unknown-key", "caler", "did you mean 'caller'?"),
        ("{name: x, turns: [], expct: {}}", "unknown-key", "expct", "did you mean 'expect'?"),
        ("{name: x, turns: [{caller: hi, keys: '1'}], expect: {}}", "bad-value", "{caller", ""),
        ("{name: x, turns: [], expect: {decision: {kind: solve}}}", "unknown-value", "kind", "did you mean 'solved'?"),
        ("{name: x, turns: [], expect: {hears: [greting]}}", "unknown-prompt", "greting", "did you mean 'greeting'?"),
        ("{name: x, turns: [], answers: {confirm.artcle: 'yes'}, expect: {}}", "unknown-prompt", "confirm.artcle", ""),
        ("{name: x, turns: [], expect: {category: emial}}", "unknown-category", "category", "did you mean 'email'?"),
        (
            "{name: x, turns: [], expect: {decision: {kind: enter_queue, group: helpdsk}}}",
            "unknown-group",
            "group",
            "did you mean 'helpdesk'?",
        ),
    ],
)
def test_a_scenario_with_a_typo(folder: Path, scenario: str, code: str, marker: str, suggestion: str) -> None:
    line = f"  - {scenario}"
    (folder / "scenarios" / "typo.yaml").write_text(f"scenarios:\n{line}\n", encoding="utf-8")
    problems = [problem for problem in check(folder, ARTICLES, folder) if Path(problem.file).name == "typo.yaml"]
    assert [problem.code for problem in problems if problem.code != "missing-key"] == [code]
    (problem,) = (problem for problem in problems if problem.code == code)
    assert (problem.line, problem.column) == (2, line.index(marker) + 1)
    assert suggestion in problem.suggestion


def test_the_command_prints_places_and_fails_on_errors(folder: Path) -> None:
    line = spoil(folder / "menus.yaml", "menu: main}", "menu: mian}")
    result = CliRunner().invoke(app, ["check", str(folder)])
    assert result.exit_code == 1
    assert f"menus.yaml:{line}:" in result.stdout
    assert "error unknown-menu: there is no menu 'mian' — did you mean 'main'?" in result.stdout


def test_the_command_as_json(folder: Path) -> None:
    without_tests(folder)
    result = CliRunner().invoke(app, ["check", str(folder), "--json"])
    document = json.loads(result.stdout)
    assert (result.exit_code, document["ok"]) == (0, True)
    keys = {"file", "line", "column", "severity", "code", "message", "suggestion"}
    assert all(set(problem) == keys for problem in document["problems"])


def test_the_command_on_a_folder_that_is_not_there() -> None:
    result = CliRunner().invoke(app, ["check", "/no/such/folder"])
    assert result.exit_code == 2
    assert "is no folder" in result.output


def test_what_waiting_callers_are_offered(folder: Path) -> None:
    line = spoil(folder / "groups.yaml", "offer: [callback, message", "offer: [callback, callback, message")
    (problem,) = found(folder, "twice")
    assert (problem.line, problem.suggestion) == (line, "remove it")


def test_a_key_that_waiting_callers_cannot_choose_by(folder: Path) -> None:
    spoil(folder / "menus.yaml", 'repeat: "9"', 'repeat: "3"')
    problems = [problem for problem in found(folder, "key-taken") if problem.file.endswith("groups.yaml")]
    assert len(problems) == 2  # each group
    assert all("key 3 chooses 'menu'" in problem.message for problem in problems)


def test_a_choice_that_nobody_can_say(folder: Path) -> None:
    spoil(folder / "menus.yaml", "then: {voicemail: helpdesk}", "then: {callback: helpdesk}")
    assert {problem.message for problem in found(folder, "not-by-voice")} == {
        f"waiting callers of '{group}' can choose 'message' by key only: no intent leads to 'voicemail'"
        for group in ("helpdesk", "service-manager")
    }


def test_full_groups_that_send_callers_round(folder: Path) -> None:
    for group, other in (("helpdesk", "service-manager"), ("service-manager", "helpdesk")):
        spoil(
            folder / "groups.yaml",
            f"  {group}:\n",
            f"  {group}:\n    limit: {{waiting: 9, then: {{queue: {other}}}}}\n",
        )
    assert [problem.message for problem in found(folder, "loop")] == [
        f"when '{group}' is full this leads round in a circle" for group in ("helpdesk", "service-manager")
    ]
