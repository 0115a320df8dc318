"""A dialplan folder read, checked and put together. All problems are collected before any is reported."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from dialplan.groups import AgentCard, AgentWords, Disposition, Group, GroupsFile, Supplier
from dialplan.hours import Calendar, HoursFile
from dialplan.monitor import MonitorFile
from dialplan.probes import ProbesFile
from dialplan.problems import DialplanError, Problem
from dialplan.prompt_texts import bad_texts, is_prompt_key
from dialplan.references import check_references
from dialplan.schema import Category, DialledNumber, MenusFile
from dialplan.slots import Choice
from dialplan.walk import GROUPS, HOURS, MENUS, MONITOR, PROBES, Files
from dialplan.yaml_source import YamlSource, read_yaml, validate

SHIPPED = Path(__file__).parent / "helpdesk"
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Dialplan:
    """A whole dialplan; `prompts[language][key]` are the texts of the line. `agents` are those of whom it tells more
    than that they belong to a group; `pauses` the reasons for which they may pause, `dispositions` what may come of a
    call, `probes` what can be measured, `monitor` what is shown as serious and told to whom."""

    folder: Path
    menus: MenusFile
    groups: Mapping[str, Group]
    prompts: Mapping[str, Mapping[str, str]]
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    agents: Mapping[str, AgentCard] = field(default_factory=dict)
    suppliers: Mapping[str, Supplier] = field(default_factory=dict)
    pauses: Mapping[str, Choice] = field(default_factory=dict)
    agent_words: AgentWords = field(default_factory=AgentWords)
    probes: ProbesFile = field(default_factory=ProbesFile)
    monitor: MonitorFile = field(default_factory=MonitorFile)
    dispositions: Mapping[str, Disposition] = field(default_factory=dict)

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
    reading = Reading(folder)
    if reading.problems or reading.dialplan is None:
        raise DialplanError(sorted(reading.problems))
    return reading.dialplan


class Reading:
    """A dialplan folder as far as it can be read: what is wrong with one file does not hide what is wrong with others.

    `sources` are the files that are YAML, by name; `files` those that are well-formed, None without menus.yaml;
    `dialplan` is the whole of them, with whatever is wrong between them, and None when one is missing.
    """

    def __init__(self, folder: Path) -> None:
        self.problems: list[Problem] = []
        self.sources: dict[str, YamlSource] = {}
        self.files: Files | None = None
        self.dialplan: Dialplan | None = None
        menus = self._model(folder / MENUS, MenusFile)
        groups = self._model(folder / GROUPS, GroupsFile)
        hours = self._optional(folder / HOURS, HoursFile)
        probes = self._optional(folder / PROBES, ProbesFile)
        monitor = self._optional(folder / MONITOR, MonitorFile)
        if menus is None:
            return
        languages = dict.fromkeys(menus.languages)
        prompts = {language: self._prompts(folder / f"prompts.{language}.yaml") for language in languages}
        read = {language: texts for language, texts in prompts.items() if texts is not None}
        self.files = Files(menus, groups, hours, probes, monitor, read)
        self.problems += check_references(self.files, self.sources)
        if groups and hours and probes and monitor and len(read) == len(languages):
            who = (groups.agents, groups.suppliers, groups.pauses, groups.agent_words)
            what = (probes, monitor, groups.dispositions)
            self.dialplan = Dialplan(folder, menus, groups.groups, read, hours.calendars, *who, *what)

    def _optional(self, file: Path, kind: type[Model]) -> Model | None:
        """As if it were empty where it is not there."""
        return self._model(file, kind) if _is_there(file) else kind()

    def _model(self, file: Path, kind: type[Model]) -> Model | None:
        try:
            source = self.sources[file.name] = read_yaml(file)
            return validate(source, kind)
        except DialplanError as error:
            self.problems += error.problems
            return None

    def _prompts(self, file: Path) -> dict[str, str] | None:
        try:
            source = self.sources[file.name] = read_yaml(file)
        except DialplanError as error:
            self.problems += error.problems
            return None
        self.problems += bad_texts(source)
        if not isinstance(source.tree, Mapping):
            return None
        return {key: text for key, text in source.tree.items() if isinstance(text, str) and is_prompt_key(key)}


def _is_there(file: Path) -> bool:
    return file.exists() or file.is_symlink()
