"""hours.yaml: the business calendars."""

from datetime import date
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, StrictStr

from dialplan.explanations import did_you_mean
from dialplan.names import Name, Part, Texts

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Span = Annotated[StrictStr, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")]


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        hint = did_you_mean(name, sorted(available_timezones())) or "write it like 'Europe/Berlin'"
        raise ValueError(f"'{name}' is no time zone; {hint}")
    return name


class Holiday(Part):
    """A day on which nobody is there; with `open`, one with other hours."""

    name: Texts
    open: tuple[Span, ...] = ()


class Calendar(Part):
    """When somebody is there: spans of local time by weekday. A day that is left out is closed."""

    zone: Annotated[StrictStr, AfterValidator(_known_zone)]
    open: dict[Weekday, tuple[Span, ...]]
    holidays: dict[date, Holiday] = Field(default_factory=dict)


class HoursFile(Part):
    """hours.yaml; a dialplan without it is always open."""

    calendars: dict[Name, Calendar] = Field(default_factory=dict)
