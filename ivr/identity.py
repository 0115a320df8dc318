"""Who calls: known by his telephone, by what he says, and proven only by his PIN."""

from dialplan.slots import Slot
from ivr.conversation import Digits, Expecting, Utterance
from ivr.decision import RequestCallback
from ivr.desk import KnownPerson
from ivr.dialogue import PersonWanted, Question
from ivr.questions import yes_no_question
from ivr.slots import fill_slot
from ivr.step import Step
from ivr.talk import Talk

# More than these nobody wants to be read out: then the employee number is asked.
_NAMES_READ_OUT = 3
_PIN_TRIES = 3
_LONGEST_PIN = 8
_EMPLOYEE_NUMBER = Slot(kind="employee_number", ask="who.number", keys="who.number_keys")


async def recognise_telephone(talk: Talk) -> None:
    """Know the caller where his telephone belongs to one person alone. Nothing is asked."""
    people = await _owners(talk)
    if len(people) == 1:
        await talk.knows(people[0], "number")


async def ask_who_of_several(talk: Talk) -> Step | None:
    """ "Am I speaking to …?" on a shared telephone; a step when he tells his problem instead."""
    people = await _owners(talk)
    if talk.person is not None or len(people) not in range(2, _NAMES_READ_OUT + 1):
        return None
    for person in people:
        ask = talk.dialogue.prompt("who.is_it", name=person.name)
        answer = await talk.dialogue.ask(yes_no_question(talk, "who", ask))
        if isinstance(answer, Step):
            return answer
        if answer:
            await talk.knows(person, "said_so")
            return None
    return None


async def ask_employee_number(talk: Talk) -> bool:
    """Know the caller by his employee number, spoken or keyed; False when he has none, or there is no directory.

    Raises:
        PersonWanted, StepChanged: as every question.
    """
    if talk.person is not None:
        return True
    if await talk.desk.people.is_empty():
        return False
    digits = await fill_slot(talk.dialogue, talk.desk, "employee_number", _EMPLOYEE_NUMBER)
    person = await talk.desk.people.of_employee_number(digits) if digits else None
    if person is not None:
        await talk.knows(person, "employee_number")
    return person is not None


async def prove(talk: Talk) -> RequestCallback | None:
    """Make sure that he is who he seems to be: by PIN, else by calling him back at the number that we have of him.

    Raises:
        PersonWanted: he could not prove it.
    """
    if talk.known_by == "pin" or talk.desk.record.is_proven:
        return None
    if not await ask_employee_number(talk) or talk.person is None:
        raise PersonWanted("unproven")
    if talk.person.has_pin and await _ask_pin(talk, talk.person):
        await talk.knows(talk.person, "pin")
        return None
    if talk.person.mobile:
        ask = talk.dialogue.prompt("proof.callback")
        if await talk.dialogue.ask(yes_no_question(talk, "proof", ask)) is True:
            callback = RequestCallback(talk.desk.dialplan.group_of(talk.category), talk.person.mobile)
            return await talk.part(callback, "callback.promised", number=talk.desk.record.number)
    raise PersonWanted("unproven")


async def _owners(talk: Talk) -> tuple[KnownPerson, ...]:
    return await talk.desk.people.of_number(talk.call.caller) if talk.call.caller else ()


async def _ask_pin(talk: Talk, person: KnownPerson) -> bool:
    """Keyed in only: a PIN that is spoken is heard by others."""

    async def answer(heard: Utterance | Digits) -> str | None:
        return heard.digits if isinstance(heard, Digits) else None

    say = talk.dialogue.prompt
    for attempt in range(_PIN_TRIES):
        ask = say("proof.pin_again" if attempt else "proof.pin")
        expecting = Expecting("pin", max_digits=_LONGEST_PIN, secret=True)
        pin = await talk.dialogue.ask(Question(expecting, answer, ask, *(say("proof.pin"),) * 3))
        if await talk.desk.people.pin_is(person, pin):
            return True
    return False
