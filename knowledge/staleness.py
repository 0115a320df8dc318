"""Why somebody should look at an article again. Pure: what is known of it comes in, flags come out."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

_FEW = 10
"""Told less often, nothing is said of how much it helps."""
_SELDOM = 0.4
_SOON = timedelta(days=14)


class Flag(StrEnum):
    REVIEW_PASSED = "review_passed"
    LOW_HELP = "low_help"
    SYSTEM_CHANGED = "system_changed"
    EXPIRES_SOON = "expires_soon"
    """Or has expired."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often callers were told the article, and how often that helped."""

    told: int
    helped: int


def flags(
    review: date,
    valid_until: date | None,
    published_at: datetime,
    system_changed_at: datetime | None,
    outcome: Outcome | None,
    on: date,
) -> tuple[Flag, ...]:
    """Of a published article, on that day."""
    seldom = outcome is not None and outcome.told >= _FEW and outcome.helped < _SELDOM * outcome.told
    holds = {
        Flag.REVIEW_PASSED: review < on,
        Flag.LOW_HELP: seldom,
        Flag.SYSTEM_CHANGED: system_changed_at is not None and system_changed_at > published_at,
        Flag.EXPIRES_SOON: valid_until is not None and valid_until - on <= _SOON,
    }
    return tuple(flag for flag, does in holds.items() if does)
