"""All parts of one kind that a dialplan has, wherever they stand, each with its spot: for checking and drawing it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialplan.actions import Action, When
from dialplan.groups import GroupsFile
from dialplan.hours import HoursFile
from dialplan.monitor import MonitorFile
from dialplan.names import Phrases, Texts
from dialplan.probes import ProbesFile
from dialplan.schema import CatalogueItem, Intent, MenusFile

MENUS, GROUPS, HOURS, PROBES, MONITOR = "menus.yaml", "groups.yaml", "hours.yaml", "probes.yaml", "monitor.yaml"


@dataclass(frozen=True, slots=True)
class Spot:
    """A file of the dialplan, and the path to something in it."""

    file: str
    path: tuple[Any, ...]

    def __truediv__(self, step: str | int) -> "Spot":
        return Spot(self.file, (*self.path, step))


@dataclass(frozen=True, slots=True)
class Files:
    """The well-formed files of a dialplan; each of `groups`, `hours`, `probes` and `monitor` is None while that
    file is broken.

    `prompts[language][key]` has the languages whose file could be read.
    """

    menus: MenusFile
    groups: GroupsFile | None
    hours: HoursFile | None
    probes: ProbesFile | None
    monitor: MonitorFile | None
    prompts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def actions(files: Files) -> Iterator[tuple[Spot, Action]]:
    """Also those that a verdict chooses between."""
    for spot, action in _first_actions(files):
        yield from _with_branches(spot, action)


def _with_branches(spot: Spot, action: Action) -> Iterator[tuple[Spot, Action]]:
    yield spot, action
    for name, branch in action.branches:
        yield from _with_branches(spot / "diagnose" / name, branch)


def _first_actions(files: Files) -> Iterator[tuple[Spot, Action]]:
    for name, intent in files.menus.intents.items():
        yield Spot(MENUS, ("intents", name, "then")), intent.then
    for name, menu in files.menus.menus.items():
        for index, option in enumerate(menu.options):
            yield Spot(MENUS, ("menus", name, "options", index, "then")), option.then
    for name, group in files.groups.groups.items() if files.groups else ():
        if group.after_hours is not None:
            yield Spot(GROUPS, ("groups", name, "after_hours")), group.after_hours
        if group.limit is not None:
            yield Spot(GROUPS, ("groups", name, "limit", "then")), group.limit.then


def conditions(files: Files) -> Iterator[tuple[Spot, When]]:
    menus = files.menus
    whens: list[tuple[tuple[Any, ...], When | None]] = [
        *((("greetings", index, "when"), greeting.when) for index, greeting in enumerate(menus.greetings)),
        *((("routes", index, "when"), route.when) for index, route in enumerate(menus.routes)),
        *((("intents", name, "when"), intent.when) for name, intent in menus.intents.items()),
    ]
    for name, menu in menus.menus.items():
        whens += ((("menus", name, "options", index, "when"), one.when) for index, one in enumerate(menu.options))
    yield from ((Spot(MENUS, path), when) for path, when in whens if when is not None)


def prompts(files: Files) -> Iterator[tuple[Spot, str]]:
    """Every prompt that the dialplan names."""
    menus = files.menus
    for index, greeting in enumerate(menus.greetings):
        yield Spot(MENUS, ("greetings", index, "say")), greeting.say
    for name, announcement in menus.announcements.items():
        yield Spot(MENUS, ("announcements", name, "say")), announcement.say
    for name, menu in menus.menus.items():
        yield from _named(Spot(MENUS, ("menus", name)), ask=menu.ask, keys=menu.keys)
    for name, slot in menus.slots.items():
        yield from _named(Spot(MENUS, ("slots", name)), ask=slot.ask, again=slot.again, keys=slot.keys)
    for name, group in files.groups.groups.items() if files.groups else ():
        spot = Spot(GROUPS, ("groups", name, "waiting", "messages"))
        yield from ((spot / index, prompt) for index, prompt in enumerate(group.waiting.messages))
    for spot, action in actions(files):
        yield from _named(spot, say=action.say, goodbye=action.goodbye)
        if action.send_link is not None:
            yield spot / "send_link" / "text", action.send_link.text
    for name, probe in files.probes.probes.items() if files.probes else ():
        yield from _named(Spot(PROBES, ("probes", name, "says")), ok=probe.says.ok, fault=probe.says.fault)


def texts(files: Files) -> Iterator[tuple[Spot, Texts]]:
    """Every text that callers, agents or readers of tickets see; each is needed in every language."""
    for file, kind, parts, fields in _with_texts(files):
        for name, part in parts.items():
            yield from ((Spot(file, (kind, name, text)), getattr(part, text)) for text in fields)
    for name, slot in files.menus.slots.items():
        for choice, chosen in slot.choices.items():
            yield Spot(MENUS, ("slots", name, "choices", choice, "name")), chosen.name
    for name, calendar in files.hours.calendars.items() if files.hours else ():
        for day, holiday in calendar.holidays.items():
            yield Spot(HOURS, ("calendars", name, "holidays", day.isoformat(), "name")), holiday.name


def _with_texts(files: Files) -> Iterator[tuple[str, str, Mapping[str, Any], tuple[str, ...]]]:
    """The parts that have names and the like: where they stand, and which of their keys are texts."""
    for kind in ("announcements", "systems", "departments", "sites", "catalogue"):
        yield MENUS, kind, getattr(files.menus, kind), ("name",)
    yield MENUS, "categories", files.menus.categories, ("name", "topic")
    yield MENUS, "intents", files.menus.intents, ("topic",)
    for kind in ("groups", "suppliers", "pauses", "dispositions") if files.groups else ():
        yield GROUPS, kind, getattr(files.groups, kind), ("name",)
    if files.probes is not None:
        yield PROBES, "probes", files.probes.probes, ("name",)
    if files.monitor is not None:
        yield MONITOR, "alarms", files.monitor.alarms, ("name", "text")


def phrases(files: Files) -> Iterator[tuple[Spot, Phrases]]:
    """What callers say, by language, without the words that mean the same everywhere."""
    menus = files.menus
    for kind, parts in (("categories", menus.categories), ("intents", menus.intents)):
        for name, part in parts.items():
            yield Spot(MENUS, (kind, name, "phrases")), part.phrases
            yield Spot(MENUS, (kind, name, "sounds_like")), part.sounds_like
    for kind, choices in (("systems", menus.systems), ("departments", menus.departments), ("sites", menus.sites)):
        for name, choice in choices.items():
            yield Spot(MENUS, (kind, name, "phrases")), choice.phrases
    for name, slot in menus.slots.items():
        for chosen, choice in slot.choices.items():
            yield Spot(MENUS, ("slots", name, "choices", chosen, "phrases")), choice.phrases
    for name, pause in files.groups.pauses.items() if files.groups else ():
        yield Spot(GROUPS, ("pauses", name, "phrases")), pause.phrases
    for name, words in files.groups.agent_words if files.groups else ():
        yield Spot(GROUPS, ("agent_words", name)), words


def slot_users(files: Files) -> Iterator[tuple[Spot, Intent | CatalogueItem]]:
    for name, intent in files.menus.intents.items():
        yield Spot(MENUS, ("intents", name)), intent
    for name, item in files.menus.catalogue.items():
        yield Spot(MENUS, ("catalogue", name)), item


def _named(spot: Spot, **prompts: str | None) -> Iterator[tuple[Spot, str]]:
    for name, prompt in prompts.items():
        if prompt is not None:
            yield spot / name, prompt
