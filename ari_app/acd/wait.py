"""How long a caller will still wait: an honest band, from his place, the agents who are there, and live handling times.

Every agent is a tap: one who talks will be free after what a talk takes, one who wraps up at a known moment, and each
then takes a caller per talk. The caller's turn comes when together they have taken all who are before him, and him.
Talks are taken as they are, without memory: how long one has lasted says little about when it ends. What the taps give
by a given time therefore only grows while time passes, so the wait never rises as long as nothing happened.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import sqrt

from ari_app.acd.agents import AgentState
from ari_app.acd.floor import Floor
from ari_app.acd.queue import QueueEntry
from ari_app.acd.routing import Way, crew, opens_after

_USUAL_S = 240.0
"""A talk, before any was heard; it counts like the first few talks."""
_USUAL_COUNTS = 4.0
_MEMORY = 40.0
"""The last so many talks make the mean, about."""
_RING_S = 5.0
"""From an offer to its answer."""
_Z = 1.28
"""Four out of five callers are answered between `low` and `high`."""
_AT_ONCE = timedelta()


@dataclass(frozen=True, slots=True)
class Wait:
    """The place in the group's queue (1 is next), and how long the caller will still wait, at least and at most."""

    position: int
    low: timedelta
    high: timedelta


@dataclass(frozen=True, slots=True)
class HandlingTimes:
    """How long talks last, per group, in seconds from the answer to the hang-up; recent talks count more."""

    _means: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Group: mean in seconds, and how many talks it is worth."""

    def note(self, group: str, seconds: float) -> "HandlingTimes":
        mean, worth = self._of(group)
        worth = min(worth + 1, _MEMORY)
        return HandlingTimes({**self._means, group: (mean + (seconds - mean) / worth, worth)})

    def mean_s(self, group: str) -> float:
        return self._of(group)[0]

    def _of(self, group: str) -> tuple[float, float]:
        return self._means.get(group, (_USUAL_S, _USUAL_COUNTS))


def expected_wait(floor: Floor, times: HandlingTimes, call_id: str, at: datetime) -> Wait | None:
    """How long the caller will still wait; None where that cannot be known: he does not wait (any more), or nobody
    is there who may answer him."""
    entry = floor.entries.get(call_id)
    if entry is None or entry.group not in floor.rules:
        return None
    before = [other for other in floor.entries.values() if other.place < entry.place and other.group in floor.rules]
    position = 1 + sum(other.group == entry.group for other in before)
    if entry.offered_to is not None:
        return Wait(position, _AT_ONCE, _AT_ONCE)
    crews = {group: _crew(floor, group) for group in {entry.group, *(other.group for other in before)}}
    mine = crews[entry.group]
    bands = []
    for level in sorted({way.place for way in mine.values()}):
        taps = {name: way for name, way in mine.items() if way.place <= level}
        due = 1 + sum(_share(crews[other.group], taps) for other in before if other.offered_to is None)
        flow = sorted(change for name, way in taps.items() for change in _tap(floor, times, entry, name, way, at))
        bands.append((_reaches(flow, _quantile(due, -_Z)), _reaches(flow, _quantile(due, _Z))))
    if not bands:
        return None
    low, high = (timedelta(seconds=min(ends)) for ends in zip(*bands, strict=True))
    return Wait(position, low, high)


def _crew(floor: Floor, group: str) -> dict[str, Way]:
    """Who answers the group's callers, sooner or later."""
    return {name: way for name, way in crew(floor, group).items() if floor.agents[name].takes_calls}


def _share(crew: Mapping[str, Way], taps: Mapping[str, Way]) -> float:
    """How much of a caller before ours these taps will have to take: others may take him too."""
    return len(crew.keys() & taps.keys()) / len(crew) if crew else 0.0


def _quantile(due: float, z: float) -> float:
    """How many callers the taps give on average, when by bad or good luck they gave `due` (Wilson and Hilferty)."""
    return due * float(max(0.0, 1 - 1 / (9 * due) + z / (3 * sqrt(due))) ** 3)


def _tap(
    floor: Floor, times: HandlingTimes, entry: QueueEntry, name: str, way: Way, at: datetime
) -> Iterator[tuple[float, float, float]]:
    """What the agent gives: moments (seconds from now), callers at once, and callers per second more than before."""
    agent = floor.agents[name]
    opens_s = max(0.0, (entry.entered_at + opens_after(floor, entry, name, way) - at).total_seconds())
    cycle_s = _RING_S + times.mean_s(entry.group) + floor.rules[entry.group].wrap_up.total_seconds()
    if agent.state in (AgentState.READY, AgentState.WRAP_UP, AgentState.RESTING):
        free_s = (agent.until - at).total_seconds() if agent.until is not None else 0.0
        yield max(free_s, opens_s), 1.0, 1 / cycle_s
        return
    theirs = agent.group if agent.group and agent.group in floor.rules else entry.group
    busy_s = times.mean_s(theirs) + floor.rules[theirs].wrap_up.total_seconds()
    if opens_s < busy_s:
        yield opens_s, opens_s / busy_s, 1 / busy_s
        yield busy_s, 0.0, 1 / cycle_s - 1 / busy_s
    else:
        yield opens_s, 1 + (opens_s - busy_s) / cycle_s, 1 / cycle_s


def _reaches(flow: list[tuple[float, float, float]], due: float) -> float:
    """When the taps together have given so many, in seconds from now."""
    now, given, rate = 0.0, 0.0, 0.0
    for moment, jump, more in flow:
        if given + rate * (moment - now) >= due:
            break
        given += rate * (moment - now) + jump
        now = moment
        rate += more
        if given >= due:
            return now
    return now + (due - given) / rate
