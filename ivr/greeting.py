"""The first words, in the caller's language, by his label and the hour; then who he is, where his telephone does not
tell."""

from dialplan.actions import Action
from ivr.conditions import holds
from ivr.conversation import Digits, Expecting, Prompt, Utterance
from ivr.dialogue import Question
from ivr.identity import ask_who_of_several, recognise_telephone
from ivr.notices import announce, tell_of_outages
from ivr.questions import yes_no_question
from ivr.step import Step
from ivr.talk import Talk


async def greet(talk: Talk) -> Step | None:
    """Greet, and learn who calls and in which language; a step when he has already told what he wants."""
    if talk.person is None:
        await recognise_telephone(talk)
        await _choose_language(talk)
    facts = await talk.facts()
    greeting = next((one for one in talk.menus.greetings if holds(one.when, facts)), None)
    if greeting is not None:
        await talk.dialogue.say(greeting.say, name=talk.person.name if talk.person else "")
    await talk.desk.recorder.start()
    await announce(talk)
    await tell_of_outages(talk)
    return await ask_who_of_several(talk) or await _ask_about_ticket(talk)


async def _choose_language(talk: Talk) -> None:
    """His own, where the directory knows it, unless he dialled the number of another; else what he says."""
    languages = talk.menus.languages
    entry = talk.desk.dialplan.entry(talk.call.dialled)
    own = talk.person.language if talk.person else None
    if own in languages and entry.language == languages[0]:
        talk.dialogue.language = own
    elif own is None and entry.ask_language:
        in_others = tuple(Prompt("language.ask", language) for language in languages[:-1])
        talk.dialogue.language = await talk.dialogue.ask(_language_question(talk), lead=in_others)
    if talk.dialogue.language != talk.call.language:
        await talk.desk.record.speaks(talk.dialogue.language)


def _language_question(talk: Talk) -> Question[str]:
    """Asked in every language, one after the other; the keys are 1, 2, … in the order of `languages`. The last is
    listened for: its recognizer understands the names of languages in any."""
    languages = talk.menus.languages

    async def answer(heard: Utterance | Digits) -> str | None:
        if isinstance(heard, Digits):
            return dict(zip("123456789", languages, strict=False)).get(heard.digits)
        return talk.dialogue.words.language_named(heard)

    ask = Prompt("language.ask", languages[-1])
    return Question(Expecting("language"), answer, ask, ask, ask, ask)


async def _ask_about_ticket(talk: Talk) -> Step | None:
    """Who has an open ticket probably calls about it."""
    if talk.person is None or not await talk.desk.tickets.open_of(talk.person):
        return None
    ask = talk.dialogue.prompt("open_ticket.is_it")
    answer = await talk.dialogue.ask(yes_no_question(talk, "open_ticket", ask))
    if isinstance(answer, Step):
        return answer
    return Step(Action(ticket_status=True)) if answer else None
