"""What a caller may want beside an answer: who he is is proven, its slots are filled, then its action is done."""

from dialplan.actions import Action
from dialplan.schema import Intent
from ivr.conditions import holds
from ivr.conversation import Hypothesis, Utterance
from ivr.decision import Decision
from ivr.identity import prove
from ivr.slots import fill_slot
from ivr.step import Step, menu_of_category
from ivr.talk import Talk

# What a first sentence may have told already: "I need a laptop", "for finance", "on Tuesday".
_TOLD_BEFORE = frozenset({"system", "department", "choice", "date"})


async def follow_intent(talk: Talk, intent: Intent) -> Step | Decision:
    """Its action as the next step; where its condition does not hold, what its category leads to."""
    if not holds(intent.when, await talk.facts()):
        return Step(Action(menu=menu_of_category(talk.desk.dialplan, intent.category)), intent.category)
    if intent.proof:
        callback = await prove(talk)
        if callback is not None:
            return callback
    await fill(talk, intent.slots)
    return Step(intent.then, intent.category)


async def fill(talk: Talk, names: tuple[str, ...]) -> None:
    """Ask for what is still missing of these slots, and write it on the ticket."""
    for name in names:
        if name not in talk.filled:
            talk.filled[name] = await _value(talk, name) or ""
    await talk.desk.record.noted({name: talk.filled[name] for name in names if talk.filled[name]})


async def _value(talk: Talk, name: str) -> str | None:
    slot = talk.menus.slots[name]
    said = Utterance((Hypothesis(talk.said),)) if talk.said and slot.kind in _TOLD_BEFORE else None
    return await fill_slot(talk.dialogue, talk.desk, name, slot, talk.call.caller, said)
