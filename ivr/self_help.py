"""Articles told to the caller, and whether they helped."""

from collections.abc import Iterable

from ivr.conversation import Hypothesis, Prompt
from ivr.decision import Solved
from ivr.desk import SpokenArticle
from ivr.dialogue import PersonWanted
from ivr.further_articles import offer_links
from ivr.long_answer import tell_parts
from ivr.questions import yes_no_question
from ivr.step import Ask, Step, menu_of_category
from ivr.talk import Talk

_PROBLEMS = ("article:", "category:")
_FAINTEST = 0.05
"""Less probable articles are not offered to somebody who waits."""


async def read_article(talk: Talk, article_id: str) -> Step | Ask | Solved:
    """
    Raises:
        PersonWanted: the article is gone, or one more has not helped.
    """
    article = talk.desk.articles.spoken(article_id, talk.dialogue.language)
    if article is None:  # retired since the question was fitted: a person knows better than an apology
        raise PersonWanted("no_article")
    answer = await tell_article(talk, article, lead=(talk.dialogue.prompt("article.intro"),))
    if isinstance(answer, Step):
        return answer
    if answer:
        return await talk.part(Solved(article_id), "solved", number=talk.desk.record.number)
    talk.failed_articles += 1
    wish = await offer_links(talk, _readable(talk, await _ranked(talk)))
    if wish is not None:
        return wish
    if talk.failed_articles >= talk.menus.limits.articles:
        raise PersonWanted("not_helped")
    return Ask("not_helped", "article.not_helped", "article.not_helped")


async def tell_article(talk: Talk, article: SpokenArticle, lead: tuple[Prompt, ...] = ()) -> bool | Step:
    """Tell it, and ask whether it helped; a step when he tells another problem instead.

    Raises:
        PersonWanted, StepChanged: as every question.
    """
    talk.rejected.add(f"article:{article.id}")
    record, say = talk.desk.record, talk.dialogue.prompt
    await record.article_tried(article.id, None)
    if article.parts:
        wish = await tell_parts(talk, article.parts, lead)
        if wish is not None:
            return wish
        lead = ()
    last = article.parts[-1] if article.parts else article.answer
    question = yes_no_question(talk, "helped", say("article.helped"))
    answer = await talk.dialogue.ask(question, lead=(*lead, say("article.answer", answer=last)))
    if not isinstance(answer, Step):
        await record.article_tried(article.id, answer)
    return answer


async def articles_that_may_help(talk: Talk) -> list[SpokenArticle]:
    """Those that what he said may mean, best first, then those of the menu of his category; none that he has heard or
    that is for others, and none of another category."""
    return _readable(talk, dict.fromkeys([*await _ranked(talk), *_of_menu(talk)]))


def _readable(talk: Talk, ids: Iterable[str]) -> list[SpokenArticle]:
    but_not = talk.rejected | talk.unsuitable
    found = (talk.desk.articles.spoken(id, talk.dialogue.language) for id in ids if f"article:{id}" not in but_not)
    return [article for article in found if article is not None and talk.category in (None, article.category)]


async def _ranked(talk: Talk) -> list[str]:
    if not talk.said:
        return []
    ranking = await talk.desk.matcher.rank((Hypothesis(talk.said),), talk.dialogue.language)
    if ranking.outcome == "nomatch" or not ranking.candidates[0].target.startswith(_PROBLEMS):
        return []
    targets = (candidate.target.partition(":") for candidate in ranking.candidates if candidate.confidence >= _FAINTEST)
    return [name for kind, _, name in targets if kind == "article"]


def _of_menu(talk: Talk) -> list[str]:
    if talk.category is None:
        return []
    menu = talk.menus.menus[menu_of_category(talk.desk.dialplan, talk.category)]
    return [option.then.article for option in menu.options if option.then.article is not None]
