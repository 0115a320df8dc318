"""A dialplan folder read, checked and put together. All problems are collected before any is reported."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from dialplan.hours import Calendar, HoursFile
from dialplan.problems import DialplanError, Problem
from dialplan.references import check_references
from dialplan.schema import Category, DialledNumber, Group, GroupsFile, MenusFile
from dialplan.yaml_source import YamlSource, read_yaml, validate

SHIPPED = Path(__file__).parent / "helpdesk"
Model = TypeVar("Model", bound=BaseModel)
_PROMPT_KEY = re.compile(r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")


@dataclass(frozen=True, slots=True)
class Dialplan:
    """A whole dialplan; `prompts[language][key]` are the texts of the line."""

    folder: Path
    menus: MenusFile
    groups: Mapping[str, Group]
    prompts: Mapping[str, Mapping[str, str]]
    calendars: Mapping[str, Calendar] = field(default_factory=dict)

    def entry(self, dialled: str) -> DialledNumber:
        """What the dialled number means; an unknown one is treated as the first of the file."""
        numbers = self.menus.numbers
        return numbers.get(dialled) or next(iter(numbers.values()))

    def category(self, name: str | None) -> Category | None:
        return self.menus.categories.get(name) if name else None

    def group_of(self, category: str | None) -> str:
        """The group that answers for a category; without one, the first group."""
        known = self.category(category)
        return known.group if known else next(iter(self.groups))


def load_dialplan(folder: Path = SHIPPED) -> Dialplan:
    """Read the dialplan in `folder`.

    Raises:
        DialplanError: with every problem found.
    """
    problems: list[Problem] = []

    def collect(read: Callable[[], Model]) -> Model | None:
        try:
            return read()
        except DialplanError as error:
            problems.extend(error.problems)
            return None

    sources: dict[str, YamlSource] = {}

    def model(name: str, kind: type[Model]) -> Model | None:
        def read() -> Model:
            sources[name] = read_yaml(folder / name)
            return validate(sources[name], kind)

        return collect(read)

    menus = model("menus.yaml", MenusFile)
    groups = model("groups.yaml", GroupsFile)
    hours = model("hours.yaml", HoursFile) if (folder / "hours.yaml").exists() else HoursFile()
    if menus is None or groups is None or hours is None:
        raise DialplanError(problems)
    prompts: dict[str, dict[str, str]] = {}
    for language in menus.languages:
        try:
            sources[language] = read_yaml(folder / f"prompts.{language}.yaml")
            prompts[language] = _texts(sources[language], problems)
        except DialplanError as error:
            problems.extend(error.problems)
    if len(prompts) == len(menus.languages):
        problems.extend(check_references(menus, groups, hours, prompts, sources))
    if problems:
        raise DialplanError(sorted(problems))
    return Dialplan(folder, menus, groups.groups, prompts, hours.calendars)


def _texts(source: YamlSource, problems: list[Problem]) -> dict[str, str]:
    return dict(_checked_texts(source, problems))


def _checked_texts(source: YamlSource, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    if not isinstance(source.tree, Mapping):
        problems.append(source.problem((), "structure", "a mapping (key: text) is expected", "see docs/admins.md"))
        return
    for key, text in source.tree.items():
        if not isinstance(key, str) or not _PROMPT_KEY.match(key):
            problems.append(
                source.problem((key,), "prompt-key", f"'{key}' is no prompt key", "write it like 'main.ask'")
            )
        elif not isinstance(text, str) or not text.strip():
            problems.append(
                source.problem((key,), "not-text", f"the text of '{key}' is missing", "put a text in quotes")
            )
        else:
            yield key, str(text)
