"""Where calls can come: what no call comes to, and menus whose keys only lead round in a circle."""

from collections.abc import Iterable, Iterator, Mapping

from dialplan.actions import Action
from dialplan.problems import Problem
from dialplan.schema import Menu
from dialplan.walk import GROUPS, HOURS, MENUS, Spot, actions, conditions, slot_users
from ivr.check.subject import Subject
from ivr.step import menu_of_category


def check_reach(subject: Subject) -> Iterator[Problem]:
    reached = _reached_menus(subject)
    for name in subject.menus.menus:
        if name not in reached:
            hint = "let a number, a key or an intent lead there, or remove it"
            spot = Spot(MENUS, ("menus", name))
            yield subject.warning(spot, "unreachable-menu", f"no call can come to menu '{name}'", hint)
    yield from _categories_without_key(subject, reached)
    yield from _unused(subject)
    yield from _circles(subject, reached)


def _reached_menus(subject: Subject) -> set[str]:
    """By keys from the first menus; and by voice, for intents and categories can be said anywhere."""
    menus = subject.menus
    open_ends = [entry.menu for entry in menus.numbers.values()]
    open_ends += [menu_of_category(subject.dialplan, name) for name in menus.categories]
    spoken = [intent.then for intent in menus.intents.values()]
    spoken += [action for spot, action in actions(subject.files) if spot.file == GROUPS]
    open_ends += _menus_of(subject, spoken)
    reached: set[str] = set()
    while open_ends:
        name = open_ends.pop()
        if name in menus.menus and name not in reached:
            reached.add(name)
            open_ends += _menus_of(subject, (option.then for option in menus.menus[name].options))
    return reached


def _menus_of(subject: Subject, starts: Iterable[Action]) -> list[str]:
    return [action.menu for start in starts for action in subject.followed(start) if action.menu is not None]


def _categories_without_key(subject: Subject, reached: set[str]) -> Iterator[Problem]:
    menus = subject.menus
    options = [option for name in menus.menus if name in reached for option in menus.menus[name].options]
    intents = [menus.intents[option.then.intent] for option in options if option.then.intent in menus.intents]
    with_key = {option.category for option in options} | {intent.category for intent in intents}
    for name in menus.categories:
        if name not in with_key:
            hint = f"add an option with 'category: {name}' to a menu"
            message = f"category '{name}' can be said, but no key leads to it"
            yield subject.warning(Spot(MENUS, ("categories", name)), "category-without-key", message, hint)


def _unused(subject: Subject) -> Iterator[Problem]:
    """Slots, groups, things to order and calendars that nothing names."""
    menus, groups = subject.menus, subject.dialplan.groups
    requests = {action.request for _, action in actions(subject.files)}
    calendars = {hours for group in groups.values() for hours in (group.hours, group.callback.hours)}
    calendars |= {name for _, when in conditions(subject.files) for name in (when.open, when.closed)}
    kinds: tuple[tuple[str, str, str, Mapping[str, object], set[str | None]], ...] = (
        ("slot", MENUS, "slots", menus.slots, {slot for _, user in slot_users(subject.files) for slot in user.slots}),
        ("request", MENUS, "catalogue", menus.catalogue, requests),
        ("group", GROUPS, "groups", groups, _named_groups(subject)),
        ("calendar", HOURS, "calendars", subject.dialplan.calendars, calendars),
    )
    for kind, file, section, known, used in kinds:
        for name in known:
            if name not in used:
                message = f"nothing in the dialplan leads to {kind} '{name}'"
                yield subject.warning(Spot(file, (section, name)), f"unused-{kind}", message, "use it, or remove it")


def _named_groups(subject: Subject) -> set[str | None]:
    """Groups to which something leads; who calls without a category comes to the first."""
    menus = subject.menus
    named: set[str | None] = {next(iter(subject.dialplan.groups))}
    named |= {category.group for category in menus.categories.values()}
    named |= {*(route.group for route in menus.routes), *(item.group for item in menus.catalogue.values())}
    named |= {overflow.group for group in subject.dialplan.groups.values() for overflow in group.overflow}
    for spot, action in actions(subject.files):
        itself = spot.path[1] if spot.file == GROUPS else None
        of_queue = action.queue.group if action.queue else None
        named |= {group for group in (of_queue, action.callback, action.voicemail) if group != itself}
    return named


def _circles(subject: Subject, reached: set[str]) -> Iterator[Problem]:
    """Menus whose keys lead only to one another. One without keys is an open question, and no circle."""
    menus = {name: menu for name, menu in subject.menus.menus.items() if name in reached}
    exits = {name for name, menu in menus.items() if _ends_somewhere(subject, menu)}
    next_menus = {name: _menus_of(subject, (one.then for one in menu.options)) for name, menu in menus.items()}
    told: set[str] = set()
    for name in menus:
        around = _from(name, next_menus)
        if name not in told and not around & exits:
            told |= around
            told |= {other for other in menus if name in _from(other, next_menus)}
            others = f"to {', '.join(sorted(around - {name}))}" if around - {name} else "back to itself"
            message = f"the keys of menu '{name}' only lead round in a circle, {others}"
            hint = "let a key lead to an article, an intent or a queue"
            yield subject.error(Spot(MENUS, ("menus", name)), "loop", message, hint)


def _ends_somewhere(subject: Subject, menu: Menu) -> bool:
    last = [end for option in menu.options for end in subject.ends(option.then)]
    return not last or any(action.menu is None or action.menu not in subject.menus.menus for action in last)


def _from(start: str, next_menus: Mapping[str, list[str]]) -> set[str]:
    found: set[str] = set()
    open_ends = [start]
    while open_ends:
        name = open_ends.pop()
        if name not in found:
            found.add(name)
            open_ends += next_menus.get(name, [])
    return found
