"""What callers are told unasked: announcements that are switched on, and known outages: who is concerned hears the
notice and may say "me too" instead of queueing."""

from ivr.decision import JoinOutage
from ivr.desk import ActiveOutage
from ivr.outage_notice import outage_to_ask, outages_to_tell, system_named
from ivr.questions import yes_no_question
from ivr.step import Step
from ivr.talk import Talk


async def announce(talk: Talk) -> None:
    """What a supervisor has switched on, in the order of the dialplan."""
    switched = await talk.desk.switches.now()
    for name, announcement in talk.menus.announcements.items():
        if name in switched.announcements:
            await talk.dialogue.say(announcement.say)


async def tell_of_outages(talk: Talk) -> None:
    """One short sentence to everybody about what is down everywhere."""
    active = await talk.desk.outages.active()
    if outages_to_tell(active, talk.site, talk.desk.dialplan):
        await talk.dialogue.say("outage.everywhere")


async def ask_about_outage(talk: Talk) -> JoinOutage | Step | None:
    """Read him the notice of the outage that fits what is known so far, and ask whether that is why he calls.

    A step, when he tells another problem instead of yes or no; None when nothing fits, or he said no.
    """
    active = await talk.desk.outages.active()
    outage = outage_to_ask(active, talk.told, talk.site, talk.system, talk.category, talk.desk.dialplan)
    if outage is None or talk.dialogue.language not in outage.notice:
        return None  # a language that the line has learnt since the outage was declared
    dialogue = talk.dialogue
    notice = dialogue.prompt("outage.notice", notice=outage.notice[dialogue.language])
    question = yes_no_question(talk, "outage", dialogue.prompt("outage.is_it"))
    answer = await dialogue.ask(question, lead=(dialogue.prompt("outage.known"), notice))
    talk.told.add(outage.id)
    if isinstance(answer, Step) and not _is_the_same(talk, outage, answer):
        return answer
    if answer is False:
        return None
    return await talk.part(JoinOutage(outage.id), "outage.joined", number=talk.desk.record.number)


def _is_the_same(talk: Talk, outage: ActiveOutage, told: Step) -> bool:
    """Who is asked whether he calls about the mail being down, and says that his mail does not work, says yes."""
    article = talk.desk.articles.spoken(told.action.article or "", talk.dialogue.language)
    return article is not None and system_named(article.system, talk.desk.dialplan) in outage.systems
