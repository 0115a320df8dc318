"""A working day on the pure floor, drawn from a seed: callers come, wait and give up; agents come, answer, miss a ring,
pause and go home. Every forty seconds a waiting caller is told how long it will still take, by us and by app_queue.
"""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from math import log, sqrt

from ari_app.acd import floor as acd
from ari_app.acd.floor import Floor
from ari_app.acd.queue import Offer, QueueEntry
from ari_app.acd.routing import next_change, offer_next
from ari_app.acd.rules import GroupRules, Overflow, Tier
from ari_app.acd.wait import HandlingTimes, Wait, expected_wait

RULES = {
    "desk": GroupRules(
        (Tier(tuple(f"desk{number}" for number in range(8))), Tier(("expert0", "expert1"), timedelta(seconds=60))),
        wrap_up=timedelta(seconds=20),
        overflows=(Overflow("repairs", waiting_per_agent=2.0),),
    ),
    "repairs": GroupRules((Tier(("repairs0", "repairs1", "repairs2", "expert0")),), wrap_up=timedelta(seconds=30)),
}
TALK_S = {"desk": 240.0, "repairs": 420.0}
CALLS_AN_HOUR = {"desk": 115.0, "repairs": 25.0}
"""What the agents can do, about: a load of one."""

_MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)
_HOUR_S = 3600.0
_A_MOMENT_S = 0.001
"""What is due then must not be missed by a rounding."""
_TRAFFIC = (0.6, 1.0, 1.25, 1.2, 0.9, 0.8, 1.1, 1.15, 1.0)
"""Of each hour of the day, as a share of the mean."""
_LAST_GOES_S = (len(_TRAFFIC) + 0.25) * _HOUR_S
_TALK_SPREAD = 0.9
"""The standard deviation of the lognormal talks, as a share of their mean."""
_TOLD_EVERY_S = 40.0
_LATER = timedelta(seconds=30)
_PATIENCE_S = 900.0
_NEVER_GIVE_UP = 0.2
"""Only these callers are asked how long it took: those who give up would make long waits look rare."""
_MISSED, _RING_OUT_S, _RING_S = 0.04, 15.0, (2.0, 8.0)
_URGENT = 0.05
_PAUSE_EVERY_S, _PAUSE_S, _LUNCH_S = 5400.0, 420.0, 1800.0


@dataclass(frozen=True, slots=True)
class Told:
    """What a caller was told, in seconds, by us (`wait`) and by app_queue; and whether either would have told him more
    half a minute later, had nothing changed."""

    at_s: float
    wait: Wait
    app_queue_s: float
    rises: bool
    app_queue_rises: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """What a caller was told, and how long it really took from then on, in seconds."""

    told: Told
    truth_s: float


@dataclass(slots=True)
class AppQueue:
    """The hold time of one queue as app_queue.c keeps and announces it (recalc_holdtime and say_position): an
    exponential average of the waits of those who were answered, whatever place one has."""

    hold_s: int | None = None

    def note(self, waited_s: float) -> None:
        self.hold_s = int(waited_s) if self.hold_s is None else (3 * self.hold_s + int(waited_s)) >> 2

    def announces_s(self, waited: timedelta) -> float:
        return abs((self.hold_s or 0) - waited.total_seconds())


@dataclass(slots=True)
class Day:
    """What came of a day."""

    checked: list[Checked] = field(default_factory=list)
    answered: int = 0
    gave_up: int = 0


def live_through(seed: int, load: float) -> Day:
    """A day with `load` times the callers that the agents can do."""
    return _Run(random.Random(seed), load).run()  # noqa: S311


class _Run:
    def __init__(self, chance: random.Random, load: float) -> None:
        self._chance = chance
        self._load = load
        self._day = Day()
        self._floor = Floor(RULES)
        self._times = HandlingTimes()
        self._app_queues = {group: AppQueue() for group in RULES}
        self._told: dict[str, list[Told]] = {}
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self._now_s = 0.0
        self._wakes_at: datetime | None = None

    def run(self) -> Day:
        for name in self._floor.members:
            self._roster(name)
        for group in RULES:
            self._await_caller(group)
        while self._agenda and self._now_s < _LAST_GOES_S:
            self._now_s, _, happens = heapq.heappop(self._agenda)
            happens()
        return self._day

    @property
    def _now(self) -> datetime:
        return _MORNING + timedelta(seconds=self._now_s)

    def _after(self, delay_s: float, happens: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._agenda, (self._now_s + delay_s, self._count, happens))

    def _change(self, floor: Floor) -> None:
        self._floor, offers = offer_next(acd.end_pauses(floor, self._now), self._now)
        for offer in offers:
            if self._chance.random() < _MISSED:
                self._after(_RING_OUT_S, partial(self._miss, offer))
            else:
                self._after(self._chance.uniform(*_RING_S), partial(self._answer, offer))
        wakes_at = next_change(self._floor, self._now)
        if wakes_at is not None and wakes_at != self._wakes_at:
            self._wakes_at = wakes_at
            self._after((wakes_at - self._now).total_seconds() + _A_MOMENT_S, self._wake)

    def _wake(self) -> None:
        self._change(self._floor)

    # Agents

    def _roster(self, name: str) -> None:
        comes_s = self._chance.uniform(0, _HOUR_S / 4)
        goes_s = self._chance.uniform(len(_TRAFFIC) * _HOUR_S, _LAST_GOES_S)
        lunch_s = self._chance.choice((3.5, 4.0, 4.5, 5.0, 5.5)) * _HOUR_S
        self._after(comes_s, lambda: self._change(acd.reach(self._floor, name, self._now)))
        self._pause(name, lunch_s, _LUNCH_S)
        pause_s = comes_s + self._chance.expovariate(1 / _PAUSE_EVERY_S)
        while pause_s < goes_s:
            self._pause(name, pause_s, _PAUSE_S)
            pause_s += _PAUSE_S + self._chance.expovariate(1 / _PAUSE_EVERY_S)
        self._after(goes_s, lambda: self._change(acd.log_out(self._floor, name, self._now)))

    def _pause(self, name: str, begins_s: float, lasts_s: float) -> None:
        self._after(begins_s, lambda: self._change(acd.pause(self._floor, name, "pause", self._now)))
        self._after(begins_s + lasts_s, lambda: self._change(acd.get_ready(self._floor, name, self._now)))

    # Callers

    def _await_caller(self, group: str) -> None:
        """Callers come at random, at the rate of the hour (thinned from the highest rate)."""
        most = CALLS_AN_HOUR[group] * self._load * max(_TRAFFIC) / _HOUR_S
        self._after(self._chance.expovariate(most), partial(self._maybe_come, group))

    def _maybe_come(self, group: str) -> None:
        hour = int(self._now_s / _HOUR_S)
        if hour < len(_TRAFFIC):
            if self._chance.random() < _TRAFFIC[hour] / max(_TRAFFIC):
                self._come(group)
            self._await_caller(group)

    def _come(self, group: str) -> None:
        self._count += 1
        call_id = f"call{self._count}"
        priority = 5 if self._chance.random() < _URGENT else 0
        self._change(acd.join(self._floor, QueueEntry(call_id, group, self._now, priority)))
        if self._chance.random() < _NEVER_GIVE_UP:
            self._told[call_id] = []
            self._tell(call_id)
        else:
            self._after(self._chance.expovariate(1 / _PATIENCE_S), partial(self._give_up, call_id))

    def _tell(self, call_id: str) -> None:
        entry = self._floor.entries.get(call_id)
        if entry is None:
            return
        now, later = self._now, self._now + _LATER
        wait = expected_wait(self._floor, self._times, call_id, now)
        unchanged = expected_wait(self._floor, self._times, call_id, later)
        if entry.offered_to is None and wait is not None and unchanged is not None:
            app_queue = self._app_queues[entry.group]
            says_s, says_later_s = (app_queue.announces_s(moment - entry.entered_at) for moment in (now, later))
            rises = unchanged.high > wait.high or unchanged.likely > wait.likely
            self._told[call_id].append(Told(self._now_s, wait, says_s, rises, says_later_s > says_s))
        self._after(_TOLD_EVERY_S, partial(self._tell, call_id))

    def _give_up(self, call_id: str) -> None:
        if call_id in self._floor.entries:
            self._day.gave_up += 1
            self._change(acd.leave(self._floor, call_id, self._now))

    def _rings(self, offer: Offer) -> bool:
        return self._floor.agents[offer.agent].rings_for(offer.call_id)

    def _miss(self, offer: Offer) -> None:
        if self._rings(offer):
            self._change(acd.refuse(self._floor, offer, self._now))

    def _answer(self, offer: Offer) -> None:
        if not self._rings(offer):
            return
        entry = self._floor.entries[offer.call_id]
        self._app_queues[entry.group].note((self._now - entry.entered_at).total_seconds())
        self._day.answered += 1
        told = self._told.pop(offer.call_id, [])
        self._day.checked += (Checked(one, self._now_s - one.at_s) for one in told)
        self._change(acd.answer(self._floor, offer, self._now))
        talk_s = _lognormal(self._chance, TALK_S[entry.group])
        self._after(talk_s, partial(self._hang_up, offer.agent, entry.group, talk_s))

    def _hang_up(self, name: str, group: str, talk_s: float) -> None:
        self._times = self._times.note(group, talk_s)
        self._change(acd.hang_up(self._floor, name, self._now))


def _lognormal(chance: random.Random, mean: float) -> float:
    sigma = sqrt(log(1 + _TALK_SPREAD**2))
    return chance.lognormvariate(log(mean) - sigma**2 / 2, sigma)
