"""The articles together, and the ones that come with the hotline."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from dialplan.loader import load_dialplan
from knowledge.errors import ArticleError
from knowledge.library import Library, load_library
from knowledge.settings import KnowledgeSettings
from knowledge.wording import pinyin

ARTICLE = """---
question: How do I {id}?
topic: {id}
category: other
system: Teams
kind: operation
phrasings: [{phrasings}]
terms: [teams, {id}]
spoken: Like this.
review: 2027-05-31
owner: me
---
Steps.
"""


def write(folder: Path, article_id: str, *phrasings: str, language: str = "en") -> None:
    (folder / language).mkdir(exist_ok=True)
    text = ARTICLE.format(id=article_id, phrasings=", ".join(phrasings))
    (folder / language / f"{article_id}.md").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def shipped() -> Library:
    return load_library(KnowledgeSettings().articles)


def test_an_article_is_found_in_its_language_only(tmp_path: Path) -> None:
    write(tmp_path, "dance", *"abcdef")
    write(tmp_path, "dance", *"uvwxyz", language="de")
    library = load_library(tmp_path)
    german = library.get("dance", "de")
    assert german is not None
    assert german.phrasings == tuple("uvwxyz")
    assert library.get("dance", "zh") is None
    assert library.languages == ("de", "en")


def test_the_question_is_one_more_phrasing(tmp_path: Path) -> None:  # 000-13
    write(tmp_path, "dance", *"abcdef")
    (target,) = load_library(tmp_path).targets("en")
    assert target.id == "article:dance"
    assert target.phrasings == ("How do I dance?", *"abcdef")


def test_vocabulary_names_each_word_once_and_the_frequent_first(tmp_path: Path) -> None:
    write(tmp_path, "dance", *"abcdef")
    write(tmp_path, "sing", *"uvwxyz")
    assert load_library(tmp_path).vocabulary("en") == ("Teams", "dance", "sing")


def test_words_that_mean_two_articles_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "dance", *"abcdef")
    write(tmp_path, "sing", *"Avwxyz")
    with pytest.raises(ArticleError) as raised:
        load_library(tmp_path)
    (problem,) = raised.value.problems
    assert (problem.file.name, problem.line, problem.code) == ("sing.md", 7, "said-twice")


def test_mistakes_of_all_files_come_together(tmp_path: Path) -> None:
    write(tmp_path, "dance", "too", "few")
    (tmp_path / "en" / "bytes.md").write_bytes(b"\xff\xfe")
    with pytest.raises(ArticleError) as raised:
        load_library(tmp_path)
    assert [problem.code for problem in raised.value.problems] == ["unreadable", "too-short"]


def test_a_missing_folder_is_a_problem_too(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match="no such folder"):
        load_library(tmp_path / "nowhere")


def test_chatter_stands_beside_the_articles_of_its_language(tmp_path: Path) -> None:
    write(tmp_path, "dance", *"abcdef")
    (tmp_path / "en" / "chatter.txt").write_text("nice weather\n\n  are you a robot \n", encoding="utf-8")
    assert load_library(tmp_path).chatter == {"en": ("nice weather", "are you a robot")}


def test_chatter_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "chatter.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(ArticleError) as raised:
        load_library(tmp_path)
    assert [(problem.file.name, problem.code) for problem in raised.value.problems] == [("chatter.txt", "unreadable")]


def test_shipped_articles_are_the_same_in_every_language(shipped: Library) -> None:  # P-10
    def facts(language: str) -> dict[str, tuple[str, ...]]:
        return {one.id: (one.category, one.system, one.kind, one.owner) for one in shipped.in_language(language)}

    assert shipped.languages == ("en", "zh")
    assert facts("zh") == facts("en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_two_shipped_topics_sound_the_same(shipped: Library, language: str) -> None:
    topics = [pinyin(article.topic) for article in shipped.in_language(language)]
    assert len(set(topics)) == len(topics)


def test_no_two_chinese_articles_have_phrasings_of_one_sound(shipped: Library) -> None:  # P-10
    first: dict[str, str] = {}
    for article in shipped.in_language("zh"):
        assert len(article.phrasings) >= 8
        for phrasing in article.phrasings:
            assert first.setdefault(pinyin(phrasing.casefold()), article.id) == article.id, phrasing


def test_shipped_articles_cover_every_category_and_kind(shipped: Library) -> None:  # 003-4, 000-16
    articles = shipped.in_language("en")
    assert len(articles) >= 45
    assert {article.category for article in articles} == set(load_dialplan().menus.categories)
    assert min(Counter(article.kind for article in articles).values()) >= 5
    assert all(article.review > date(2026, 11, 1) for article in articles)


@pytest.mark.parametrize(
    "article_id",
    [
        "password-forgotten", "account-locked", "password-expired", "outlook-password-prompt", "mailbox-full",
        "email-on-phone", "vpn-does-not-connect", "wifi-office", "website-not-reachable", "printer-does-not-print",
        "laptop-does-not-start", "screen-black", "software-install", "folder-access", "program-crashes",
    ],
)  # fmt: skip
def test_articles_that_the_key_menus_offer_are_there(shipped: Library, article_id: str) -> None:
    assert shipped.get(article_id, "en") is not None
