"""One call, from greeting to decision: who calls → outages → what is wrong → self-help → a decision. It never touches
a channel. Each step is an action of the dialplan; what comes of it is the next step, or the decision."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from dialplan.actions import Action
from ivr import actions
from ivr.conversation import Call, Conversation
from ivr.decision import Decision, Disconnect, LeaveMessage
from ivr.desk import HelpDesk
from ivr.diagnosis import diagnose
from ivr.dialogue import Dialogue, GoBack, LanguageChanged, PersonWanted, StepChanged
from ivr.greeting import greet
from ivr.hand_over import hand_over
from ivr.intents import follow_intent
from ivr.notices import ask_about_outage
from ivr.outage_notice import system_named
from ivr.questions import menu_question, open_question
from ivr.self_help import read_article
from ivr.step import Ask, Next, Step, ToPerson
from ivr.talk import Talk


async def take_call(call: Call, conversation: Conversation, desk: HelpDesk) -> Decision:
    """Talk with the caller until it is clear what should happen next.

    Raises:
        CallerHungUp: the caller is gone.
    """
    return await _run(_talk(call, conversation, desk, call.arrived_at), None)


async def return_to_menu(call: Call, conversation: Conversation, desk: HelpDesk) -> Decision:
    """The same for a caller who comes back from the queue: nobody greets him, what he has told is known, and the time
    with the line itself is counted anew.

    Raises:
        CallerHungUp: the caller is gone.
    """
    talk = _talk(call, conversation, desk, desk.now())
    known = await desk.record.so_far()
    talk.dialogue.language = known.language or call.language
    talk.person, talk.known_by = known.person, known.known_by
    talk.rejected |= {f"article:{article}" for article in known.articles}
    return await _run(talk, Step(Action(menu=talk.start)))


def _talk(call: Call, conversation: Conversation, desk: HelpDesk, since: datetime) -> Talk:
    longest = timedelta(minutes=desk.dialplan.menus.limits.call_minutes)
    dialogue = Dialogue(conversation, desk.dialplan, call.language, may_go_on=lambda: desk.now() - since < longest)
    return Talk(call, dialogue, desk, start=desk.dialplan.entry(call.dialled).menu)


async def _run(talk: Talk, step: Next | None) -> Decision:
    """From `step`, None: from the greeting."""
    menu = Step(Action(menu=talk.start))
    result: Next | Decision
    menus_before: list[Step] = []
    while True:
        try:
            result = await _follow(talk, step) if step else await greet(talk) or menu
        except LanguageChanged:
            await talk.desk.record.speaks(talk.dialogue.language)
            continue
        except StepChanged as wish:
            step = menus_before.pop() if isinstance(wish, GoBack) and menus_before else menu
            continue
        except PersonWanted as wanted:
            result = ToPerson(wanted.reason)
        if isinstance(result, Decision):
            return result
        if isinstance(step, Step) and step.action.menu is not None:
            menus_before.append(step)
        step = result


async def _follow(talk: Talk, step: Next) -> Next | Decision:
    if isinstance(step, ToPerson):
        return await hand_over(talk, step.reason)
    if isinstance(step, Ask):
        return await talk.dialogue.ask(open_question(talk, step.name, step.ask, step.keys))
    _learn(talk, step)
    if step.action.say is not None:
        await talk.dialogue.say(step.action.say)
    outage = await ask_about_outage(talk)
    if outage is not None:
        return outage
    name, value = step.action.target
    return await _ACTS[name](talk, value)


def _learn(talk: Talk, step: Step) -> None:
    """What the step tells of the caller's matter."""
    talk.category = step.category or talk.category
    article = talk.desk.articles.spoken(step.action.article or "", talk.dialogue.language)
    if article is not None:
        # One that the dialplan does not name is another system all the same: no outage of a named one explains it.
        talk.system = system_named(article.system, talk.desk.dialplan) or article.system or None
    else:
        talk.system = talk.filled.get("system", talk.system if step.category is None else None)


async def _ask_menu(talk: Talk, name: str) -> Step:
    return await talk.dialogue.ask(menu_question(talk, name))


async def _say_goodbye(talk: Talk, prompt: str) -> Decision:
    return await talk.part(Disconnect("goodbye"), prompt)


async def _leave_message(_: Talk, group: str) -> Decision:
    return LeaveMessage(group)


_ACTS: Mapping[str, Callable[[Talk, Any], Awaitable[Next | Decision]]] = {
    "menu": _ask_menu,
    "article": read_article,
    "intent": lambda talk, name: follow_intent(talk, talk.menus.intents[name]),
    "queue": lambda talk, wanted: hand_over(talk, "menu", wanted),
    "ticket": lambda talk, _: actions.take_ticket(talk),
    "ticket_status": lambda talk, _: actions.tell_ticket_status(talk),
    "send_link": actions.send_link,
    "request": lambda talk, name: actions.order(talk, talk.menus.catalogue[name]),
    "diagnose": diagnose,
    "callback": actions.promise_callback,
    "voicemail": _leave_message,
    "survey": lambda talk, _: actions.ask_for_mark(talk),
    "goodbye": _say_goodbye,
}
