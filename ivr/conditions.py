"""Whether a condition of the dialplan holds for a call."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dialplan.actions import When
from dialplan.calendar import is_open
from dialplan.hours import Calendar


@dataclass(frozen=True, slots=True)
class Facts:
    """What conditions look at. `at` is an aware time; `down` are the systems of active outages."""

    is_known: bool
    labels: frozenset[str]
    site: str | None
    department: str | None
    language: str
    at: datetime
    down: frozenset[str]
    calendars: Mapping[str, Calendar]


def holds(when: When | None, facts: Facts) -> bool:
    """All that is given must hold; no condition always does."""
    if when is None:
        return True
    checks = (
        when.known is None or when.known == facts.is_known,
        when.label is None or when.label in facts.labels,
        when.site is None or when.site == facts.site,
        when.department is None or when.department == facts.department,
        when.language is None or when.language == facts.language,
        when.outage is None or when.outage in facts.down,
        when.open is None or is_open(facts.calendars[when.open], facts.at),
        when.closed is None or not is_open(facts.calendars[when.closed], facts.at),
    )
    return all(checks)
