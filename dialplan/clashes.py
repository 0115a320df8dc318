"""One key with two meanings."""

from collections.abc import Iterator

from dialplan.problems import Problem
from dialplan.schema import GlobalKeys, Menu, MenusFile, Option
from dialplan.yaml_source import YamlSource

_ANSWERS = ("yes", "no")
_COMMANDS = tuple(name for name in GlobalKeys.model_fields if name not in _ANSWERS)


def check_keys(menus: MenusFile, source: YamlSource) -> Iterator[Problem]:
    """Keys that mean something everywhere and something else besides; keys of two options at once."""
    yield from _global_keys(menus.keys, source)
    for name, menu in menus.menus.items():
        yield from _options(name, menu, menus.keys, source)


def _global_keys(keys: GlobalKeys, source: YamlSource) -> Iterator[Problem]:
    first: dict[str, str] = {}
    # Those that are not written have their default: the clash is shown where something is written.
    for name in sorted(GlobalKeys.model_fields, key=lambda field: field in keys.model_fields_set):
        key = getattr(keys, name)
        other = first.setdefault(key, name)
        if other != name:
            message = f"key {key} already means '{other}'"
            yield source.problem(("keys", name), "key-clash", message, _free(keys))


def _options(name: str, menu: Menu, keys: GlobalKeys, source: YamlSource) -> Iterator[Problem]:
    everywhere = {getattr(keys, command): command for command in _COMMANDS}
    for index, option in enumerate(menu.options):
        path = ("menus", name, "options", index, "key")
        if option.key in everywhere:
            message = f"key {option.key} means '{everywhere[option.key]}' everywhere"
            yield source.problem(path, "key-clash", message, _free(keys, menu))
        number = next((place for place, other in enumerate(menu.options[:index], 1) if _hides(other, option)), None)
        if number is not None:
            message = f"key {option.key} is already option {number} of this menu"
            yield source.problem(path, "key-clash", message, _free(keys, menu))


def _hides(first: Option, second: Option) -> bool:
    """The first that holds is taken: behind one without a condition, or with the same, the second is never reached."""
    return first.key == second.key and (first.when is None or first.when == second.when)


def _free(keys: GlobalKeys, menu: Menu | None = None) -> str:
    """In a menu the keys for yes and no are free too: they count only where the line asks for one of them."""
    taken = {getattr(keys, name) for name in (GlobalKeys.model_fields if menu is None else _COMMANDS)}
    taken |= {option.key for option in menu.options} if menu else set()
    free = [key for key in "123456789*#0" if key not in taken]
    return f"free here: {', '.join(free)}" if free else "make two menus of it"
