"""What may become a phrasing, and how a document gets and loses one. # 000-18"""

from pathlib import Path

import pytest
from knowledge_house import KEY, a_text, an_article

from knowledge.article import Article, parse_article
from knowledge.errors import ArticleError
from knowledge.learning import as_phrasing, is_learnable, with_phrasings, without_phrasing
from knowledge.settings import KnowledgeSettings

ARTICLES = KnowledgeSettings().articles


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("the vpn is slow", True),
        ("vpn slow", False),
        ("word " * 20, True),
        ("word " * 21, False),
        ("my pin is [hidden] and it is wrong", False),
        ("my ticket is 100 234 567 where is it", False),
        ("write to ann@example.org about the vpn", False),
        ("office 365 does not start", True),
        ("邮箱满了", True),
        ("满了", False),
        ("满" * 41, False),
        ("", False),
    ],
)
def test_what_may_be_learnt(text: str, does: bool) -> None:
    assert is_learnable(text.strip()) is does


def test_how_it_is_written() -> None:
    assert as_phrasing(" The VPN  is slow. ") == "The VPN is slow"
    assert as_phrasing("Good morning, um, hi there the VPN is slow") == "the VPN is slow"
    assert as_phrasing("history is slow") == "history is slow"
    assert as_phrasing("你好，请问邮箱满了。") == "邮箱满了"
    assert as_phrasing("hello") == "hello"


@pytest.mark.parametrize("file", sorted(ARTICLES.glob("*/*.md"))[::20], ids=lambda file: str(file.stem))
def test_only_the_lines_of_the_phrasing_come_and_go(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    learnt = with_phrasings(text, file, ["it says: no", "and another one"])
    assert [line for line in learnt.splitlines() if line not in text.splitlines()] == [
        '  - "it says: no"',
        "  - and another one",
    ]
    once = without_phrasing(learnt, file, "it says: no")
    assert without_phrasing(once, file, "and another one") == text


@pytest.mark.parametrize(
    "phrasings", ["[a b c, d e f, g h i, j k l, m n o, p q r]", "\n- a b\n- c\n- d\n- e\n- f\n- g"]
)
def test_a_list_in_another_form_is_written_anew(phrasings: str) -> None:
    before, _, rest = a_text().partition("phrasings:\n")
    text = f"{before}phrasings: {phrasings}\nspoken:{rest.partition('spoken:')[2]}"
    read = parse_article(with_phrasings(text, KEY.file, ["one more of them"]), KEY.file)
    assert isinstance(read, Article)
    assert (len(read.phrasings), read.phrasings[-1]) == (7, "one more of them")


def test_too_few_would_be_left() -> None:
    with pytest.raises(ArticleError, match="phrasings"):
        without_phrasing(a_text(), KEY.file, an_article().phrasings[0])
