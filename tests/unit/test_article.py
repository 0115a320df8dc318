"""Articles as files: what is read, and every mistake with its place."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.article import Article, parse_article, spoken_length

FILE = Path("articles/en/account-locked.md")
GOOD = """---
question: What can I do when my account is locked?
topic: a locked account
category: accounts
system: Windows
kind: fault
phrasings:
  - one
  - two
  - three
  - four
  - five
  - six
terms: [MFA]
spoken: >-
  It unlocks by itself
  after thirty minutes.
review: 2027-05-31
owner: service desk
---
1. Wait.
"""


def places(text: str) -> list[tuple[int, int, str]]:
    problems = parse_article(text, FILE)
    assert not isinstance(problems, Article)
    return [(problem.line, problem.column, problem.code) for problem in problems]


def test_an_article_is_named_by_its_file_and_folder() -> None:  # 000-13
    article = parse_article(GOOD, FILE)
    assert isinstance(article, Article)
    assert (article.id, article.language) == ("account-locked", "en")
    assert article.phrasings == ("one", "two", "three", "four", "five", "six")
    assert article.spoken == "It unlocks by itself after thirty minutes."
    assert article.review == date(2027, 5, 31)
    assert article.steps == "1. Wait."


def test_all_mistakes_are_found_at_once_where_they_stand() -> None:
    text = GOOD.replace("kind: fault", "kind: broken").replace("- three", "- 3").replace("owner:", "ownr:")
    assert places(text) == [
        (1, 1, "missing"),
        (6, 1, "literal-error"),
        (10, 5, "string-type"),
        (19, 1, "extra-forbidden"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("  - six\n", "", (7, 1, "too-short")),
        ("- six", "- One", (7, 1, "value-error")),
        ("2027-05-31", "soon", (18, 1, "date-from-datetime-parsing")),
        ("category: accounts", "category: Accounts!", (4, 1, "string-pattern-mismatch")),
        ("1. Wait.\n", "", (21, 1, "no-steps")),
        ("topic: a locked account", "topic: [a locked", (4, 9, "yaml")),
        ("topic: a locked account", "system: twice", (5, 1, "yaml")),
    ],
)
def test_a_mistake_has_its_place(old: str, new: str, place: tuple[int, int, str]) -> None:
    assert places(GOOD.replace(old, new)) == [place]


def test_a_file_without_front_matter_is_told_so() -> None:
    assert places("# Just Markdown\n") == [(1, 1, "front-matter")]


def test_an_answer_too_long_to_listen_to_is_refused() -> None:  # 000-16
    assert places(GOOD.replace("after thirty minutes.", "word " * 62)) == [(15, 1, "value-error")]


def test_chinese_counts_two_characters_as_a_word() -> None:
    assert spoken_length("请重新启动 Outlook") == 4
