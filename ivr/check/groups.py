"""Groups that nobody answers: without agents, or closed with no other way out."""

from collections.abc import Iterator

from dialplan.actions import Action
from dialplan.groups import agents_of
from dialplan.problems import Problem
from dialplan.walk import GROUPS, Spot, actions
from ivr.check.hours import is_closed_with
from ivr.check.subject import Subject


def check_groups(subject: Subject) -> Iterator[Problem]:
    queued = {action.queue.group for _, action in actions(subject.files) if action.queue is not None}
    queued |= {category.group for category in subject.menus.categories.values()}
    queued |= {route.group for route in subject.menus.routes}
    for name, group in subject.dialplan.groups.items():
        if not agents_of(group) and name in queued:
            message = f"callers queue for '{name}', and nobody is there to answer"
            yield subject.error(
                Spot(GROUPS, ("groups", name, "agents")), "no-agents", message, "name at least one agent"
            )
        if group.after_hours is not None:
            yield from _after_hours(subject, name, group.after_hours)


def _after_hours(subject: Subject, name: str, after_hours: Action) -> Iterator[Problem]:
    """Who is sent on because nobody is there should come to somebody, and must not come back."""
    groups, spot = subject.dialplan.groups, Spot(GROUPS, ("groups", name, "after_hours"))
    passed = [name]
    action: Action | None = after_hours
    while action is not None and (target := subject.queue_of(action) or "") in groups:
        first, other = groups[name], groups[target]
        if not is_closed_with(subject, first.hours, other.hours):
            return
        if target in passed:
            hint = f"let it lead to {{voicemail: {name}}}"
            message = f"outside of the hours of '{name}' this leads round in a circle"
            yield subject.error(spot, "loop", message, hint)
            return
        passed.append(target)
        action = other.after_hours
    if len(passed) > 1:
        message = f"'{passed[1]}' can be closed too when '{name}' is"
        yield subject.warning(spot, "closed-too", message, "lead to a group that is there, or to voicemail")
