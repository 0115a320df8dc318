"""What waiting callers are offered, and where callers go for whom there is no room in the queue."""

from collections.abc import Iterator

from dialplan.actions import Action
from dialplan.groups import Group, waiting_keys
from dialplan.problems import Problem
from dialplan.walk import GROUPS, Spot
from ivr.check.subject import Subject

_EVERYWHERE = ("operator", "repeat", "back", "main_menu", "other_language")
"""Global keys that mean the same to a waiting caller."""

_NAMED_BY = {"callback": "callback", "message": "voicemail"}
"""The action of the intent by which a caller says what he chooses."""


def check_waiting(subject: Subject) -> Iterator[Problem]:
    leads_to = {
        action.target[0] for intent in subject.menus.intents.values() for action in subject.followed(intent.then)
    }
    for name, group in subject.dialplan.groups.items():
        yield from _offer(subject, name, group, leads_to)
        if group.limit is not None:
            yield from _limit(subject, name, group.limit.then)


def _offer(subject: Subject, name: str, group: Group, leads_to: set[str]) -> Iterator[Problem]:
    spot, offer = Spot(GROUPS, ("groups", name, "waiting", "offer")), group.waiting.offer
    for index, offered in enumerate(offer):
        if offered in offer[:index]:
            yield subject.error(spot / index, "twice", f"'{offered}' is offered twice", "remove it")
    taken = {getattr(subject.menus.keys, command): command for command in _EVERYWHERE}
    for key, choice in waiting_keys(group.waiting).items():
        if key in taken:
            message = (
                f"key {key} chooses '{choice}' for waiting callers of '{name}', and means '{taken[key]}' everywhere"
            )
            yield subject.error(spot, "key-taken", message, f"give '{taken[key]}' another key in menus.yaml")
        action = _NAMED_BY.get(choice)
        if action is not None and action not in leads_to:
            message = f"waiting callers of '{name}' can choose '{choice}' by key only: no intent leads to '{action}'"
            yield subject.warning(spot, "not-by-voice", message, "add one to the intents in menus.yaml")


def _limit(subject: Subject, name: str, then: Action) -> Iterator[Problem]:
    """Who finds no room should come to somebody, or leave word; groups that all are full must not send him round."""
    passed, spot = [name], Spot(GROUPS, ("groups", name, "limit", "then"))
    action: Action | None = then
    while action is not None:
        named = subject.queue_of(action)
        group = subject.dialplan.groups.get(named or "")
        if named is None or group is None:
            return
        if named in passed:
            message = f"when '{name}' is full this leads round in a circle"
            yield subject.error(spot, "loop", message, f"let it lead to {{voicemail: {name}}}")
            return
        passed.append(named)
        action = group.limit.then if group.limit is not None else None
