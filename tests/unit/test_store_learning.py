"""What the base keeps of what calls have shown. # 000-18"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from knowledge_house import KEY, START, a_text, knowledge_house

from knowledge.errors import NotThere, OpenVersion
from knowledge.review import Stage
from knowledge.store import ArticleKey, KnowledgeBase, Version
from knowledge.store.learning_shapes import Asked, FoundCluster, Lesson, Meant
from tickets.events import Event, Kind
from tickets.store import Store

OTHER = ArticleKey("en", "vpn-down")
SAID = "my tunnel crawls today"
HOUR = timedelta(hours=1)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[Store, KnowledgeBase]]:
    with knowledge_house(tmp_path) as (store, base):
        texts = {KEY: a_text(), OTHER: a_text(OTHER, "Why is the VPN down?")}
        base.import_texts(texts, "ann", START, publish=True, origin="import")
        yield store, base


@pytest.fixture
def base(house: tuple[Store, KnowledgeBase]) -> KnowledgeBase:
    return house[1]


def meant(text: str = SAID, key: ArticleKey = KEY, is_doubtful: bool = False) -> Meant:
    return Meant(key, text, OTHER.article if is_doubtful else key.article, is_doubtful)


def shown(base: KnowledgeBase, *all_meant: Meant, call: str = "one", read_to: int = 1, most: int = 20) -> None:
    base.learn([Lesson(call, START, all_meant, ())], read_to, most)


def phrasings(version: Version) -> tuple[str, ...]:
    return version.content.phrasings


def test_calls_that_show_the_same_are_counted(base: KnowledgeBase) -> None:
    shown(base, meant(), call="one")
    shown(base, meant(), call="one", read_to=2)
    shown(base, meant("today my tunnel crawls, please"), call="two", read_to=3)
    (proposal,) = base.proposals()
    assert (proposal.key, proposal.text, proposal.calls, proposal.doubtful) == (KEY, SAID, 2, False)
    assert base.learning_place() == 3
    assert base.proposals("zh") == []


def test_the_doubtful_ones_come_last_and_unknown_articles_not_at_all(base: KnowledgeBase) -> None:
    shown(base, meant("the network is gone", is_doubtful=True), meant("so slow at home"), call="one")
    shown(base, meant("the network is gone", is_doubtful=True), call="two")
    shown(base, meant("it is a mystery", ArticleKey("en", "nothing")), call="three")
    assert [(one.text, one.doubtful) for one in base.proposals()] == [
        ("so slow at home", False),
        ("the network is gone", True),
    ]


def test_an_article_of_six_phrasings_has_so_many_proposals(base: KnowledgeBase) -> None:
    shown(base, *(meant(f"reason {name} for a call") for name in ("alpha", "beta", "gamma")), most=8)
    assert len(base.proposals()) == 2


def test_accepted_ones_are_published_in_one_version(house: tuple[Store, KnowledgeBase]) -> None:
    store, base = house
    shown(base, meant(), meant("so slow at home"), meant("nothing comes through at all", OTHER))
    stamp = base.stamp()
    ids = [proposal.id for proposal in base.proposals()]
    versions = base.accept(ids, "bob", START + HOUR)
    slow = next(version for version in versions if version.key == KEY)
    assert phrasings(slow)[-2:] == (SAID, "so slow at home")
    assert (slow.number, slow.stage, slow.author, slow.reviewer) == (2, Stage.PUBLISHED, "hotline", "bob")
    assert (slow.origin, base.versions(KEY)[0].stage) == ("learning", Stage.REPLACED)
    assert base.stamp() > stamp
    assert base.proposals() == []
    assert {learnt.proposal.text for learnt in base.learnt(KEY)} == {SAID, "so slow at home"}
    decided = decisions(store)
    assert [event.data["decision"] for event in decided] == ["accepted"] * 3
    assert decided[0].data | {"by": "bob", "language": "en"} == decided[0].data
    with pytest.raises(NotThere):
        base.accept(ids, "bob", START + HOUR)


def test_rejected_ones_never_come_again(house: tuple[Store, KnowledgeBase]) -> None:
    store, base = house
    shown(base, meant())
    base.reject([base.proposals()[0].id], "bob", START)
    shown(base, meant(), call="two")
    shown(base, meant("today my tunnel crawls"), call="three")
    assert base.proposals() == []
    assert [event.data["decision"] for event in decisions(store)] == ["rejected"]


def test_what_is_withdrawn_is_remembered(house: tuple[Store, KnowledgeBase]) -> None:
    store, base = house
    shown(base, meant())
    base.accept([base.proposals()[0].id], "bob", START)
    version = base.withdraw(KEY, SAID, "eve", START + HOUR)
    assert SAID not in phrasings(version)
    assert version.text == a_text()
    assert (version.number, version.author, version.reviewer) == (3, "hotline", "eve")
    shown(base, meant(), call="two")
    assert (base.proposals(), base.learnt(KEY)) == ([], [])
    assert decisions(store)[-1].data["decision"] == "withdrawn"
    with pytest.raises(NotThere):
        base.withdraw(KEY, SAID, "eve", START + HOUR)


def test_what_somebody_has_written_is_not_withdrawn(base: KnowledgeBase) -> None:
    with pytest.raises(NotThere):
        base.withdraw(KEY, "Why is the VPN slow? one", "eve", START)


def test_somebody_works_on_the_article(base: KnowledgeBase) -> None:
    shown(base, meant())
    base.draft(a_text(question="Why is the VPN so slow?"), KEY, "ann", START)
    for step in (base.accept, lambda ids, *_: base.learning(ids)):
        with pytest.raises(OpenVersion):
            step([base.proposals()[0].id], "bob", START)
    assert len(base.proposals()) == 1


def asked(base: KnowledgeBase, call: str, *texts: str, at: int = 0) -> None:
    told = tuple(Asked("en", text, START + at * HOUR) for text in texts)
    base.learn([Lesson(call, START, (), told)], 1, 20)


def test_questions_of_a_call_are_replaced_by_what_it_shows_later(base: KnowledgeBase) -> None:
    asked(base, "one", "where is my badge", "who has my badge")
    asked(base, "one", "who has my badge", "when do I get my badge")
    assert [question.text for question in base.questions("en", START)] == ["who has my badge", "when do I get my badge"]
    assert base.questions("en", START + HOUR) == base.questions("zh", START) == []


def test_clusters_grow_and_keep_their_id(base: KnowledgeBase) -> None:
    asked(base, "one", "where is my badge")
    asked(base, "two", "who has my badge", at=1)
    first, second = (question.id for question in base.questions("en", START))
    found = FoundCluster(None, "Where is my badge?", ("where is my badge",), (), "vpn-slow", "team", (first,))
    base.keep_clusters("en", [found])
    (cluster,) = base.clusters("en")
    again = FoundCluster(cluster.id, "Where?", ("who has my badge",), ("a", "b"), "vpn-slow", "team", (first, second))
    base.keep_clusters("en", [again])
    grown = base.cluster(cluster.id)
    assert (grown.count, grown.question, grown.phrasings) == (2, "Where?", ("a", "b"))
    assert (grown.first_at, grown.last_at, grown.draft) == (START, START + HOUR, None)
    assert base.calls_of(cluster.id) == {"one", "two"}
    base.note_draft(cluster.id, base.versions(KEY)[0].id)
    assert base.cluster(cluster.id).draft == base.versions(KEY)[0].id
    with pytest.raises(NotThere):
        base.cluster(cluster.id + 1)


def decisions(store: Store) -> list[Event]:
    return list(store.events.since(None, [Kind.PHRASING_DECIDED]))
