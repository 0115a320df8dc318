"""Calendars that never open, and what in them cannot be meant so."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from dialplan.calendar import is_open, minutes, next_opening
from dialplan.hours import Calendar, Span
from dialplan.problems import Problem
from dialplan.walk import HOURS, Spot
from ivr.check.subject import Subject

_STEP = timedelta(minutes=15)
_STEPS_A_WEEK = 7 * 24 * 4


def check_hours(subject: Subject) -> Iterator[Problem]:
    for name, calendar in subject.dialplan.calendars.items():
        spot = Spot(HOURS, ("calendars", name))
        found = [problem for where, spans in _days(spot, calendar) for problem in _spans(subject, where, spans)]
        yield from found
        if not found and next_opening(calendar, _midnight(subject)) is None:
            hint = 'name days and hours, such as: mon: ["08:00-18:00"]'
            yield subject.error(spot / "open", "never-open", f"'{name}' never opens", hint)
        for day in calendar.holidays:
            if day < subject.today:
                where = spot / "holidays" / day.isoformat()
                yield subject.warning(where, "past-holiday", f"{day} is over", "remove it, or enter the next one")


def is_closed_with(subject: Subject, one: str | None, other: str | None) -> bool:
    """Whether calendar `other` is closed at a time of an ordinary week at which `one` is; without one it is open."""
    calendars = subject.dialplan.calendars
    if one is None or other is None or not {one, other} <= set(calendars):
        return False
    first, second = calendars[one], calendars[other]
    begin = _midnight(subject)
    moments = (begin + number * _STEP for number in range(_STEPS_A_WEEK))
    return any(not is_open(first, moment) and not is_open(second, moment) for moment in moments)


def _midnight(subject: Subject) -> datetime:
    return datetime.combine(subject.today, time(), UTC)


def _days(spot: Spot, calendar: Calendar) -> Iterator[tuple[Spot, tuple[Span, ...]]]:
    days: list[tuple[tuple[Any, ...], tuple[Span, ...]]] = [
        (("open", day), spans) for day, spans in calendar.open.items()
    ]
    days += [(("holidays", day.isoformat(), "open"), holiday.open) for day, holiday in calendar.holidays.items()]
    yield from ((Spot(spot.file, (*spot.path, *path)), spans) for path, spans in days)


def _spans(subject: Subject, spot: Spot, spans: tuple[Span, ...]) -> Iterator[Problem]:
    for index, span in enumerate(spans):
        begin, end = minutes(span)
        if begin >= end:
            begin_text, end_text = span.split("-")
            hint = f"write '{begin_text}-24:00' here, and '00:00-{end_text}' on the next day"
            yield subject.error(spot / index, "never-open", f"'{span}' ends before it begins", hint)
        for other in spans[:index]:
            other_begin, other_end = minutes(other)
            if begin < other_end and other_begin < end:
                message = f"'{span}' overlaps '{other}'"
                yield subject.warning(spot / index, "overlap", message, "make one span of the two")
