"""What became of callers in app_queue while nobody of ours looked: read from Asterisk's queue_log."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

_FIELDS = 5
_LARGE = 1_000_000
_ENDS = frozenset({"COMPLETEAGENT", "COMPLETECALLER", "ABANDON"})


@dataclass(frozen=True, slots=True)
class Course:
    """A caller's way through app_queue: into `queue`, the last of several, where `agent` answered him. Times are aware
    UTC, to the second."""

    queue: str = ""
    agent: str | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None


def read_courses(file: Path, ahead: timedelta) -> dict[str, Course]:
    """The courses in a queue_log, by the id of the caller's channel; none where there is no such file. Our clock is
    `ahead` of Asterisk's."""
    try:
        return courses_in(file.read_text(encoding="utf-8", errors="replace").splitlines(), ahead)
    except FileNotFoundError:
        return {}
    except OSError as error:
        log.error("queue_log cannot be read: tickets do not tell what came of callers", why=str(error))
        return {}


def shorten(file: Path) -> None:
    """Begin a queue_log anew that has grown large: what it told is told."""
    try:
        if file.stat().st_size > _LARGE:
            os.truncate(file, 0)  # Asterisk appends
    except OSError as error:
        log.warning("queue_log is not shortened", why=str(error))


def courses_in(lines: Iterable[str], ahead: timedelta = timedelta()) -> dict[str, Course]:
    """The courses in lines as `1795372652|<channel>|<queue>|<agent>|CONNECT|…`."""
    courses: dict[str, Course] = {}
    for line in lines:
        fields = line.split("|")
        if len(fields) < _FIELDS or not fields[0].isdigit():
            continue
        seconds, call_id, queue, agent, event, *_ = fields
        at = datetime.fromtimestamp(int(seconds), UTC) + ahead
        course = courses.get(call_id)
        if event == "ENTERQUEUE":
            courses[call_id] = Course(queue)
        elif course is not None and event == "CONNECT":
            courses[call_id] = replace(course, agent=agent, answered_at=at)
        elif course is not None and event in _ENDS:
            courses[call_id] = replace(course, ended_at=at)
    return courses
