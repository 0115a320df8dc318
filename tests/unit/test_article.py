"""Articles as files: what is read, and every mistake with its place."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.article import Article, article_text, parse_article, spoken_length

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


def with_keys(*lines: str) -> str:
    return GOOD.replace("owner: service desk\n", "owner: service desk\n" + "".join(f"{line}\n" for line in lines))


def test_a_long_answer_in_parts_and_for_whom_it_is() -> None:  # 000-16
    text = GOOD.replace("spoken: >-\n  It unlocks by itself\n  after", "spoken:\n  - It unlocks.\n  - After")
    limits = (
        "audience: [vip]",
        "sites: [berlin]",
        "valid_from: 2026-12-01",
        "valid_until: 2026-12-24",
        "related: [mfa]",
    )
    article = parse_article(text, FILE)
    assert isinstance(article, Article)
    assert (article.spoken_steps, article.spoken) == (
        ("It unlocks.", "After thirty minutes."),
        "It unlocks. After thirty minutes.",
    )
    limited = parse_article(with_keys(*limits), FILE)
    assert isinstance(limited, Article)
    assert (limited.audience, limited.sites, limited.related) == (("vip",), ("berlin",), ("mfa",))
    days = [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 24), date(2026, 12, 25)]
    assert [limited.is_valid_on(day) for day in days] == [False, True, True, False]
    assert article_text(limited).startswith(
        "---\nquestion: What can I do when my account is locked?\ntopic: a locked account\n"
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (with_keys("valid_from: 2026-12-02", "valid_until: 2026-12-01"), (21, 1, "value-error")),
        (with_keys("valid_until: 2026-13-01"), (2, 1, "yaml")),
        (with_keys("related: [No Id]"), (20, 11, "string-pattern-mismatch")),
        (with_keys("audience: vip"), (20, 1, "list-type")),
        (GOOD.replace("spoken: >-", "spoken: >-\n  " + "word " * 70), (15, 1, "value-error")),
        (
            GOOD.replace(
                "spoken: >-\n  It unlocks by itself\n  after", "spoken:\n  - short\n  - " + "word " * 70 + "\n  - It"
            ),
            (17, 5, "value-error"),
        ),
        (
            GOOD.replace("spoken: >-\n  It unlocks by itself\n  after", "spoken:\n" + "  - part\n" * 9 + "  - It"),
            (15, 1, "too-long"),
        ),
        (GOOD.replace("terms: [MFA]", "terms: [MFA]\nterms: [MFA]"), (15, 1, "yaml")),
        (GOOD.replace("- one", "- no"), None),
        (GOOD.replace("- one", "- 1:30"), None),
    ],
)
def test_mistakes_in_the_newer_keys(text: str, place: tuple[int, int, str] | None) -> None:
    read = parse_article(text, FILE)
    if place is None:  # YAML 1.1 would read it as something else than text
        assert isinstance(read, Article)
    else:
        assert places(text) == [place]


def test_a_file_without_front_matter_is_told_so() -> None:
    assert places("# Just Markdown\n") == [(1, 1, "front-matter")]


def test_an_answer_too_long_to_listen_to_is_refused() -> None:  # 000-16
    assert places(GOOD.replace("after thirty minutes.", "word " * 62)) == [(15, 1, "value-error")]


def test_chinese_counts_two_characters_as_a_word() -> None:
    assert spoken_length("请重新启动 Outlook") == 4
