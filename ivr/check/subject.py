"""What is being checked."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dialplan.actions import Action
from dialplan.loader import Dialplan
from dialplan.problems import Problem
from dialplan.schema import MenusFile
from dialplan.walk import MENUS, Files, Spot
from dialplan.yaml_source import YamlSource
from knowledge.library import Library
from knowledge.settings import KnowledgeSettings


@dataclass(frozen=True, slots=True)
class Understanding:
    """How sentences are understood. `on_learning` is called before that which takes seconds."""

    settings: KnowledgeSettings
    on_learning: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Subject:
    """A dialplan whose files are well-formed, though names in them may lead nowhere, and its articles.

    `library` is None while an article is broken.
    """

    dialplan: Dialplan
    files: Files
    sources: Mapping[str, YamlSource]
    library: Library | None
    articles: Path
    today: date

    @property
    def menus(self) -> MenusFile:
        return self.dialplan.menus

    @property
    def menus_source(self) -> YamlSource:
        return self.sources[MENUS]

    def prompts_source(self, language: str) -> YamlSource:
        return self.sources[f"prompts.{language}.yaml"]

    def error(self, spot: Spot, code: str, message: str, suggestion: str) -> Problem:
        return self.sources[spot.file].problem(spot.path, code, message, suggestion)

    def warning(self, spot: Spot, code: str, message: str, suggestion: str) -> Problem:
        return self.sources[spot.file].warning(spot.path, code, message, suggestion)

    def followed(self, action: Action) -> Iterator[Action]:
        """`action`, and what the intents do to which it leads, one after the other."""
        seen: set[str] = set()
        yield action
        while action.intent in self.menus.intents and action.intent not in seen:
            seen.add(action.intent)
            action = self.menus.intents[action.intent].then
            yield action
