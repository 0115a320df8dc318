"""Articles found by their words, whatever is typed. # 003-14"""

import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from knowledge_house import a_text

from knowledge.index import ArticleIndex
from knowledge.interchange.markdown_folder import read_folder
from knowledge.store import ArticleKey

SHIPPED = Path(__file__).parents[2] / "knowledge" / "articles"


@pytest.fixture(scope="module")
def texts() -> Mapping[ArticleKey, str]:
    return read_folder(SHIPPED).texts


@pytest.fixture(scope="module")
def index(texts: Mapping[ArticleKey, str], tmp_path_factory: pytest.TempPathFactory) -> ArticleIndex:
    made = ArticleIndex(tmp_path_factory.mktemp("index") / "articles.db")
    made.refresh(texts)
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
    assert index.find("账号" * 5_000)
    assert time.perf_counter() - began < 5


def test_the_last_word_may_be_a_beginning(index: ArticleIndex) -> None:
    assert ArticleKey("en", "account-locked") in index.find("account lock")[:2]


def test_what_has_all_words_comes_first_and_little_beside_it(index: ArticleIndex) -> None:
    assert index.find("toner xylophone")[0] == index.find("toner")[0]
    assert len(index.find("is xylophone")) <= 8 < len(index.find("is"))


def test_it_is_brought_up_to_what_has_changed(texts: Mapping[ArticleKey, str], tmp_path: Path) -> None:
    index = ArticleIndex(tmp_path / "cache" / "articles.db")
    assert index.find("account") == []
    index.refresh(texts)
    key = ArticleKey("en", "music")
    index.refresh({**texts, key: a_text(key, "Where is the xylophone?")})
    assert index.find("xylophone") == [key]
    index.refresh({key: a_text(key, "Where is the trombone?")})
    assert (index.find("xylophone"), index.find("trombone"), index.find("account")) == ([], [key], [])
    index.refresh({key: "no article"})
    assert index.find("trombone") == []
    index.refresh({})


def test_a_broken_one_is_made_anew(texts: Mapping[ArticleKey, str], tmp_path: Path) -> None:
    file = tmp_path / "articles.db"
    index = ArticleIndex(file)
    index.refresh(texts)
    whole = file.read_bytes()
    for broken in (
        b"this is no database" * 1000,
        whole[: len(whole) // 2],
        b"",
        whole[:100] + bytes(4000) + whole[4100:],
    ):
        file.write_bytes(broken)
        assert isinstance(index.find("account"), list)
        index.refresh(texts)
        assert index.find("account locked")


def test_one_change_in_a_thousand_is_quick(texts: Mapping[ArticleKey, str], tmp_path: Path) -> None:
    """A share of what all of them took, in the same run; found is what was meant among all of them."""
    many = {ArticleKey(key.language, f"{key.article}-{n}"): text for key, text in texts.items() for n in range(5)}
    assert len(many) > 1000
    index = ArticleIndex(tmp_path / "articles.db")
    began = time.perf_counter()
    index.refresh(many)
    took_all = time.perf_counter() - began
    key = ArticleKey("en", "account-locked-1")
    began = time.perf_counter()
    index.refresh({**many, key: many[key].replace("locked", "bolted")})
    took_one = time.perf_counter() - began
    began = time.perf_counter()
    assert index.find("account bolted")[0] == key
    took_find = time.perf_counter() - began
    assert took_one < took_all / 4
    assert took_find < took_all / 10
