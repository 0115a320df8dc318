"""What else was found than what was read aloud: nobody listens to three answers, but a link he can read later."""

from collections.abc import Sequence

from ivr.address import message_address
from ivr.desk import Channel, SpokenArticle
from ivr.questions import yes_no_question
from ivr.step import Step
from ivr.talk import Talk

_MOST = 2


async def offer_links(talk: Talk, articles: Sequence[SpokenArticle]) -> Step | None:
    """Offer him links to the first of `articles`; nothing where employees cannot reach the pages. A step when he tells
    another problem instead.

    Raises:
        PersonWanted, StepChanged: as every question.
    """
    language, say = talk.dialogue.language, talk.dialogue.prompt
    found = [(one, link) for one in articles if (link := talk.desk.articles.link(one.id, language))][:_MOST]
    if not found:
        return None
    topics = [article.topic for article, _ in found]
    ask = say("article.more", topic=topics[0])
    if len(found) > 1:
        ask = say("article.more_two", topic=topics[0], other=topics[1])
    answer = await talk.dialogue.ask(yes_no_question(talk, "send_links", ask))
    if isinstance(answer, Step):
        return answer
    talk.rejected |= {f"article:{article.id}" for article, _ in found}
    if answer:
        await _send(talk, [article.id for article, _ in found], [link for _, link in found])
    return None


async def _send(talk: Talk, ids: Sequence[str], links: Sequence[str]) -> None:
    by: Channel = "email" if talk.person and talk.person.email and not talk.person.mobile else "sms"
    to = await message_address(talk, by)
    words = talk.desk.dialplan.prompts[talk.dialogue.language]["link.text"]
    if to and await talk.desk.messenger.send(by, to, "\n".join((words, *links))):
        await talk.desk.record.articles_sent(ids, by)
        await talk.dialogue.say("link.sent")
    else:
        await talk.dialogue.say("link.failed")
