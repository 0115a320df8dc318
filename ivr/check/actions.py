"""Parts of menus.yaml that are well-formed, and yet can never do what they were written for."""

from collections.abc import Iterator

from dialplan.problems import Problem
from dialplan.walk import MENUS, Spot, conditions
from ivr.check.subject import Subject

_NUMBERS = ("employee_number", "ticket_number", "phone_number")


def check_actions(subject: Subject) -> Iterator[Problem]:
    yield from _conditions(subject)
    yield from _greetings(subject)
    yield from _slots(subject)


def _conditions(subject: Subject) -> Iterator[Problem]:
    for spot, when in conditions(subject.files):
        if when.open is not None and when.open == when.closed:
            message = f"'{when.open}' is never open and closed at once"
            yield subject.error(spot / "closed", "never-holds", message, "remove one of the two")


def _greetings(subject: Subject) -> Iterator[Problem]:
    """The first that holds is said: behind one without a condition no other is, and without one some hear none."""
    greetings = subject.menus.greetings
    always = [index for index, greeting in enumerate(greetings) if greeting.when is None]
    if not always:
        hint = "add a last one without 'when'; it also tells that calls are recorded"
        yield subject.error(Spot(MENUS, ("greetings",)), "no-greeting", "some callers are not greeted", hint)
    for index in range(always[0] + 1 if always else 0, len(greetings) if always else 0):
        message = f"never said, for greeting {always[0] + 1} is said to everybody"
        yield subject.error(Spot(MENUS, ("greetings", index)), "never-said", message, "move it to the front")


def _slots(subject: Subject) -> Iterator[Problem]:
    menus = subject.menus
    for name, slot in menus.slots.items():
        if slot.digits and slot.kind not in _NUMBERS:
            message = f"'digits' mean nothing for a slot of kind '{slot.kind}'"
            yield subject.error(Spot(MENUS, ("slots", name, "digits")), "bad-value", message, "remove it")
        for kind, known in (("system", menus.systems), ("department", menus.departments)):
            if slot.kind == kind and not known:
                message = f"there is no {kind} that a caller could name"
                yield subject.error(
                    Spot(MENUS, ("slots", name, "kind")), "nothing-to-choose", message, f"add '{kind}s:'"
                )
