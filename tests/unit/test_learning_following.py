"""The log is read for what calls teach. # 000-18"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from desk import shipped
from knowledge_house import KEY, START, a_text, an_article, knowledge_house

from ari_app.learning.following import CallFollower
from dialplan.loader import Dialplan
from ivr.conversation import Hypothesis, Utterance
from ivr.desk import Candidate, Ranking
from ivr.library import SpokenLibrary
from ivr.record import heard_as_json
from knowledge.errors import OpenVersion
from knowledge.library import Library
from knowledge.settings import KnowledgeSettings
from knowledge.store import KnowledgeBase
from tickets.store import DatabaseUnavailable, Store
from tickets.ticket import Status

SLOW, VPN = "my tunnel is crawling today", f"article:{KEY.article}"
UNSURE = Ranking("confirm", (Candidate(VPN, 0.4), Candidate("article:other", 0.1)), VPN)


@dataclass
class Known:
    """`Understanding` that always ranks the same."""

    ranking: Ranking = UNSURE
    articles: SpokenLibrary = field(
        default_factory=lambda: SpokenLibrary(Library({("en", KEY.article): an_article()}, {"en": ("is it raining",)}))
    )

    @property
    def dialplan(self) -> Dialplan:
        return shipped()

    @property
    def matcher(self) -> "Known":
        return self

    async def rank(self, hypotheses: tuple[Hypothesis, ...], language: str) -> Ranking:
        return self.ranking


@dataclass
class House:
    store: Store
    base: KnowledgeBase
    known: Known = field(default_factory=Known)
    accepted: list[tuple[Sequence[int], str]] = field(default_factory=list)

    def follower(self, settings: KnowledgeSettings | None = None) -> CallFollower:
        known = self.known
        return CallFollower(
            self.store, self.base, settings or KnowledgeSettings(), lambda: known, self.accept, lambda: START
        )

    def accept(self, ids: Sequence[int], by: str, at: datetime) -> None:
        self.accepted.append((ids, by))
        self.base.accept(ids, by, at)

    def call(self, id: str, text: str, answer: str = "yes") -> str:
        tickets = self.store.tickets
        number = tickets.open_for_call(id, id, "", "100", "en", START).number
        for second, (question, said) in enumerate((("main", text), ("confirm", answer))):
            at = START.replace(second=second)
            tickets.record_heard(number, question, heard_as_json(Utterance((Hypothesis(said),))), at)
        if answer == "yes":
            tickets.note_understanding(number, VPN, 0.4, "network", START)
            tickets.note_article(number, KEY.article, None, START)
        tickets.finish_call(number, START)
        return number

    def proposed(self) -> list[tuple[str, int, bool]]:
        return [(one.text, one.calls, one.doubtful) for one in self.base.proposals()]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with knowledge_house(tmp_path) as (store, base):
        base.import_texts({KEY: a_text()}, "ann", START, publish=True, origin="import")
        yield House(store, base)


async def test_what_callers_confirm_is_proposed(house: House) -> None:
    house.call("one", SLOW)
    house.call("two", f"{SLOW}, please")
    assert await house.follower().look() is False
    assert house.proposed() == [(SLOW, 2, False)]


async def test_it_goes_on_where_it_was_before_a_restart(house: House) -> None:
    house.call("one", SLOW)
    await house.follower().look()
    read_to = house.base.learning_place()
    assert read_to == house.store.events.last_id()
    house.call("two", SLOW)
    await house.follower().look()
    assert house.proposed() == [(SLOW, 2, False)]
    assert house.base.learning_place() > read_to


async def test_a_log_longer_than_a_look(house: House) -> None:
    for number in range(60):
        house.call(f"call {number}", SLOW)
    follower = house.follower()
    looks = 1
    while await follower.look():
        looks += 1
    assert looks > 1
    assert house.proposed() == [(SLOW, 60, False)]


@pytest.mark.parametrize(
    "text", ["vpn slow", "Why is the VPN slow? one, please", "my password is hunter2 and it fails", "why is vpn slow"]
)
async def test_what_would_teach_nothing_is_dropped(house: House, text: str) -> None:
    house.call("one", text)
    await house.follower().look()
    assert house.proposed() == []


async def test_what_is_understood_anyway_is_dropped(house: House) -> None:
    house.known.ranking = Ranking("accept", (Candidate(VPN, 0.93),), VPN)
    house.call("one", SLOW)
    await house.follower().look()
    assert house.proposed() == []


async def test_an_article_that_has_enough_phrasings_learns_no_more(house: House) -> None:
    house.call("one", SLOW)
    await house.follower(KnowledgeSettings(most_phrasings=6)).look()
    assert house.proposed() == []


@pytest.mark.parametrize(
    ("nearest", "is_doubtful"),
    [("article:other", True), ("intent:vpn", True), ("", True), (VPN, False), ("category:network", False)],
)
async def test_whose_phrasing_is_the_nearest(house: House, nearest: str, is_doubtful: bool) -> None:
    house.known.ranking = Ranking("confirm", house.known.ranking.candidates, nearest)
    house.call("one", SLOW)
    await house.follower().look()
    assert house.proposed() == [(SLOW, 1, is_doubtful)]


async def test_secrets_are_no_questions_and_what_is_chatter_neither(house: House) -> None:
    house.call("one", "my card number is 4111 1111 1111 1111", answer="no")
    house.call("two", SLOW, answer="no")
    await house.follower().look()
    assert [question.text for question in house.base.questions("en", START)] == [SLOW]
    house.call("three", "hello, is it raining", answer="no")
    await house.follower().look()
    assert len(house.base.questions("en", START)) == 1


async def test_two_calls_are_enough_where_that_is_the_policy(house: House) -> None:
    settings = KnowledgeSettings(learn="accept")
    follower = house.follower(settings)
    house.call("one", SLOW)
    await follower.look()
    assert house.accepted == []
    house.call("two", SLOW)
    await follower.look()
    assert [by for _, by in house.accepted] == ["hotline"]
    assert house.base.versions(KEY)[-1].content.phrasings[-1] == SLOW


async def test_the_doubtful_ones_wait_for_somebody_all_the_same(house: House) -> None:
    house.known.ranking = Ranking("confirm", house.known.ranking.candidates, "article:other")
    for call in ("one", "two", "three"):
        house.call(call, SLOW)
    await house.follower(KnowledgeSettings(learn="accept")).look()
    assert (house.accepted, house.proposed()) == ([], [(SLOW, 3, True)])


async def test_what_is_refused_is_not_tried_again_and_again(house: House) -> None:
    house.base.draft(a_text(question="Why is it?"), KEY, "ann", START)
    follower = house.follower(KnowledgeSettings(learn="accept"))
    for call in ("one", "two", "three"):
        house.call(call, SLOW)
        await follower.look()
    assert len(house.accepted) == 1
    assert house.proposed() == [(SLOW, 3, False)]
    with pytest.raises(OpenVersion):
        house.base.accept(house.accepted[0][0], "ann", START)


async def test_an_agents_solution_comes_later(house: House) -> None:
    number = house.call("one", SLOW, answer="no")
    follower = house.follower()
    await follower.look()
    assert len(house.base.questions("en", START)) == 1
    house.store.tickets.note_articles_sent(number, [KEY.article], "sms", START, "ann")
    house.store.tickets.set_status(number, Status.SOLVED, START, "ann")
    await follower.look()
    assert house.proposed() == [(SLOW, 1, False)]
    assert house.base.questions("en", START) == []


async def test_the_database_is_away_for_a_while(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    follower = house.follower()
    house.call("one", SLOW)
    with monkeypatch.context() as away:

        def no_answer(*_: object) -> None:
            raise DatabaseUnavailable("gone")

        away.setattr(house.store.events, "after", no_answer)
        assert await follower.look() is False
    assert house.proposed() == []
    await follower.look()
    assert house.proposed() == [(SLOW, 1, False)]


async def test_a_call_that_cannot_be_read_is_in_nobodys_way(house: House) -> None:
    house.store.events.append("call_finished", START, "strange", None, {})
    house.store.events.append("heard", START, "strange", None, {"nothing": 1})
    house.call("one", SLOW)
    await house.follower().look()
    assert house.proposed() == [(SLOW, 1, False)]
