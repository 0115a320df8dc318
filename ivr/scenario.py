"""A call as a script: what the caller says and presses, and what should come of it. Places are kept for reports."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictStr, model_validator

from dialplan.problems import DialplanError
from dialplan.names import Language, Name, PromptKey
from dialplan.yaml_source import YamlSource, read_yaml, validate


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Turn(_Part):
    """What the caller does next: exactly one of the four. With `during`, while that prompt is being spoken."""

    caller: Annotated[StrictStr, Field(min_length=1)] | None = None
    keys: Annotated[StrictStr, Field(pattern=r"^[0-9*#]+$")] | None = None
    silence: Literal[True] | None = None
    hangs_up: Literal[True] | None = None
    during: PromptKey | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(act is not None for act in (self.caller, self.keys, self.silence, self.hangs_up)) != 1:
            raise ValueError("exactly one of 'caller', 'keys', 'silence' or 'hangs_up' is needed")
        if self.silence and self.during:
            raise ValueError("'during' says when the caller interrupts; nobody interrupts by silence")
        return self


class ExpectedDecision(_Part):
    """The decision of the flow; what is left out may be anything."""

    kind: Literal["enter_queue", "solved", "leave_message", "disconnect"]
    group: Name | None = None
    reason: StrictStr | None = None
    article: Name | None = None


class ExpectedTicket(_Part):
    status: Literal["open", "in_progress", "waiting", "suspended", "solved", "closed"]


class Expected(_Part):
    """What should come of the call; what is left out is not looked at.

    `decision` is `none` when the caller hung up before there was one. `hears` are prompts in their order, others
    may come between; `never_hears` must not come at all.
    """

    decision: ExpectedDecision | Literal["none"] | None = None
    category: Name | None = None
    hears: tuple[PromptKey, ...] = ()
    never_hears: tuple[PromptKey, ...] = ()
    ticket: ExpectedTicket | None = None


class Script(_Part):
    """One call. `answers` are given to their prompts whenever one of them is asked, without using up a turn."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: StrictStr
    language: Language | None = None
    caller: StrictStr = Field("", alias="from")
    dialled: StrictStr = Field("", alias="to")
    answers: dict[PromptKey, StrictStr] = {}
    turns: tuple[Turn, ...]
    expect: Expected


class ScenarioFile(_Part):
    """scenarios/*.yaml."""

    scenarios: tuple[Script, ...] = Field(min_length=1)


class Scenario:
    """A script and where it stands."""

    def __init__(self, source: YamlSource, index: int, script: Script) -> None:
        self.script = script
        self.file = source.file
        self._source = source
        self._index = index

    @property
    def line(self) -> int:
        return self._line()

    def place_of_turn(self, number: int) -> str:
        """`file:line` of a turn, counted from 0."""
        return f"{self.file}:{self._line('turns', number)}"

    def place_of_expectation(self, *path: str) -> str:
        return f"{self.file}:{self._line('expect', *path)}"

    def _line(self, *path: str | int) -> int:
        return self._source.place(("scenarios", self._index, *path))[0]


def load_scenarios(paths: tuple[Path, ...]) -> tuple[Scenario, ...]:
    """The scenarios in files, and in all the `.yaml` files of folders.

    Raises:
        DialplanError: with every problem of every file.
    """
    found: list[Scenario] = []
    problems: list[Any] = []
    for path in paths:
        for file in sorted(path.glob("*.yaml")) if path.is_dir() else (path,):
            try:
                found.extend(_read(file))
            except DialplanError as error:
                problems.extend(error.problems)
    if problems:
        raise DialplanError(problems)
    return tuple(found)


def _read(file: Path) -> list[Scenario]:
    source = read_yaml(file)
    scripts = validate(source, ScenarioFile).scenarios
    return [Scenario(source, index, script) for index, script in enumerate(scripts)]
