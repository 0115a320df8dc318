"""How long it takes to decide who answers whom on a very large floor, beside merely sorting its callers."""

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from ari_app.acd import floor as acd
from ari_app.acd.floor import Floor
from ari_app.acd.queue import QueueEntry
from ari_app.acd.routing import next_change, offer_next
from ari_app.acd.rules import AgentCard, GroupRules, Overflow, Tier
from ari_app.acd.wait import HandlingTimes, expected_wait

WAITING, AGENTS, GROUPS = 1000, 200, 5
_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
_NOW = _NOON + timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class DecisionTimes:
    """Milliseconds of each trial."""

    offer_next_ms: list[float]
    """An agent has become ready: who is offered to him?"""
    next_change_ms: list[float]
    expected_wait_ms: list[float]
    """Of the last caller of all."""
    sort_ms: list[float]
    """The yardstick: the same callers put into order by heapq, and nothing else."""


def time_decisions(trials: int) -> DecisionTimes:
    """Each trial is another agent of the floor who becomes ready."""
    floor = crowded_floor()
    times = DecisionTimes([], [], [], [])
    last = floor.waiting()[-1].call_id
    for name in list(floor.agents)[:trials]:
        ready = acd.get_ready(acd.hang_up(floor, name, _NOW), name, _NOW)
        times.offer_next_ms.append(_ms(partial(offer_next, ready, _NOW)))
        times.next_change_ms.append(_ms(partial(next_change, ready, _NOW)))
        times.expected_wait_ms.append(_ms(partial(expected_wait, ready, HandlingTimes(), last, _NOW)))
        times.sort_ms.append(_ms(partial(_sort, ready)))
    return times


def crowded_floor() -> Floor:
    """Everybody talks, and `WAITING` callers wait: groups of two tiers that help each other, skills, priorities."""
    names = [f"agent{number}" for number in range(AGENTS)]
    each = AGENTS // GROUPS
    rules = {}
    for number in range(GROUPS):
        own = names[number * each : (number + 1) * each]
        tiers = (Tier(tuple(own[: each // 2])), Tier(tuple(own[each // 2 :]), timedelta(seconds=30)))
        helpers = Overflow(f"group{(number + 1) % GROUPS}", after=timedelta(seconds=120), waiting_per_agent=20.0)
        rules[f"group{number}"] = GroupRules(tiers, overflows=(helpers,))
    cards = {name: AgentCard({"network": number % 4}, ("group0",)) for number, name in enumerate(names)}
    floor = Floor(rules, cards)
    for number, name in enumerate(names):
        floor = acd.reach(floor, name, _NOON)
        floor = acd.resume_talk(floor, name, f"talk{number}", f"group{number // each}", _NOON)
    for number in range(WAITING):
        skills = {"network": number % 4} if number % 5 == 0 else {}
        group = f"group{number % GROUPS}"
        entered_at = _NOON + timedelta(milliseconds=250 * number)
        floor = acd.join(floor, QueueEntry(f"call{number}", group, entered_at, number % 2, skills))
    return floor


def _sort(floor: Floor) -> list[str]:
    heap = [entry.place for entry in floor.entries.values()]
    heapq.heapify(heap)
    return [heapq.heappop(heap)[-1] for _ in range(len(heap))]


def _ms(decide: Callable[[], object]) -> float:
    began = time.perf_counter()
    decide()
    return (time.perf_counter() - began) * 1000
