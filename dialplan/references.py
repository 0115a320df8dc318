"""Names in a dialplan that lead nowhere: menus, categories, groups, prompts; and keys used twice."""

from collections.abc import Iterator, Mapping, Sequence

from dialplan.hours import HoursFile
from dialplan.problems import Problem
from dialplan.prompts import REQUIRED
from dialplan.schema import GroupsFile, Menu, MenusFile
from dialplan.yaml_source import YamlSource, nearest


def check_references(
    menus: MenusFile,
    groups: GroupsFile,
    hours: HoursFile,
    prompts: Mapping[str, Mapping[str, str]],
    sources: Mapping[str, YamlSource],
) -> Iterator[Problem]:
    """Every reference of a well-formed dialplan that has no target; `sources` by file name, prompts by language."""
    source = sources["menus.yaml"]
    yield from _languages(menus, source)
    for number, entry in menus.numbers.items():
        yield from _known(source, ("numbers", number, "menu"), "menu", entry.menu, menus.menus)
    for name, category in menus.categories.items():
        yield from _known(source, ("categories", name, "group"), "group", category.group, groups.groups)
    for name, menu in menus.menus.items():
        yield from _menu(source, name, menu, menus, groups)
    for language, texts in prompts.items():
        yield from _prompts(sources[language], texts, menus)


def _languages(menus: MenusFile, source: YamlSource) -> Iterator[Problem]:
    for number, entry in menus.numbers.items():
        yield from _known(source, ("numbers", number, "language"), "language", entry.language, menus.languages)
    for language in menus.languages:
        if language not in menus.phrases:
            yield source.problem(("phrases",), "missing-language", f"no phrases for '{language}'", f"add '{language}:'")
        for name, category in menus.categories.items():
            for part, texts in (("name", category.name), ("topic", category.topic), ("phrases", category.phrases)):
                if not texts.get(language):
                    path = ("categories", name, part)
                    yield source.problem(path, "missing-language", f"no {part} in '{language}'", f"add '{language}:'")


def _menu(source: YamlSource, name: str, menu: Menu, menus: MenusFile, groups: GroupsFile) -> Iterator[Problem]:
    reserved = {menus.keys.operator: "operator", menus.keys.repeat: "repeat", menus.keys.main_menu: "main_menu"}
    taken: dict[str, int] = {}
    for index, option in enumerate(menu.options):
        path = ("menus", name, "options", index)
        if option.key in reserved:
            meaning = reserved[option.key]
            yield source.problem(
                (*path, "key"), "key-clash", f"key {option.key} means '{meaning}' everywhere", "take another"
            )
        if option.key in taken:
            message = f"key {option.key} is already option {taken[option.key] + 1} of this menu"
            yield source.problem((*path, "key"), "key-clash", message, "take another")
        taken.setdefault(option.key, index)
        if option.category is not None:
            yield from _known(source, (*path, "category"), "category", option.category, menus.categories)
        if option.then.menu is not None:
            yield from _known(source, (*path, "then", "menu"), "menu", option.then.menu, menus.menus)
        if option.then.queue is not None:
            yield from _known(source, (*path, "then", "queue"), "group", option.then.queue.group, groups.groups)


def _prompts(source: YamlSource, texts: Mapping[str, str], menus: MenusFile) -> Iterator[Problem]:
    wanted = dict.fromkeys(REQUIRED)
    for menu in menus.menus.values():
        wanted |= dict.fromkeys(key for key in (menu.ask, menu.keys) if key)
    for key in wanted:
        if key not in texts:
            near = nearest(key, list(texts))
            yield source.problem(
                (), "missing-prompt", f"no text for '{key}'", f"did you mean '{near}'?" if near else "add it"
            )


def _known(
    source: YamlSource, path: Sequence[str | int], kind: str, name: str, known: Mapping[str, object] | Sequence[str]
) -> Iterator[Problem]:
    if name not in known:
        near = nearest(name, list(known))
        hint = f"did you mean '{near}'?" if near else f"known: {', '.join(known)}"
        yield source.problem(path, f"unknown-{kind}", f"there is no {kind} '{name}'", hint)
