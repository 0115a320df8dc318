"""The knowledge base as the flow sees it. # 003-4"""

from dataclasses import replace

import pytest

from dialplan.loader import Dialplan, load_dialplan
from ivr.conversation import Hypothesis
from ivr.library import SpokenLibrary, targets, vocabulary
from ivr.open_question import OpenQuestion, weighted
from knowledge.article import Article
from knowledge.library import Library, load_library
from knowledge.matching import Matcher
from knowledge.settings import KnowledgeSettings
from knowledge.target import Target


@pytest.fixture(scope="module")
def dialplan() -> Dialplan:
    return load_dialplan()


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(KnowledgeSettings().articles)


def test_an_open_question_may_mean_articles_categories_and_a_person(dialplan: Dialplan, library: Library) -> None:
    found = {target.id: target.phrasings for target in targets(dialplan, library, "en")}
    assert {f"article:{article.id}" for article in library.in_language("en")} <= set(found)
    assert {f"category:{name}" for name in dialplan.menus.categories} <= set(found)
    assert "i want to talk to a person" in found["operator"]
    assert {"e-mail", "outlook"} <= set(found["category:email"])
    assert all(found.values())


def test_an_article_is_spoken(library: Library) -> None:
    article = SpokenLibrary(library).spoken("account-locked", "en")
    assert article is not None
    assert (article.id, article.category) == ("account-locked", "accounts")
    assert article.topic
    assert article.answer


def test_an_article_that_is_not_there_is_not_spoken(library: Library) -> None:
    assert SpokenLibrary(library).spoken("account-locked", "fr") is None
    assert SpokenLibrary(library).spoken("no-such-article", "en") is None


def test_the_vocabulary_has_each_word_once(dialplan: Dialplan, library: Library) -> None:
    words = vocabulary(dialplan, library, "en")
    assert len(set(words)) == len(words)
    assert {"Outlook", "accounts and passwords"} <= set(words)


def test_the_vocabulary_of_mandarin_is_its_frequent_short_words(dialplan: Dialplan, library: Library) -> None:
    words = vocabulary(dialplan, library, "zh")
    assert len(set(words)) == len(words)
    assert {"密码", "打印机", "VPN", "Outlook"} <= set(words[:16])
    assert sum(word.isascii() for word in words[:16]) <= 6
    assert "账号和密码" not in words


def test_readings_count_by_confidence_or_by_place() -> None:
    sure, unsure, unknown = Hypothesis("a", 0.9), Hypothesis("b", 0.0), Hypothesis("c")
    assert weighted((sure, unsure)) == [("a", 0.9), ("b", 0.01)]
    assert weighted((unknown, sure)) == [("c", 1.0), ("a", 0.5)]
    assert weighted(()) == []


async def test_ranking_by_words_alone(dialplan: Dialplan, library: Library) -> None:
    matcher = Matcher.fit(targets(dialplan, library, "en"), "en", encoders=())
    ranking = await OpenQuestion({"en": matcher}).rank((Hypothesis("my account is locked"),), "en")
    assert ranking.candidates[0].target == "article:account-locked"
    assert (await OpenQuestion({"en": matcher}).rank((), "en")).outcome == "nomatch"


@pytest.fixture(scope="module")
def knows_questions_only(library: Library) -> Matcher:
    return Matcher.fit([Target(article.id, (article.question,)) for article in library.in_language("en")], "en")


@pytest.mark.parametrize(
    ("said", "article"),
    [("i forgot to clock in", "time-recording"), ("i need vpn access", "vpn-access")],
)
def test_words_do_not_mislead_where_nothing_could_be_learnt(
    knows_questions_only: Matcher, said: str, article: str
) -> None:  # 000-16
    assert knows_questions_only.rank([(said, 1.0)]).candidates[0].target == article


def test_an_article_of_another_site_or_for_others_is_not_for_him(library: Library) -> None:  # 000-14
    def changed(article: Article) -> Article:
        return {
            "account-locked": replace(article, sites=("shanghai",)),
            "mailbox-full": replace(article, audience=("vip",)),
        }.get(article.id, article)

    articles = SpokenLibrary(
        Library({key: changed(article) for key, article in library.articles.items()}, library.chatter)
    )
    nobody: frozenset[str] = frozenset()
    assert articles.not_for("berlin", nobody, "en") == {"account-locked", "mailbox-full"}
    assert articles.not_for("shanghai", frozenset({"vip"}), "en") == nobody
    assert articles.not_for(None, nobody, "en") == {"mailbox-full"}  # who calls from nobody knows where may be anywhere


def test_a_long_answer_has_parts_and_a_link_leads_to_the_page(library: Library) -> None:  # 000-16 001-17
    article = replace(library.articles["en", "account-locked"], spoken_steps=("Do this.", "Then that."))
    articles = SpokenLibrary(Library({("en", "account-locked"): article}, {}), "https://help.example/")
    spoken = articles.spoken("account-locked", "en")
    assert spoken is not None
    assert spoken.parts == ("Do this.", "Then that.")
    link = articles.link("account-locked", "en")
    assert link == f"{article.question} https://help.example/knowledge/en/account-locked"
    assert SpokenLibrary(library).link("account-locked", "en") is None
