"""An article read to the caller, and whether it helped."""

from ivr.decision import Solved
from ivr.dialogue import PersonWanted
from ivr.questions import yes_no_question
from ivr.step import Ask, Step
from ivr.talk import Talk


async def read_article(talk: Talk, article_id: str) -> Step | Ask | Solved:
    """
    Raises:
        PersonWanted: the article is gone, or one more has not helped.
    """
    article = talk.desk.articles.spoken(article_id, talk.dialogue.language)
    if article is None:  # retired since the question was fitted: a person knows better than an apology
        raise PersonWanted("no_article")
    talk.rejected.add(f"article:{article_id}")
    record, say = talk.desk.record, talk.dialogue.prompt
    await record.article_tried(article_id, None)
    question = yes_no_question(talk, "helped", say("article.helped"))
    answer = await talk.dialogue.ask(
        question, lead=(say("article.intro"), say("article.answer", answer=article.answer))
    )
    if isinstance(answer, Step):
        return answer
    await record.article_tried(article_id, answer)
    if answer:
        return await talk.part(Solved(article_id), "solved", number=record.number)
    talk.failed_articles += 1
    if talk.failed_articles >= talk.menus.limits.articles:
        raise PersonWanted("not_helped")
    return Ask("not_helped", "article.not_helped", "article.not_helped")
