"""Learning as commands and pages use it; its story is in tests/scenarios/test_learning_story.py. # 000-18"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from knowledge_house import KEY, START, a_text, knowledge_house

from ari_app.learning import Cluster, Learning
from knowledge.article import article_text
from knowledge.errors import ArticleError, NotThere, Problem
from knowledge.review import Stage
from knowledge.staleness import Outcome
from knowledge.store import ArticleKey, KnowledgeBase, Version
from knowledge.store.learning_shapes import Asked, FoundCluster, Lesson, Meant
from tickets.events import Kind
from tickets.store import Store

DAY = timedelta(days=1)
ASKED = tuple(f"the photo on my badge is {how}" for how in ("old", "wrong", "dark", "ugly", "gone", "torn"))
MORE = "somebody else is on my badge"


@dataclass
class House:
    store: Store
    base: KnowledgeBase
    problems: tuple[Problem, ...] = ()
    tried: list[ArticleKey] = field(default_factory=list)

    def __post_init__(self) -> None:
        def try_out(texts: Mapping[ArticleKey, str]) -> tuple[Problem, ...]:
            self.tried += texts
            return self.problems

        self.learning = Learning(self.store, self.base, try_out)

    def cluster(self, *phrasings: str, id: int | None = None) -> Cluster:
        """Asked in as many calls as there are phrasings."""
        for number, text in enumerate(phrasings):
            asked = (Asked("en", text, START + number * DAY),)
            self.base.learn([Lesson(f"call {number}", START, (), asked)], 1, 20)
        ids = tuple(question.id for question in self.base.questions("en", START))
        found = FoundCluster(id, "Can I have a new photo?", phrasings[:2], phrasings, KEY.article, "network team", ids)
        self.base.keep_clusters("en", [found])
        return self.learning.clusters("en")[0]

    def propose(self, text: str) -> int:
        self.base.learn([Lesson("one", START, (Meant(KEY, text, KEY.article, False),), ())], 1, 20)
        return self.learning.proposals("en")[-1].id

    def publish(self, version: Version) -> Version:
        self.base.submit(version.id, "ann", START)
        return self.base.approve(version.id, "bob", START + 10 * DAY)

    def call(self, id: str, days: int, helped: bool | None = None) -> None:
        events, at = self.store.events, START + days * DAY
        events.append(Kind.TICKET_OPENED, at, id, None, {"caller": "", "dialled": "100", "language": "en"})
        if helped is not None:
            events.append(Kind.ARTICLE_TRIED, at, id, None, {"article": KEY.article, "helped": helped})
            solved = "solved" if helped else "open"
            events.append(Kind.STATUS_CHANGED, at, id, None, {"old": "open", "new": solved, "by": None})
        events.append(Kind.CALL_FINISHED, at, id, None, {"cause": 16})


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with knowledge_house(tmp_path) as (store, base):
        base.import_texts({KEY: a_text()}, "ann", START, publish=True, origin="import")
        yield House(store, base)


def test_a_draft_is_routed_to_the_owner_of_the_nearest_article(house: House) -> None:
    draft = house.learning.make_draft(house.cluster(*ASKED).id, "ann", START)
    assert (draft.key, draft.stage, draft.origin) == (ArticleKey("en", "have-new-photo"), Stage.DRAFT, "cluster")
    assert (draft.owner, draft.category, draft.system, draft.author) == ("network team", "network", "VPN", "ann")
    assert draft.content.phrasings == ASKED
    assert ASKED[0] in draft.content.steps
    assert house.learning.clusters("en")[0].draft == draft.id


def test_made_again_the_same_draft_gets_what_came_since(house: House) -> None:
    cluster = house.cluster(*ASKED)
    draft = house.learning.make_draft(cluster.id, "ann", START)
    written = replace(draft.content, spoken="Go to reception.")
    house.base.edit(draft.id, article_text(written), draft.rev, "ann", START)
    house.cluster(*ASKED, MORE, id=cluster.id)
    again = house.learning.make_draft(cluster.id, "bob", START + DAY)
    assert (again.id, again.content.phrasings) == (draft.id, (*ASKED, MORE))
    assert again.content.spoken == "Go to reception."
    assert house.learning.make_draft(cluster.id, "bob", START + DAY).rev == again.rev


def test_what_is_published_of_it_is_left_alone_and_what_was_given_up_is_made_anew(house: House) -> None:
    cluster = house.cluster(*ASKED)
    given_up = house.learning.make_draft(cluster.id, "ann", START)
    house.base.drop(given_up.id, "ann", START)
    draft = house.learning.make_draft(cluster.id, "ann", START)
    assert (draft.key, draft.number) == (given_up.key, 2)
    published = house.publish(draft)
    assert house.learning.make_draft(cluster.id, "ann", START) == published


def test_an_id_that_no_article_has(house: House) -> None:
    house.base.draft(a_text(ArticleKey("en", "have-new-photo")), ArticleKey("en", "have-new-photo"), "ann", START)
    assert house.learning.make_draft(house.cluster(*ASKED).id, "ann", START).key.article == "have-new-photo-2"


def test_without_any_article_there_is_nothing_to_take_after(house: House) -> None:
    cluster = house.cluster(*ASKED)
    house.base.keep_clusters("en", [FoundCluster(cluster.id, "What?", ASKED[:1], ASKED, None, None, ())])
    for id in (cluster.id, cluster.id + 1):
        with pytest.raises(NotThere):
            house.learning.make_draft(id, "ann", START)


def test_what_the_line_would_refuse_is_not_learnt(house: House) -> None:
    house.problems = (Problem(KEY.file, 1, 1, "near-duplicate", "said of another one too", "keep it there"),)
    proposal = house.propose("my tunnel crawls today")
    with pytest.raises(ArticleError, match="said of another one too"):
        house.learning.accept([proposal], "bob", START)
    assert [one.id for one in house.learning.proposals()] == [proposal]
    house.problems = ()
    house.learning.accept([proposal], "bob", START)
    house.problems = (Problem(KEY.file, 1, 1, "lands-elsewhere", "a test fails without it", "keep it"),)
    with pytest.raises(ArticleError, match="a test fails"):
        house.learning.withdraw(KEY, "my tunnel crawls today", "bob", START)
    assert [learnt.proposal.id for learnt in house.learning.learnt(KEY)] == [proposal]
    assert house.tried == [KEY] * 3


def test_the_effect_on_the_calls_of_a_cluster(house: House) -> None:
    cluster = house.cluster(*ASKED)
    for number in range(len(ASKED)):
        house.call(f"call {number}", number)
    draft = house.learning.make_draft(cluster.id, "ann", START)
    with pytest.raises(NotThere):
        house.learning.effect(house.base.cluster(cluster.id))
    house.publish(draft)
    effect = house.learning.effect(house.base.cluster(cluster.id))
    assert (effect.before.calls, effect.before.contained, effect.after.calls) == (6, 0, 0)


def test_the_effect_of_an_article_from_any_moment(house: House) -> None:
    for id, days, helped in (("one", 1, False), ("two", 3, True), ("three", 4, True)):
        house.call(id, days, helped)
    effect = house.learning.effect(KEY, START + 2 * DAY)
    assert (effect.before.help_rate, effect.after.help_rate, effect.after.contained) == (0.0, 1.0, 2)
    assert house.learning.effect(KEY).after.told == 3  # from its first version on


def test_outcomes_follow_the_log(house: House) -> None:
    house.call("one", 1, True)
    now = START + 5 * DAY
    assert house.learning.outcomes(now) == {KEY: Outcome(1, 1)}
    house.call("two", 1, False)
    house.call("three", 2)
    assert house.learning.outcomes(now) == house.learning.outcomes(now) == {KEY: Outcome(2, 1)}
    assert house.learning.outcomes(now + 100 * DAY) == {}
