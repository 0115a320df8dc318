"""Articles by voice: long answers part by part, links to the rest, articles for others. # 000-16, 001-17, 001-9"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
from desk import CALL, AnsweringConversation, Desk, FewArticles, Outbox, PhraseMatcher

from ivr.conversation import Heard, Hypothesis
from ivr.decision import Decision, EnterQueue, Solved
from ivr.desk import Candidate, Ranking
from ivr.flow import take_call

PARTS = ("Turn it off.", "Wait a minute.", "Turn it on again.")
PAGES = "https://help.example"


def desk(
    parts: Mapping[str, tuple[str, ...]] | None = None,
    audiences: Mapping[str, str] | None = None,
    pages: str = "",
    more: tuple[str, ...] = ("password-forgotten",),
) -> Desk:
    known = FewArticles(["account-locked", "password-forgotten", "laptop-slow"], parts or {}, audiences or {}, pages)
    return Desk(articles=known, matcher=GenerousMatcher(Desk().matcher.meanings, more))


@dataclass
class GenerousMatcher(PhraseMatcher):
    """Finds further articles beside the one that is meant."""

    more: tuple[str, ...] = ()

    async def rank(self, hypotheses: tuple[Hypothesis, ...], language: str) -> Ranking:
        ranking = await super().rank(hypotheses, language)
        if not ranking.candidates:
            return ranking
        return Ranking(ranking.outcome, (ranking.candidates[0], *(Candidate(f"article:{id}", 0.2) for id in self.more)))


async def decide(desk: Desk, *given: str | Heard) -> tuple[Decision, list[str]]:
    caller = AnsweringConversation(*given)
    decision = await take_call(CALL, caller, desk)
    assert not caller.left, "the call was over before the caller had said all"
    return decision, caller.prompts


@pytest.mark.parametrize("wish", ["next", "done", "okay", "1"])
async def test_a_long_answer_goes_on_when_he_has_done_his_part(wish: str) -> None:
    decision, prompts = await decide(desk(parts={"account-locked": PARTS}), "locked", wish, wish, "yes")
    assert prompts[2:-1] == ["article.intro", "article.part", "article.part", "article.answer", "article.helped"]
    assert decision == Solved("account-locked")


async def test_a_part_is_repeated_at_his_wish_and_waits_for_him() -> None:
    _, prompts = await decide(
        desk(parts={"account-locked": PARTS}), "locked", "repeat", "", "gibberish", "next", "9", "next", "yes"
    )
    parts = [prompt for prompt in prompts if prompt.startswith("article.part")]
    assert parts == ["article.part", "article.part", *["article.part_again"] * 2, *["article.part"] * 2]


async def test_another_problem_in_the_midst_of_a_long_answer_is_taken_up() -> None:
    decision, _ = await decide(desk(parts={"account-locked": PARTS}), "locked", "next", "forgotten", "yes")
    assert decision == Solved("password-forgotten")


async def test_a_person_is_there_in_the_midst_of_a_long_answer() -> None:
    decision, _ = await decide(desk(parts={"account-locked": PARTS}), "locked", "next", "operator")
    assert isinstance(decision, EnterQueue)


async def test_the_rest_is_sent_by_link_to_the_number_he_confirms() -> None:
    here = desk(pages=PAGES)
    decision, prompts = await decide(here, "locked", "no", "yes", "yes", "0")
    assert "article.more" in prompts
    assert prompts[prompts.index("article.more") + 1 :][:2] == ["link.number", "link.sent"]
    ((way, to, text),) = here.messenger.sent
    assert (way, to) == ("sms", CALL.caller)
    assert text.splitlines()[1:] == [f"{PAGES}/en/password-forgotten"]
    assert ("articles_sent", ("password-forgotten",), "sms") in here.record.told
    assert isinstance(decision, EnterQueue)


async def test_who_wants_no_link_goes_on() -> None:
    here = desk(pages=PAGES)
    _, prompts = await decide(here, "locked", "no", "no", "0")
    assert here.messenger.sent == []
    assert "article.not_helped" in prompts


async def test_a_link_that_cannot_be_sent_is_said_and_is_no_end() -> None:
    here = replace(desk(pages=PAGES), messenger=Outbox(is_broken=True))
    _, prompts = await decide(here, "locked", "no", "yes", "yes", "0")
    assert "link.failed" in prompts
    assert "article.not_helped" in prompts
    assert not [told for told in here.record.told if told[0] == "articles_sent"]


async def test_two_more_are_sent_together_and_no_third() -> None:
    here = desk(pages=PAGES, more=("password-forgotten", "laptop-slow", "account-locked"))
    _, prompts = await decide(here, "locked", "no", "yes", "yes", "0")
    assert "article.more_two" in prompts
    assert len(here.messenger.sent[0][2].splitlines()) == 3


async def test_without_pages_no_link_is_offered() -> None:
    _, prompts = await decide(desk(), "locked", "no", "0")
    assert "article.more" not in prompts


async def test_an_article_for_others_is_not_read() -> None:
    decision, prompts = await decide(desk(audiences={"account-locked": "vip"}), "locked", "0")
    assert "article.answer" not in prompts
    assert isinstance(decision, EnterQueue)
