"""Articles found by their words, whatever is typed."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from knowledge_house import START, knowledge_house

from knowledge.index import ArticleIndex
from knowledge.interchange.markdown_folder import read_folder
from knowledge.store import ArticleKey, Version

SHIPPED = Path(__file__).parents[2] / "knowledge" / "articles"


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Version, ...]]:
    with knowledge_house(tmp_path_factory.mktemp("base")) as (_, base):
        base.import_texts(read_folder(SHIPPED).texts, "op", START, publish=True, origin="shipped")
        yield base.in_force(START.date())


@pytest.fixture(scope="module")
def index(versions: tuple[Version, ...], tmp_path_factory: pytest.TempPathFactory) -> ArticleIndex:
    made = ArticleIndex(tmp_path_factory.mktemp("index") / "articles.db")
    made.refresh(1, versions)
    return made


@pytest.mark.parametrize(
    ("text", "language", "article"),
    [
        ("my account is locked", "en", "account-locked"),
        ('ACCOUNT "locked" NOT the* OR (windows)', "en", "account-locked"),
        ("аccount lоcked", "en", "account-locked"),  # Cyrillic а and о
        ("ａｃｃｏｕｎｔ locked 🙂", "en", "account-locked"),
        ("我的账号被锁了", "zh", "account-locked"),
        ("账户锁定", "zh", "account-locked"),
        ("帐户所定", "zh", "account-locked"),  # heard with another character of that sound
    ],
)
def test_it_is_found(index: ArticleIndex, text: str, language: str, article: str) -> None:
    found = [key for key in index.find(text) if key.language == language]
    assert ArticleKey(language, article) in found[:5]


@pytest.mark.parametrize(
    "text", ["", "  ", "🙂🙂", '"', "*", "()", "AND OR NOT", "\0", "'; DROP TABLE articles; --", "NEAR(a b)"]
)
def test_what_is_no_question_does_no_harm(index: ArticleIndex, text: str) -> None:
    assert all(isinstance(key, ArticleKey) for key in index.find(text))
    assert index.find("account locked")


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_anything_may_be_typed(index: ArticleIndex, text: str) -> None:
    assert len(index.find(text, limit=3)) <= 3


def test_ten_thousand_characters(index: ArticleIndex) -> None:
    began = time.perf_counter()
    assert index.find("my account is locked " + "z" * 10_000)[:1]
    assert index.find("账" * 10_000)
    assert time.perf_counter() - began < 5


def test_it_is_made_anew_when_something_changed_or_when_it_is_broken(
    versions: tuple[Version, ...], tmp_path: Path
) -> None:
    file = tmp_path / "cache" / "articles.db"
    index = ArticleIndex(file)
    assert index.find("account") == []
    index.refresh(1, versions)
    made = file.stat().st_ino
    index.refresh(1, versions)
    assert file.stat().st_ino == made
    text = versions[0].text.replace(versions[0].question, "Where is the xylophone?")
    index.refresh(2, [replace(versions[0], text=text)])
    assert index.find("xylophone") == [versions[0].key]
    file.write_bytes(b"this is no database" * 1000)
    assert index.find("xylophone") == []
    index.refresh(2, versions)
    assert index.find("account")
    index.refresh(3, [])
    assert index.find("account") == []
