"""Known outages on the line: who is concerned may say "me too" and need not queue. # 001-13, 001-14, 001-4"""

from dataclasses import replace

from desk import CALL, Desk, FewArticles, FewOutages, FewPeople, PhraseMatcher
from test_flow import decide
from test_flow_people import ANNA, LI

from ivr.decision import EnterQueue, JoinOutage, Solved
from ivr.desk import ActiveOutage, KnownPerson, SpokenArticle

TEXTS = {"en": "Outlook is down. We expect it back at noon.", "zh": "Outlook目前无法使用。"}
MAIL = ActiveOutage(3, frozenset({"outlook"}), frozenset(), TEXTS)
BERLIN = ActiveOutage(4, frozenset(), frozenset({"berlin"}), TEXTS)
MAIL_IN_BERLIN = ActiveOutage(6, frozenset({"outlook"}), frozenset({"berlin"}), TEXTS)
EVERYTHING = ActiveOutage(5, frozenset(), frozenset(), TEXTS)


def desk_with(*outages: ActiveOutage, person: KnownPerson = ANNA) -> Desk:
    return Desk(outages=FewOutages(outages), people=FewPeople({CALL.caller: (person,)}))


async def test_me_too_by_word_and_by_key() -> None:
    for yes in ("yes", "1"):
        decision, prompts = await decide(desk_with(MAIL), "e-mail please", yes)
        assert decision == JoinOutage(3)
        assert prompts[1:] == ["main.ask", "outage.known", "outage.notice", "outage.is_it", "outage.joined"]


async def test_who_says_no_goes_on_and_is_not_asked_again() -> None:
    decision, prompts = await decide(desk_with(MAIL), "e-mail please", "no", "2", "no", "0")
    assert decision == EnterQueue("helpdesk", "asked")
    assert prompts.count("outage.is_it") == 1
    assert "email.ask" in prompts


async def test_who_tells_that_very_problem_instead_of_yes_means_yes() -> None:
    class MailArticles(FewArticles):
        def spoken(self, article_id: str, language: str) -> SpokenArticle | None:
            article = super().spoken(article_id, language)
            return replace(article, system="Outlook") if article else None

    desk = desk_with(MAIL_IN_BERLIN)
    desk.articles = MailArticles(["mailbox-full", "account-locked"])
    desk.matcher = PhraseMatcher({"my mailbox": ("accept", "article:mailbox-full", 0.9)})
    decision, prompts = await decide(desk, "my mailbox")
    assert decision == JoinOutage(6)
    assert prompts[-2:] == ["outage.is_it", "outage.joined"]


async def test_who_tells_another_problem_instead_goes_on_with_that() -> None:
    decision, prompts = await decide(desk_with(MAIL_IN_BERLIN), "locked", "yes")
    assert decision == Solved("account-locked")
    assert prompts.count("outage.is_it") == 1


async def test_who_has_another_problem_hears_nothing_of_it() -> None:
    decision, prompts = await decide(desk_with(MAIL), "locked", "yes")
    assert decision == Solved("account-locked")
    assert not any(prompt.startswith("outage.") for prompt in prompts)


async def test_at_the_site_of_an_outage_the_notice_comes_first() -> None:
    decision, prompts = await decide(desk_with(BERLIN), "yes")
    assert decision == JoinOutage(4)
    assert prompts[:2] == ["greeting.known", "outage.known"]


async def test_at_another_site_nobody_hears_of_it() -> None:
    _, prompts = await decide(desk_with(BERLIN, person=ANNA.__class__(9, "1", "Bo", site="shanghai")), "locked", "yes")
    assert not any(prompt.startswith("outage.") for prompt in prompts)


async def test_what_concerns_the_whole_company_is_told_in_a_sentence() -> None:
    _, prompts = await decide(desk_with(EVERYTHING), "locked", "no", "yes")
    assert prompts[:3] == ["greeting.known", "outage.everywhere", "main.ask"]


async def test_once_he_says_what_is_wrong_he_is_asked_whether_it_is_that() -> None:
    decision, prompts = await decide(desk_with(EVERYTHING), "locked", "yes")
    assert decision == JoinOutage(5)
    assert prompts[-1] == "outage.joined"


async def test_the_notice_is_in_his_language() -> None:
    _, prompts = await decide(desk_with(EVERYTHING, person=LI), "1", "是的")
    assert prompts[-1] == "outage.joined"
