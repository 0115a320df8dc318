"""What the agents' time goes into, told from the event log: stretches of one activity each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from tickets.events import Event, Kind


class Activity(StrEnum):
    TALK = "talk"
    HOLD = "hold"
    """He has a caller, who hears music: he may be consulting somebody."""
    WRAP_UP = "wrap_up"
    AVAILABLE = "available"
    """At work and not pausing; his telephone may be ringing."""
    OFF = "off"
    """Pausing, resting after a missed call, logged out, or without a telephone."""


HANDLING = frozenset({Activity.TALK, Activity.HOLD, Activity.WRAP_UP})
_BY_STATE = {
    "talking": Activity.TALK,
    "hold": Activity.HOLD,
    "wrap_up": Activity.WRAP_UP,
    "ready": Activity.AVAILABLE,
    "ringing": Activity.AVAILABLE,
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """`agent` did one thing; `call_id` is whom he did it for, if for anybody. `since` and `until` are aware UTC."""

    agent: str
    activity: Activity
    call_id: str | None
    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        """Never negative: two processes write the log."""
        return max(timedelta(), self.until - self.since)

    def within(self, since: datetime, until: datetime | None) -> timedelta:
        """How much of it is in the window; None: that has no end."""
        end = self.until if until is None else min(self.until, until)
        return max(timedelta(), end - max(self.since, since))


@dataclass(frozen=True, slots=True)
class _Now:
    activity: Activity
    call_id: str | None
    since: datetime

    def until(self, agent: str, at: datetime) -> Stretch:
        return Stretch(agent, self.activity, self.call_id, self.since, at)


@dataclass(slots=True)
class Agents:
    """Takes events in the order of the log; knows what each agent is at."""

    _now: dict[str, _Now] = field(default_factory=dict)
    _with: dict[str, set[str]] = field(default_factory=dict)

    def take(self, event: Event) -> Stretch | None:
        """The stretch that is over by this, if one is."""
        if event.kind != Kind.AGENT_CHANGED:
            return None
        agent, now = str(event.data["agent"]), _now_of(event)
        before = self._now.get(agent)
        if before is not None and (before.activity, before.call_id) == (now.activity, now.call_id):
            return None
        self._now[agent] = now
        self._note_with(agent, before, now)
        return before.until(agent, event.at) if before is not None else None

    def with_call(self, call_id: str | None) -> frozenset[str]:
        """The agents who talk with this caller, hold him, or wrap up for him."""
        return frozenset(self._with.get(call_id or "", ()))

    def open(self, at: datetime) -> Iterator[Stretch]:
        """What goes on, up to `at`."""
        return (now.until(agent, at) for agent, now in self._now.items())

    def _note_with(self, agent: str, before: _Now | None, now: _Now) -> None:
        if before is not None and before.call_id is not None and agent in self._with.get(before.call_id, ()):
            self._with[before.call_id].discard(agent)
            if not self._with[before.call_id]:
                del self._with[before.call_id]
        if now.call_id is not None and now.activity in HANDLING:
            self._with.setdefault(now.call_id, set()).add(agent)


@dataclass(frozen=True, slots=True)
class AgentTime:
    """Sums of one agent, or of several."""

    talk: timedelta = timedelta()
    hold: timedelta = timedelta()
    wrap_up: timedelta = timedelta()
    available: timedelta = timedelta()

    @property
    def handling(self) -> timedelta:
        return self.talk + self.hold + self.wrap_up

    @property
    def occupancy(self) -> float | None:
        """(talk + hold + wrap-up) / (that + available time), 0…1. Pauses are in neither."""
        whole = self.handling + self.available
        return self.handling / whole if whole else None

    def plus(self, activity: Activity, length: timedelta) -> "AgentTime":
        if activity is Activity.OFF:
            return self
        sums = {name: getattr(self, name) for name in AgentTime.__dataclass_fields__}
        return AgentTime(**(sums | {activity.value: sums[activity.value] + length}))


def sum_of(times: Iterable[AgentTime]) -> AgentTime:
    whole = AgentTime()
    for one in times:
        for activity in (Activity.TALK, Activity.HOLD, Activity.WRAP_UP, Activity.AVAILABLE):
            whole = whole.plus(activity, getattr(one, activity.value))
    return whole


def _now_of(event: Event) -> _Now:
    told = event.data
    activity = _BY_STATE.get(str(told["state"]), Activity.OFF)
    is_there = bool(told["is_logged_in"] and told["is_reachable"])
    if activity is Activity.WRAP_UP and not is_there:
        activity = Activity.OFF
    if activity is Activity.AVAILABLE and not (is_there and told["pause"] is None):
        activity = Activity.OFF
    call = told["call"]
    return _Now(activity, str(call) if call is not None else None, event.at)
