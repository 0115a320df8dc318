"""To a person: which group, with what priority, and what is done when nobody of it is there."""

from collections.abc import Mapping
from dataclasses import dataclass

from dialplan.actions import Action, QueueAction
from dialplan.calendar import is_there
from ivr.conditions import holds
from ivr.decision import Decision, EnterQueue, LeaveMessage
from ivr.dialogue import PersonWanted
from ivr.identity import ask_employee_number
from ivr.notices import ask_about_outage
from ivr.step import Step
from ivr.talk import Talk

# How the hand-over is announced, by its reason; all others with `queue.enter`.
_ANNOUNCED = {
    "no_input": "queue.not_understood",
    "no_match": "queue.not_understood",
    "deaf": "queue.not_understood",
    "too_long": "line.too_long",
    "unproven": "queue.unproven",
}

# Who could not be understood, or has talked to the line for too long, is asked nothing more.
_TIRED = frozenset({"no_input", "no_match", "deaf", "too_long"})


@dataclass(frozen=True, slots=True)
class _Place:
    group: str
    priority: int
    skills: Mapping[str, int]
    agent: str | None = None


async def hand_over(talk: Talk, reason: str, wanted: QueueAction | None = None) -> Decision | Step:
    """Queue the caller, unless a known outage explains it, or the group is away or full: then as the dialplan says."""
    if reason not in _TIRED:
        try:
            found = await _before_queueing(talk)
        except PersonWanted:  # he has no patience for that, and need not
            found = None
        if found is not None:
            return found
    place = await _place(talk, wanted)
    group = talk.desk.dialplan.groups[place.group]
    if not await _is_there(talk, place.group):
        await talk.dialogue.say("queue.closed")
        if place.group in talk.closed:  # as of a full one
            return LeaveMessage(place.group)
        talk.closed.add(place.group)
        return Step(group.after_hours or Action(voicemail=place.group))
    if group.limit is not None and talk.desk.queues.is_full(place.group):
        await talk.dialogue.say("queue.full")
        if place.group in talk.full:  # he was sent elsewhere, and came back
            return LeaveMessage(place.group)
        talk.full.add(place.group)
        return Step(group.limit.then)
    await talk.dialogue.say(_ANNOUNCED.get(reason, "queue.enter"))
    return EnterQueue(place.group, reason, place.priority, place.skills, place.agent)


async def _is_there(talk: Talk, group: str) -> bool:
    """By the word of a supervisor, else by its calendar."""
    dialplan, switched = talk.desk.dialplan, await talk.desk.switches.now()
    return is_there(dialplan.groups[group].hours, dialplan.calendars, talk.desk.now(), switched.groups.get(group))


async def _before_queueing(talk: Talk) -> Decision | Step | None:
    outage = await ask_about_outage(talk)
    if outage is None:
        await ask_employee_number(talk)
    return outage


async def _place(talk: Talk, wanted: QueueAction | None) -> _Place:
    """A route of the dialplan that holds goes first, unless it led to a full group; then the action, then the group of
    the category."""
    facts = await talk.facts()
    for route in talk.menus.routes:
        if route.group not in talk.full and route.category in (None, talk.category) and holds(route.when, facts):
            skills = wanted.skills if wanted else {}
            priority = max(route.priority, wanted.priority if wanted else 0)
            return _Place(route.group, priority, skills, route.agent)
    if wanted is not None:
        return _Place(wanted.group, wanted.priority, wanted.skills)
    return _Place(talk.desk.dialplan.group_of(talk.category), 0, {})
