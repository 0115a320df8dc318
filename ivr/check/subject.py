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
        """`action`, and all to which it leads by intents and verdicts; each intent is followed once."""
        seen: set[str] = set()
        open_ends = [action]
        while open_ends:
            action = open_ends.pop()
            yield action
            open_ends += [branch for _, branch in action.branches]
            if action.intent in self.menus.intents and action.intent not in seen:
                seen.add(action.intent)
                open_ends.append(self.menus.intents[action.intent].then)

    def ends(self, action: Action) -> list[Action]:
        """Where `action` leads in the end: one, or several of which a verdict chooses."""
        return [last for last in self.followed(action) if last.diagnose is None and last.intent is None] or [action]

    def queue_of(self, action: Action) -> str | None:
        """The group to which it leads in the end; the first, where a verdict chooses."""
        return next((last.queue.group for last in self.ends(action) if last.queue is not None), None)
