"""A call as a script: what the caller says and presses, and what should come of it. Places are kept for reports."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictStr,
    model_validator,
)

from dialplan.names import Language, Name, Part, PromptKey
from dialplan.problems import DialplanError
from dialplan.yaml_source import YamlSource, read_yaml, validate

Sentence = Annotated[StrictStr, Field(min_length=1)]
BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""When scenarios begin that do not say when: a Monday, at nine in the morning."""


def _moment(written: object) -> object:
    """A time with its zone, in quotes: what YAML makes of one without them has lost the zone."""
    try:
        return datetime.fromisoformat(str(written))
    except ValueError:
        raise ValueError(f"'{written}' is no time: write it as \"2026-03-02T09:00+01:00\"") from None


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


AwareTime = Annotated[AwareDatetime, BeforeValidator(_moment), AfterValidator(_utc)]


_ACTS = ("caller", "mumbles", "keys", "silence", "noise", "hangs_up")


class Turn(Part):
    """What the caller does next: exactly one of the six. With `during`, while that prompt is being spoken.

    `heard` is what a recognizer makes of his words, best reading first: in text it is heard in their place.
    `language` is that of his words, when it is not that of the scenario.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    caller: Sentence | None = None
    mumbles: Sentence | None = None
    keys: Annotated[StrictStr, Field(pattern=r"^[0-9*#]+$")] | None = None
    silence: Literal[True] | None = None
    noise: Literal[True] | None = None
    hangs_up: Literal[True] | None = None
    during: PromptKey | None = None
    heard: tuple[Sentence, ...] = ()
    language: Language | None = Field(None, alias="in")

    @property
    def words(self) -> str | None:
        """What he says, clearly or not."""
        return self.caller or self.mumbles

    @property
    def readings(self) -> tuple[str, ...]:
        """What is heard of it in text."""
        return self.heard or ((self.words,) if self.words else ())

    def told(self) -> str:
        """For reports: "says …", "presses 1", "is silent"."""
        if self.words is not None:
            return f"{'says' if self.caller else 'mumbles'} “{self.words}”"
        if self.keys is not None:
            return f"presses {self.keys}"
        return "is silent" if self.silence else "makes a noise" if self.noise else "hangs up"

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(getattr(self, act) is not None for act in _ACTS) != 1:
            raise ValueError(f"exactly one of {', '.join(map(repr, _ACTS))} is needed")
        if self.silence and self.during:
            raise ValueError("'during' says when the caller interrupts; nobody interrupts by silence")
        if self.words is None and (self.heard or self.language):
            raise ValueError("'heard' and 'in' belong to words: 'caller' or 'mumbles' is missing")
        return self


class ExpectedDecision(Part):
    """The decision of the flow; what is left out may be anything."""

    kind: Literal["enter_queue", "solved", "join_outage", "request_callback", "leave_message", "disconnect"]
    group: Name | None = None
    reason: StrictStr | None = None
    article: Name | None = None
    priority: int | None = None
    number: StrictStr | None = None


class ExpectedTicket(Part):
    status: Literal["open", "in_progress", "waiting", "suspended", "solved", "closed"] | None = None
    fields: dict[Name, StrictStr] = Field(default_factory=dict)


class Expected(Part):
    """What should come of the call; what is left out is not looked at.

    `decision` is `none` when the caller hung up before there was one. `hears` are prompts in their order, others
    may come between; `never_hears` must not come at all.
    """

    decision: ExpectedDecision | Literal["none"] | None = None
    category: Name | None = None
    hears: tuple[PromptKey, ...] = ()
    never_hears: tuple[PromptKey, ...] = ()
    ticket: ExpectedTicket | None = None


class KnownCaller(Part):
    """Somebody in the directory while this call is made."""

    employee_number: Annotated[StrictStr, Field(pattern=r"^[0-9]+$")]
    name: Sentence
    numbers: tuple[StrictStr, ...] = ()
    mobile: StrictStr = ""
    email: StrictStr = ""
    site: Name | None = None
    department: Name | None = None
    language: Language | None = None
    labels: tuple[Name, ...] = ()
    pin: StrictStr | None = None


class KnownOutage(Part):
    """Something that is down while this call is made; no systems or no sites means all."""

    systems: tuple[Name, ...] = ()
    sites: tuple[Name, ...] = ()
    notice: dict[Language, Sentence]


class KnownSwitches(Part):
    """What a supervisor has switched by hand while this call is made: groups, and announcements that are on."""

    groups: dict[Name, Literal["open", "closed"]] = Field(default_factory=dict)
    announcements: tuple[Name, ...] = ()


class OpenTicket(Part):
    """A ticket that somebody of `people` has opened before; the first in a scenario has the number 100001."""

    employee_number: StrictStr
    category: Name | None = None


class KnownWait(Part):
    """How it stands in the queue when the caller is told so: his place, and the wait in minutes, from and to."""

    position: Annotated[int, Field(ge=1, le=99)]
    minutes: tuple[Annotated[float, Field(ge=0)], Annotated[float, Field(ge=0)]]


class Script(Part):
    """One call. `answers` are given to their prompts whenever one of them is asked, without using up a turn; not before
    the caller has said or done something, for what is asked then came of another's voice.

    `at` is when it comes in, with a zone. `probes` are the verdicts of what is measured meanwhile; others are unknown.
    `noise_db` is how much quieter than his voice it is around the caller. If he is queued, he is told how it stands
    once for each of `waits`, and then an agent answers; what he does meanwhile he does `during` a prompt.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: StrictStr
    language: Language | None = None
    caller: StrictStr = Field("", alias="from")
    dialled: StrictStr = Field("", alias="to")
    at: AwareTime = BEGIN
    people: tuple[KnownCaller, ...] = ()
    outages: tuple[KnownOutage, ...] = ()
    switched: KnownSwitches = KnownSwitches()
    tickets: tuple[OpenTicket, ...] = ()
    noise_db: Annotated[float, Field(ge=0, le=60)] | None = None
    answers: dict[PromptKey, Sentence] = Field(default_factory=dict)
    probes: dict[Name, Literal["ok", "fault", "unknown"]] = Field(default_factory=dict)
    turns: tuple[Turn, ...]
    waits: tuple[KnownWait, ...] = ()
    expect: Expected

    @property
    def has_facts(self) -> bool:
        """Whether it says something of the world that is true for this call alone."""
        return bool(self.people or self.outages or self.tickets) or self.switched != KnownSwitches()

    @model_validator(mode="after")
    def _tickets_are_of_people(self) -> Self:
        known = {person.employee_number for person in self.people}
        for ticket in self.tickets:
            if ticket.employee_number not in known:
                raise ValueError(f"nobody in 'people' has the employee number {ticket.employee_number}")
        return self


class ScenarioFile(Part):
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
