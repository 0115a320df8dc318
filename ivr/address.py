"""Where a message reaches the caller: the number or address that we have of him, or the number that he says."""

from dialplan.slots import Slot
from ivr.desk import Channel
from ivr.questions import yes_no_question
from ivr.slots import fill_slot
from ivr.talk import Talk

_TELEPHONE = Slot(kind="phone_number", ask="phone.ask")


async def message_address(talk: Talk, by: Channel) -> str | None:
    """None where there is none, or he gives none."""
    if by == "email":
        return talk.person.email if talk.person else None
    return await telephone(talk, "link.number", talk.person.mobile if talk.person else talk.call.caller)


async def telephone(talk: Talk, confirm: str, probably: str) -> str | None:
    """The number that we have, once he says that it is right; else the one that he gives. None when he gives none."""
    if probably:
        ask = talk.dialogue.prompt(confirm, number=probably.removeprefix("+"))
        if await talk.dialogue.ask(yes_no_question(talk, "number", ask)) is True:
            return probably
    return await fill_slot(talk.dialogue, talk.desk, "phone_number", _TELEPHONE, talk.call.caller)
