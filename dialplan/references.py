"""Names in a dialplan that lead nowhere, or round in a circle; and all else that one file cannot know of another."""

from collections.abc import Iterator, Mapping, Sequence

from dialplan.clashes import check_keys
from dialplan.explanations import did_you_mean
from dialplan.groups import GroupsFile, agents_of
from dialplan.monitor import MonitorFile
from dialplan.placeholders import check_placeholders
from dialplan.problems import Problem
from dialplan.prompt_texts import missing_prompts
from dialplan.schema import MenusFile
from dialplan.translations import check_languages
from dialplan.walk import GROUPS, MENUS, MONITOR, PROBES, Files, Spot, actions, conditions, slot_users
from dialplan.yaml_source import YamlSource

Name = tuple[Spot, str, str]
"""Where a name stands, what kind of thing it names, and the name."""


def check_references(files: Files, sources: Mapping[str, YamlSource]) -> Iterator[Problem]:
    """Everything wrong between the files of a dialplan; `sources` by file name."""
    known = _known(files)
    for spot, kind, name in _names(files):
        if kind in known and name not in known[kind]:
            message, hint = f"there is no {kind} '{name}'", did_you_mean(name, list(known[kind]))
            yield sources[spot.file].problem(spot.path, f"unknown-{kind}", message, hint)
    yield from _circles(files.menus, sources[MENUS])
    yield from check_keys(files.menus, sources[MENUS])
    if PROBES in sources:
        yield from check_placeholders(files, sources[PROBES])
    yield from check_languages(files, sources)
    yield from missing_prompts(files, sources)


def _known(files: Files) -> dict[str, Sequence[str]]:
    """The names that there are, by kind; a kind whose file is broken is left out."""
    menus = files.menus
    kinds = ("menus", "intents", "slots", "systems", "departments", "sites")
    known: dict[str, Sequence[str]] = {kind.removesuffix("s"): list(getattr(menus, kind)) for kind in kinds}
    known |= {"category": list(menus.categories), "request": list(menus.catalogue), "language": menus.languages}
    if files.groups is not None:
        known["group"] = list(files.groups.groups)
        known["agent"] = sorted({agent for group in files.groups.groups.values() for agent in agents_of(group)})
        known["skill"] = sorted({skill for card in files.groups.agents.values() for skill in card.skills})
    if files.hours is not None:
        known["calendar"] = list(files.hours.calendars)
    if files.probes is not None:
        known["probe"] = list(files.probes.probes)
    if files.monitor is not None:
        known["receiver"] = list(files.monitor.receivers)
    return known


def _names(files: Files) -> Iterator[Name]:
    menus = files.menus
    for number, entry in menus.numbers.items():
        yield Spot(MENUS, ("numbers", number, "menu")), "menu", entry.menu
        yield Spot(MENUS, ("numbers", number, "language")), "language", entry.language
    for name, category in menus.categories.items():
        yield Spot(MENUS, ("categories", name, "group")), "group", category.group
    if files.groups is not None:
        yield from _names_in_groups(files.groups)
    for name, probe in files.probes.probes.items() if files.probes else ():
        spot = Spot(PROBES, ("probes", name, "categories"))
        yield from ((spot / index, "category", category) for index, category in enumerate(probe.categories))
    if files.monitor is not None:
        yield from _names_in_monitor(files.monitor)
    for spot, user in slot_users(files):
        yield from ((spot / "slots" / index, "slot", slot) for index, slot in enumerate(user.slots))
    yield from _names_in_kinds(menus)
    yield from _names_in_actions(files)
    yield from _names_in_conditions(files)


def _names_in_groups(file: GroupsFile) -> Iterator[Name]:
    for name, group in file.groups.items():
        spot = Spot(GROUPS, ("groups", name))
        if group.hours is not None:
            yield spot / "hours", "calendar", group.hours
        if group.callback.hours is not None:
            yield spot / "callback" / "hours", "calendar", group.callback.hours
        for index, overflow in enumerate(group.overflow):
            yield spot / "overflow" / index / "group", "group", overflow.group
    for name, card in file.agents.items():
        spot = Spot(GROUPS, ("agents", name))
        yield spot, "agent", name
        yield from _optional(spot, language=card.language)
        yield from ((spot / "prefers" / index, "group", group) for index, group in enumerate(card.prefers))


def _names_in_monitor(file: MonitorFile) -> Iterator[Name]:
    yield from ((Spot(MONITOR, ("group_thresholds", name)), "group", name) for name in file.group_thresholds)
    for name, receiver in file.receivers.items():
        yield from _optional(Spot(MONITOR, ("receivers", name)), language=receiver.language)
    for name, alarm in file.alarms.items():
        spot = Spot(MONITOR, ("alarms", name))
        yield from ((spot / "groups" / index, "group", group) for index, group in enumerate(alarm.groups))
        yield from ((spot / "to" / receiver, "receiver", receiver) for receiver in alarm.to)


def _names_in_kinds(menus: MenusFile) -> Iterator[Name]:
    for name, system in menus.systems.items():
        yield Spot(MENUS, ("systems", name, "category")), "category", system.category
    for name, item in menus.catalogue.items():
        yield Spot(MENUS, ("catalogue", name, "category")), "category", item.category
        yield Spot(MENUS, ("catalogue", name, "group")), "group", item.group
    for name, intent in menus.intents.items():
        yield Spot(MENUS, ("intents", name, "category")), "category", intent.category
    for index, route in enumerate(menus.routes):
        yield from _optional(
            Spot(MENUS, ("routes", index)), category=route.category, group=route.group, agent=route.agent
        )
    for name, menu in menus.menus.items():
        for index, option in enumerate(menu.options):
            yield from _optional(Spot(MENUS, ("menus", name, "options", index)), category=option.category)


def _names_in_actions(files: Files) -> Iterator[Name]:
    for spot, action in actions(files):
        yield from _optional(spot, menu=action.menu, intent=action.intent, request=action.request)
        if action.queue is not None:
            short = action.queue.model_fields_set == {"group"}
            yield spot / "queue" if short else spot / "queue" / "group", "group", action.queue.group
            yield from ((spot / "queue" / "skills", "skill", skill) for skill in action.queue.skills)
        if action.diagnose is not None:
            yield spot / "diagnose" / "probe", "probe", action.diagnose.probe
        for name, group in (("callback", action.callback), ("voicemail", action.voicemail)):
            if group is not None:
                yield spot / name, "group", group


def _names_in_conditions(files: Files) -> Iterator[Name]:
    for spot, when in conditions(files):
        yield from _optional(spot, site=when.site, department=when.department, language=when.language)
        for name, kind in (("open", "calendar"), ("closed", "calendar"), ("outage", "system")):
            if (named := getattr(when, name)) is not None:
                yield spot / name, kind, named


def _optional(spot: Spot, **names: str | None) -> Iterator[Name]:
    """Names under keys that are called like their kind."""
    for kind, name in names.items():
        if name is not None:
            yield spot / kind, kind, name


def _circles(menus: MenusFile, source: YamlSource) -> Iterator[Problem]:
    """Intents that lead only to one another: nothing would ever be asked or said."""
    done: set[str] = set()
    for start in menus.intents:
        for circle in _circles_from((start,), menus, done):
            around = f"this leads round in a circle: {' → '.join(circle)}"
            hint = "let one of them lead to an action, such as 'queue' or 'ticket'"
            yield source.problem(("intents", circle[-2], "then", "intent"), "circle", around, hint)


def _circles_from(path: tuple[str, ...], menus: MenusFile, done: set[str]) -> Iterator[tuple[str, ...]]:
    """What comes round again on the way on from `path`; each intent is followed once."""
    for name in menus.intents[path[-1]].then.intents:
        if name in path:
            yield (*path[path.index(name) :], name)
        elif name in menus.intents and name not in done:
            yield from _circles_from((*path, name), menus, done)
    done.add(path[-1])
