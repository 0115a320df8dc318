"""When somebody is there: the business calendars of hours.yaml, read against a moment. Pure.

A calendar tells local times, so a moment is asked about by the clock on the wall of its zone: in the hour that comes
twice in autumn a calendar is open twice, and times that spring leaves out never come.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from dialplan.hours import Calendar, Span, Weekday

WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_MINUTES_A_DAY = 24 * 60


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether somebody is there at `at` (aware): from the first minute of a span on, and no longer in its last."""
    local = at.astimezone(ZoneInfo(calendar.zone))
    minute = local.hour * 60 + local.minute
    return any(begin <= minute < end for begin, end in map(minutes, _spans(calendar, local.date())))


def is_there(hours: str | None, calendars: Mapping[str, Calendar], at: datetime, switched: bool | None = None) -> bool:
    """Whether whoever keeps these `hours` (the name of a calendar; None: always) is there at `at` (aware); what a
    supervisor has `switched` (True: open) goes first."""
    if switched is not None:
        return switched
    return hours is None or is_open(calendars[hours], at)


def next_opening(calendar: Calendar, at: datetime) -> datetime | None:
    """The first moment from `at` (aware) on at which somebody is there, in local time: `at` itself while it is open,
    None when it never opens again."""
    zone = ZoneInfo(calendar.zone)
    local = at.astimezone(zone)
    if is_open(calendar, at):
        return local
    for day in _days(calendar, local.date()):
        for moment in _possible_openings(calendar, day, zone):
            # Aware moments of one zone are compared by their wall clock, so the fold would be overlooked.
            if moment.timestamp() >= at.timestamp() and is_open(calendar, moment):
                return moment
    return None


def minutes(span: Span) -> tuple[int, int]:
    """A span such as "08:00-18:00" as minutes after midnight: its first, and the one after its last (at most 1440)."""
    begin, end = (text.split(":") for text in span.split("-"))
    return int(begin[0]) * 60 + int(begin[1]), int(end[0]) * 60 + int(end[1])


def _spans(calendar: Calendar, day: date) -> tuple[Span, ...]:
    if day in calendar.holidays:
        return calendar.holidays[day].open
    return calendar.open.get(WEEKDAYS[day.weekday()], ())


def _days(calendar: Calendar, first: date) -> list[date]:
    """Days on which it may open, the nearest first: a week and as many days more as holidays can take away."""
    ordinary = {first + number * _DAY for number in range(len(calendar.holidays) + 8)}
    return sorted(ordinary | {day for day in calendar.holidays if day >= first})


def _possible_openings(calendar: Calendar, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """In their order, moments of `day` among which is the one at which it opens."""
    spans = sorted(map(minutes, _spans(calendar, day)))
    if not spans:
        return
    midnight = datetime.combine(day, time(), zone)
    length = datetime.combine(day + _DAY, time(), zone).timestamp() - midnight.timestamp()
    if length == _DAY.total_seconds():
        yield from (midnight + begin * _MINUTE for begin, _ in spans if begin < _MINUTES_A_DAY)
        return
    for minute in range(int(length // 60)):  # the clock is changed on this day: any minute may be the one
        yield datetime.fromtimestamp(midnight.timestamp() + minute * 60, zone)
