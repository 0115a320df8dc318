"""Whom to tell of what, and when. Pure: what is measured comes in, what is to be told comes out.

An alarm begins for each of its receivers by his own limit: once it has been reached for `for_s`, and it is over when it
was not reached for just as long, so that a value that wavers does not ring twice. In quiet hours nothing is told; what
still stands afterwards is told then.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from dialplan.monitor import Alarm, MonitorFile, Receiver, Told

MONITOR = ""
"""In the place of a receiver: the monitor itself and the log, which know no quiet hours."""
_HOUR = timedelta(hours=1)

Measured = Callable[[Alarm], float | None]
"""The value of an alarm's measure now; None where there is nothing to measure."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an alarm stands for a receiver. `reached` is the limit being reached, since `since`; `told_at` is when he was
    told last that it stands, None when he knows of none; `messages` are those of the last hour."""

    reached: bool = False
    since: datetime | None = None
    told_at: datetime | None = None
    messages: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell: that an alarm stands, or (`is_over`) stands no more."""

    alarm: str
    receiver: str
    value: float
    limit: float
    is_over: bool


Standings = Mapping[tuple[str, str], Standing]
"""By alarm and receiver."""


def look(
    rules: MonitorFile, standings: Standings, measured: Measured, at: datetime, local: Callable[[datetime], time]
) -> tuple[Standings, list[Notice]]:
    """How things stand at `at` (aware UTC), and what is to be told. `local` gives the time of day for quiet hours."""
    after: dict[tuple[str, str], Standing] = {}
    notices: list[Notice] = []
    recent = _recent(standings, at)
    for name, alarm in rules.alarms.items():
        value = measured(alarm)
        for receiver, told in {MONITOR: Told(), **alarm.to}.items():
            limit = alarm.limit if told.limit is None else told.limit
            before = standings.get((name, receiver), Standing())
            standing = _measured(before, alarm, value, limit, at)
            is_over = _due(standing, alarm, at)
            card = rules.receivers.get(receiver)
            may_tell = card is None or (recent[receiver] < card.per_hour and not _is_quiet(card, local(at)))
            if is_over is not None and value is not None and may_tell:
                notices.append(Notice(name, receiver, value, limit, is_over))
                standing = _told(standing, is_over, at)
                recent[receiver] += 1
            after[name, receiver] = standing
    return after, notices


def _measured(before: Standing, alarm: Alarm, value: float | None, limit: float, at: datetime) -> Standing:
    if value is None:
        return before
    reached = alarm.measure.reaches(value, limit)
    if reached is before.reached and before.since is not None:
        return before
    return replace(before, reached=reached, since=at)


def _due(standing: Standing, alarm: Alarm, at: datetime) -> bool | None:
    """Whether to tell that it is over, or (False) that it stands; None: nothing is to be told."""
    if standing.since is None or at - standing.since < timedelta(seconds=alarm.for_s):
        return None
    if not standing.reached:
        return True if standing.told_at is not None else None
    is_due = standing.told_at is None or at - standing.told_at >= timedelta(minutes=alarm.again_after_min)
    return False if is_due else None


def _recent(standings: Standings, at: datetime) -> Counter[str]:
    """How many messages each receiver had within the last hour."""
    recent: Counter[str] = Counter()
    for (_, receiver), standing in standings.items():
        recent[receiver] += sum(at - moment < _HOUR for moment in standing.messages)
    return recent


def _is_quiet(receiver: Receiver, now: time) -> bool:
    if receiver.quiet is None:
        return False
    begin, end = (time.fromisoformat(part) for part in receiver.quiet.split("-"))
    return begin <= now < end if begin <= end else now >= begin or now < end


def _told(standing: Standing, is_over: bool, at: datetime) -> Standing:
    recent = tuple(moment for moment in standing.messages if at - moment < _HOUR)
    return replace(standing, told_at=None if is_over else at, messages=(*recent, at))
