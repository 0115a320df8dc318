"""Japanese, the worked example of docs/admins.md: a small dialplan that has it all, and what is named while it has
not. # P-10"""

import re
import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from dialplan.loader import SHIPPED, load_dialplan
from dialplan.problems import Problem
from dialplan.prompts import REQUIRED
from ivr.check import check
from ivr.conversation import Hypothesis, Utterance
from ivr.speech.engines.loading import EMBEDDED
from ivr.speech.synthesis.settings import SynthesisSettings
from ivr.words import Command, Words
from knowledge.settings import KnowledgeSettings

EXAMPLE = Path(__file__).parent / "data" / "japanese"
NO_SOUNDS = Path("no-sounds")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example; its English texts are those of the shipped dialplan."""
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "dialplan"))
    lines = (SHIPPED / "prompts.en.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    needed = (line for line in lines if line.partition(":")[0] in REQUIRED)
    (folder / "prompts.en.yaml").write_text("".join(needed), encoding="utf-8")
    return folder


def found(folder: Path) -> list[Problem]:
    return [problem for problem in check(folder, folder / "articles", NO_SOUNDS) if problem.code != "stale-sound"]


def without(file: Path, pattern: str) -> int:
    """Take out what matches `pattern`, once; the line where it began."""
    text = file.read_text(encoding="utf-8")
    match = re.search(pattern, text, re.MULTILINE)
    assert match
    file.write_text(text[: match.start()] + text[match.end() :], encoding="utf-8")
    return text[: match.start()].count("\n") + 1


def test_the_example_is_complete(folder: Path) -> None:
    assert [str(problem) for problem in found(folder)] == []


def test_recordings_that_are_still_to_be_made_are_named(folder: Path) -> None:
    problems = [problem for problem in check(folder, folder / "articles", NO_SOUNDS) if problem.code == "stale-sound"]
    of_japanese = [problem for problem in problems if problem.file.endswith("prompts.ja.yaml")]
    assert any("'main.ask'" in problem.message for problem in of_japanese)
    assert {problem.severity for problem in problems} == {"warning"}


@pytest.mark.parametrize(
    ("file", "pattern", "code", "message"),
    [
        ("prompts.ja.yaml", r"^article\.helped: .*\n", "missing-prompt", "no text for 'article.helped' in 'ja'"),
        ("prompts.ja.yaml", r"^digit\.7: .*\n", "missing-prompt", "no text for 'digit.7' in 'ja'"),
        ("menus.yaml", r", ja: アカウントとパスワード", "missing-language", "no name in 'ja'"),
        ("menus.yaml", r", ja: アカウントまたはパスワード", "missing-language", "no topic in 'ja'"),
        ("menus.yaml", r"^      ja: \[パスワード.*\n", "missing-language", "no phrases in 'ja'"),
        ("groups.yaml", r", ja: サービスデスク", "missing-language", "no name in 'ja'"),
        ("menus.yaml", r"(?s)^  ja:\n.*?\n\n", "missing-language", "no phrases for 'ja'"),
        ("menus.yaml", r"(?<=    operator: \[)オ.*(?=\])", "no-agent-exit", "no words for 'operator' in 'ja'"),
        ("menus.yaml", r"(?<=    back: \[)戻.*(?=\])", "missing-words", "no words for 'back' in 'ja'"),
        ("menus.yaml", r"ja: \[japanese.*?\]", "missing-words", "nobody who speaks 'en' can ask for 'ja'"),
        ("menus.yaml", r"en: \[英語.*?\]", "missing-words", "nobody who speaks 'ja' can ask for 'en'"),
    ],
)
def test_each_thing_that_is_missing_is_named(folder: Path, file: str, pattern: str, code: str, message: str) -> None:
    without(folder / file, pattern)
    problems = found(folder)
    assert [(problem.code, problem.message) for problem in problems] == [(code, message)]
    assert all(problem.file.endswith(file) and problem.suggestion for problem in problems)


def test_an_article_that_is_not_translated_is_named(folder: Path) -> None:
    (folder / "articles" / "ja" / "password-forgotten.md").unlink()
    (problem,) = found(folder)
    assert (problem.code, problem.message) == ("unknown-article", "there is no article 'password-forgotten' in 'ja'")
    assert problem.suggestion == "write it in this language too"


def test_a_language_half_done_in_the_shipped_dialplan(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "dialplan"))
    shutil.copy(EXAMPLE / "prompts.ja.yaml", folder)
    without(folder / "prompts.ja.yaml", r"(?s)^line\.deaf: .*\Z")
    menus = (folder / "menus.yaml").read_text(encoding="utf-8")
    (folder / "menus.yaml").write_text(
        menus.replace("languages: [en, zh]", "languages: [en, zh, ja]"), encoding="utf-8"
    )
    problems = check(folder, KnowledgeSettings().articles, NO_SOUNDS)
    plan = YAML(typ="safe").load(menus)
    messages = [problem.message for problem in problems]
    late = REQUIRED[REQUIRED.index("line.deaf") :]
    assert {f"no text for '{key}' in 'ja'" for key in (*late, "greeting.vip", "accounts.ask")} <= set(messages)
    assert messages.count("no topic in 'ja'") == len(plan["categories"]) + len(plan["intents"])
    assert messages.count("no phrases in 'ja'") == len(plan["categories"]) + len(plan["intents"])
    assert messages.count("no phrases for 'ja'") == 1
    assert {f"nobody who speaks '{language}' can ask for 'ja'" for language in ("en", "zh")} <= set(messages)
    assert all(problem.line > 0 and problem.suggestion for problem in problems)


def test_words_of_the_example(folder: Path) -> None:
    words = Words(load_dialplan(folder), "ja")

    def said(text: str) -> Utterance:
        return Utterance((Hypothesis(text),))

    assert words.yes_or_no(said("はい、解決しました。")) is True
    assert words.yes_or_no(said("いいえ、パスワードです。")) is False
    assert words.yes_or_no(said("まだ解決していません")) is False
    assert words.command(said("担当者につないでください。")) is Command.OPERATOR
    assert words.other_language(said("英語でお願いします。")) == "en"
    assert words.says_nothing("えっと…")


def test_japanese_is_heard_and_spoken_without_further_packages() -> None:
    assert any("ja" in languages for languages in EMBEDDED.values())
    assert "ja" in SynthesisSettings().live_voices
