"""How long a caller will still wait: an honest band, from his place, the agents who are there, and live handling times.

Every agent is a tap. One who wraps up takes a caller at a known moment, one who talks or pauses on average after what a
talk or a pause takes, and each then takes a caller per talk. A caller's turn comes when together they have taken all
who are before him, and him; of those before him, some give up first.

It never rises while nothing happened: how long a talk or pause has lasted already says little about when it ends, so
it is left out, and everything else (a wrap-up, the opening of a tier) only comes nearer as time passes. Whatever the
taps give within the next minute can then only grow, and the wait only shrink.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import log1p, sqrt
from typing import NamedTuple

from ari_app.acd.agents import WITH_A_CALLER, AgentState
from ari_app.acd.floor import Floor
from ari_app.acd.queue import QueueEntry
from ari_app.acd.routing import Way, crew, opens_after

_TALK_S = 240.0
"""A talk, before any was heard; it counts like the first few."""
_TALK_COUNTS = 4.0
_MEMORY = 40.0
"""The last so many talks make the mean, about."""
_RING_S = 5.0
_SHORTEST_RING_S, _LONGEST_RING_S = 2.0, 12.0
"""From an offer to its answer."""
_PAUSE_S = 900.0
"""What is left of a pause."""
_PATIENCE_S = 3600.0
"""After which a caller gives up."""
_LOW, _LIKELY, _HIGH = (-1.28, _SHORTEST_RING_S), (0.0, _RING_S), (1.28, _LONGEST_RING_S)
"""Luck as a normal deviate, and the ring: four of five callers are answered between `low` and `high`."""
_BUSY = WITH_A_CALLER | {AgentState.RINGING}
_FREE_AT_A_KNOWN_TIME = frozenset({AgentState.READY, AgentState.WRAP_UP, AgentState.RESTING})


class Change(NamedTuple):
    """Of what the taps give: at `moment_s` (seconds from now) so many callers at once, for `certain` or on `average`,
    and from then on so many per second more on average."""

    moment_s: float
    certain: float
    average: float
    rate: float


@dataclass(frozen=True, slots=True)
class Wait:
    """The place in the group's queue (1 is next), and how long the caller will still wait: between `low` and `high` in
    four of five cases, and as often shorter than `likely` as longer."""

    position: int
    low: timedelta
    high: timedelta
    likely: timedelta


@dataclass(frozen=True, slots=True)
class HandlingTimes:
    """How long talks last, per group, from the answer to the hang-up; recent talks count more."""

    _means: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """By group: mean in seconds, and how many talks it is worth."""

    def note(self, group: str, seconds: float) -> "HandlingTimes":
        """A talk has ended."""
        mean_s, worth = self._of(group)
        worth = min(worth + 1, _MEMORY)
        return HandlingTimes({**self._means, group: (mean_s + (seconds - mean_s) / worth, worth)})

    def mean_s(self, group: str) -> float:
        return self._of(group)[0]

    def _of(self, group: str) -> tuple[float, float]:
        return self._means.get(group, (_TALK_S, _TALK_COUNTS))


def expected_wait(floor: Floor, times: HandlingTimes, call_id: str, at: datetime) -> Wait | None:
    """How long the caller will still wait; None where that cannot be known: he does not wait (any more), or nobody
    takes calls who may answer him."""
    entry = floor.entries.get(call_id)
    if entry is None or entry.group not in floor.rules:
        return None
    before = [other for other in floor.entries.values() if other.place < entry.place and other.group in floor.rules]
    position = 1 + sum(other.group == entry.group for other in before)
    if entry.offered_to is not None:
        return Wait(position, timedelta(), timedelta(seconds=_LONGEST_RING_S), timedelta(seconds=_RING_S))
    mine = _there(floor, entry.group)
    taps = {name: list(_tap(floor, times, entry, name, way, at)) for name, way in mine.items()}
    if not any(floor.agents[name].takes_calls for name in taps if taps[name]):
        return None
    # Helpers have callers of their own: the caller's turn comes with them or without them, whichever is sooner.
    last_tier = len(floor.rules[entry.group].tiers) - 1
    others = Counter(other.group for other in before if other.offered_to is None)
    crews = {group: _there(floor, group) for group in others}
    levels = []
    for place in sorted({max(way.place, last_tier) for name, way in mine.items() if taps[name]}):
        level = {name for name, way in mine.items() if way.place <= place}
        due = 1 + sum(count * _share(crews[group], level) for group, count in others.items())
        levels.append((due, sorted(change for name in level for change in taps[name])))
    low, high, likely = (
        _answered(min(_reached(flow, due, luck) for due, flow in levels), ring_s)
        for luck, ring_s in (_LOW, _HIGH, _LIKELY)
    )
    return Wait(position, low, high, likely)


def _there(floor: Floor, group: str) -> dict[str, Way]:
    """Who answers the group's callers, sooner or later."""
    return {name: way for name, way in crew(floor, group).items() if floor.agents[name].is_there}


def _share(crew: Mapping[str, Way], level: set[str]) -> float:
    """How much of a caller before ours these agents will have to take: others may take him too."""
    return len(crew.keys() & level) / len(crew) if crew else 0.0


def _tap(floor: Floor, times: HandlingTimes, entry: QueueEntry, name: str, way: Way, at: datetime) -> Iterator[Change]:
    """What the agent gives; nothing where he may not answer this caller."""
    opens = opens_after(floor, entry, name, way)
    if opens is None:
        return
    agent = floor.agents[name]
    opens_s = max(0.0, (entry.entered_at + opens - at).total_seconds())
    cycle_s = _RING_S + _handling_s(floor, times, entry.group)
    if agent.pause is None and agent.state in _FREE_AT_A_KNOWN_TIME:
        free_s = (agent.until - at).total_seconds() if agent.until is not None else 0.0
        yield Change(max(free_s, opens_s), certain=1.0, average=0.0, rate=1 / cycle_s)
        return
    busy_s = _handling_s(floor, times, agent.group or entry.group) if agent.state in _BUSY else 0.0
    free_s = busy_s + (_PAUSE_S if agent.pause is not None else 0.0)
    if opens_s < free_s:
        yield Change(opens_s, certain=0.0, average=opens_s / free_s, rate=1 / free_s)
        yield Change(free_s, certain=0.0, average=0.0, rate=1 / cycle_s - 1 / free_s)
    else:
        yield Change(opens_s, certain=0.0, average=1 + (opens_s - free_s) / cycle_s, rate=1 / cycle_s)


def _handling_s(floor: Floor, times: HandlingTimes, group: str) -> float:
    """A talk of the group and its wrap-up."""
    rules = floor.rules.get(group)
    return times.mean_s(group) + (rules.wrap_up.total_seconds() if rules is not None else 0.0)


def _reached(flow: list[Change], due: float, luck: float) -> float:
    """When the taps together have given `due` callers, in seconds from now."""
    now_s, given, rate = 0.0, 0.0, 0.0
    for change in flow:
        by_then = given + rate * (change.moment_s - now_s)
        if by_then >= _needed(due, luck):
            break
        now_s, given = change.moment_s, by_then + change.average
        due -= change.certain
        rate += change.rate
        if given >= _needed(due, luck):
            return now_s
    return now_s + (_needed(due, luck) - given) / rate


def _needed(due: float, luck: float) -> float:
    """How many callers the taps give on average by when they really give `due` (Wilson and Hilferty's approximation of
    the gamma distribution)."""
    return due * max(0.0, 1 - 1 / (9 * due) + luck / (3 * sqrt(due))) ** 3 if due > 0 else 0.0


def _answered(turn_s: float, ring_s: float) -> timedelta:
    """How long until the answer, when his turn would come after `turn_s`: of those before him each gives up after
    `_PATIENCE_S` on average (a queue that drains evenly), and the telephone rings for a while."""
    return timedelta(seconds=_PATIENCE_S * log1p(turn_s / _PATIENCE_S) + ring_s)
