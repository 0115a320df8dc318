"""The actions of the dialplan that talk with the caller: tickets, links, orders, callbacks, marks."""

from dialplan.actions import Action, LinkAction
from dialplan.schema import CatalogueItem
from ivr.address import message_address, telephone
from ivr.conversation import Digits, Expecting, Utterance
from ivr.decision import Decision, Disconnect, RequestCallback
from ivr.dialogue import PersonWanted, Question
from ivr.identity import ask_employee_number, prove
from ivr.intents import fill
from ivr.questions import yes_no_question
from ivr.spoken.digits import digits_in
from ivr.step import Ask, Step
from ivr.talk import Talk

_MARKS = ("1", "2", "3", "4", "5")


async def take_ticket(talk: Talk) -> Decision:
    """What was said stands on the ticket: he hears its number, and somebody will deal with it."""
    await ask_employee_number(talk)
    return await talk.part(Disconnect("ticket"), "ticket.taken", number=talk.desk.record.number)


async def tell_ticket_status(talk: Talk) -> Decision | Step | Ask:
    """How his newest open ticket stands; only he may know."""
    callback = await prove(talk)
    if callback is not None:
        return callback
    tickets = await talk.desk.tickets.open_of(talk.person) if talk.person else ()
    if not tickets:
        return await _anything_else(talk, "ticket_status.none")
    newest = tickets[0]
    status = talk.desk.dialplan.prompts[talk.dialogue.language][f"status.{newest.status}"]
    return await _anything_else(talk, "ticket_status.told", number=newest.number, status=status)


async def send_link(talk: Talk, link: LinkAction) -> Decision | Step | Ask:
    """To the address or number that we have of him; else to the number that he says."""
    to = await message_address(talk, link.by)
    words = talk.desk.dialplan.prompts[talk.dialogue.language][link.text]
    if to and await talk.desk.messenger.send(link.by, to, f"{words} {link.url}"):
        return await _anything_else(talk, "link.sent")
    await talk.dialogue.say("link.failed")
    raise PersonWanted("link")


async def order(talk: Talk, item: CatalogueItem) -> Decision | Step:
    """Where he can order by himself he is offered the link; if he would rather not, his order is taken."""
    if item.link is not None:
        ask = talk.dialogue.prompt("request.link", item=item.name[talk.dialogue.language])
        answer = await talk.dialogue.ask(yes_no_question(talk, "request_link", ask))
        if isinstance(answer, Step):
            return answer
        if answer:
            return Step(Action(send_link=LinkAction(url=item.link, text="link.text")), item.category)
    await fill(talk, item.slots)
    return await take_ticket(talk)


async def promise_callback(talk: Talk, group: str) -> Decision | Step:
    """The number is confirmed, then we promise."""
    number = await callback_number(talk)
    if number is None:
        raise PersonWanted("asked")
    return await talk.part(RequestCallback(group, number), "callback.promised", number=talk.desk.record.number)


async def callback_number(talk: Talk) -> str | None:
    """The number at which he wants to be called back; None when he gives none, or none that we may call."""
    number = await telephone(talk, "callback.number", talk.call.caller)
    if number is not None and not await talk.desk.trunk.may_call(number):
        await talk.dialogue.say("callback.impossible")
        return None
    return number


async def ask_for_mark(talk: Talk) -> Decision:
    """A mark from 1 to 5, by voice or key."""

    async def answer(heard: Utterance | Digits) -> str | None:
        said = (heard.digits,) if isinstance(heard, Digits) else digits_in(heard.text, talk.dialogue.language)
        return next((mark for mark in said if mark in _MARKS), None)

    ask, again = talk.dialogue.prompt("survey.ask"), talk.dialogue.prompt("survey.again")
    mark = await talk.dialogue.ask(Question(Expecting("survey"), answer, ask, again, again, again))
    await talk.desk.record.scored(int(mark))
    return await talk.part(Disconnect("survey"), "survey.thanks")


async def _anything_else(talk: Talk, told: str, **slots: str) -> Decision | Step | Ask:
    """Tell him something, and ask whether that was all."""
    say = talk.dialogue.prompt
    question = yes_no_question(talk, "anything_else", say("anything_else"))
    answer = await talk.dialogue.ask(question, lead=(say(told, **slots),))
    if isinstance(answer, Step):
        return answer
    if answer:
        return Ask("what_else", "main.ask", "main.keys")
    return await talk.part(Disconnect(told.partition(".")[0]), "goodbye")
