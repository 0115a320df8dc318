"""monitor.yaml: when the queue monitor shows a figure as serious, and who is told of it."""

from enum import StrEnum
from string import Formatter
from typing import Annotated, Literal, Self

from pydantic import Field, StrictFloat, StrictInt, StrictStr, field_validator, model_validator

from dialplan.names import Language, Name, Part, Texts

Number = Annotated[StrictFloat | StrictInt, Field(ge=0)]
Quiet = Annotated[StrictStr, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")]


class Measure(StrEnum):
    """What is measured of a group; shares in percent, of the callers of the last half hour."""

    WAITING = "waiting"
    """How many wait."""
    LONGEST_WAIT_S = "longest_wait_s"
    READY_AGENTS = "ready_agents"
    """Agents who could take a call now."""
    CALLBACKS = "callbacks"
    """Requests that are still to be called."""
    SERVICE_LEVEL = "service_level"
    ACCESS_RATE = "access_rate"
    ABANDONMENT = "abandonment"

    @property
    def is_bad_when_low(self) -> bool:
        return self in {Measure.READY_AGENTS, Measure.SERVICE_LEVEL, Measure.ACCESS_RATE}

    def reaches(self, value: float, limit: float) -> bool:
        """Whether it is as bad as `limit`, or worse."""
        return value <= limit if self.is_bad_when_low else value >= limit


Level = Literal["ok", "warn", "bad"]


class Threshold(Part):
    """From which value on a figure is shown as a warning, and as bad."""

    warn: Number
    bad: Number

    def level(self, measure: Measure, value: float | None) -> Level:
        """How `value` is shown; what nobody knows (None) is no reason to worry."""
        if value is None:
            return "ok"
        if measure.reaches(value, self.bad):
            return "bad"
        return "warn" if measure.reaches(value, self.warn) else "ok"


Thresholds = dict[Measure, Threshold]


class Receiver(Part):
    """Somebody who is told of alarms. In his `quiet` hours (local time) nothing is sent; an alarm that still stands
    then is sent afterwards. Within an hour he gets no more than `per_hour` messages."""

    email: StrictStr | None = None
    mobile: StrictStr | None = None
    webhook: StrictStr | None = Field(None, pattern=r"^https?://")
    language: Language | None = None
    quiet: Quiet | None = None
    per_hour: StrictInt = Field(6, ge=1, le=60)

    @model_validator(mode="after")
    def _is_reached(self) -> Self:
        if not (self.email or self.mobile or self.webhook):
            raise ValueError("'email', 'mobile' or 'webhook' is needed: how is he told?")
        return self


class Told(Part):
    """How a receiver wants an alarm: from a limit of his own on, by some of his ways only."""

    limit: Number | None = None
    by: tuple[Literal["email", "sms", "webhook"], ...] = ()


class Alarm(Part):
    """When `measure` of these groups together (none: of all) is as bad as `limit` for `for_s`, it is told to each of
    `to`, and again every `again_after_min` as long as it stands; and when it is over. `text` may hold `{value}`,
    `{limit}` and `{groups}`."""

    name: Texts
    text: Texts
    measure: Measure
    limit: Number
    groups: tuple[Name, ...] = ()
    for_s: StrictInt = Field(60, ge=0, le=3600)
    again_after_min: StrictInt = Field(30, ge=1, le=1440)
    to: dict[Name, Told] = Field(default_factory=dict)

    @field_validator("text")
    @classmethod
    def _gaps_are_known(cls, texts: Texts) -> Texts:
        for text in texts.values():
            try:
                gaps = {gap for _, gap, _, _ in Formatter().parse(text) if gap is not None}
            except ValueError as error:
                raise ValueError(f"'{text}': {error}; a brace is written twice") from error
            if unknown := gaps - {"value", "limit", "groups"}:
                raise ValueError(f"'{{{min(unknown)}}}' is not known here; known: {{value}}, {{limit}}, {{groups}}")
        return texts


class MonitorFile(Part):
    """monitor.yaml; `group_thresholds` are those of single groups, which stand instead of the general ones."""

    thresholds: Thresholds = Field(default_factory=dict)
    group_thresholds: dict[Name, Thresholds] = Field(default_factory=dict)
    receivers: dict[Name, Receiver] = Field(default_factory=dict)
    alarms: dict[Name, Alarm] = Field(default_factory=dict)

    def level(self, group: str | None, measure: Measure, value: float | None) -> Level:
        """How a figure of a group is shown, or of all of them together."""
        threshold = self.group_thresholds.get(group or "", {}).get(measure) or self.thresholds.get(measure)
        return threshold.level(measure, value) if threshold else "ok"
