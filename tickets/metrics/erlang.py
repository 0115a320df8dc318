"""Erlang C: how many agents a load needs. It assumes that nobody hangs up, so it asks for rather too many."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """Calls that come at random, `calls_per_h` on average, and take `aht_s` each."""

    calls_per_h: float
    aht_s: float

    @property
    def erlangs(self) -> float:
        """a: the agents whom it would keep busy all the time."""
        return self.calls_per_h * self.aht_s / 3600


def blocking(agents: int, erlangs: float) -> float:
    """Erlang B: the share of calls that would find all agents busy, if none waited."""
    blocked = 1.0
    for count in range(1, agents + 1):
        blocked = erlangs * blocked / (count + erlangs * blocked)
    return blocked


def waiting_share(agents: int, load: Load) -> float:
    """P_w: the share of callers who have to wait; 1 where the agents cannot keep up."""
    a = load.erlangs
    if agents <= a:
        return 1.0
    blocked = blocking(agents, a)
    return agents * blocked / (agents - a * (1 - blocked))


def service_level(agents: int, load: Load, within_s: float) -> float:
    """The share of callers who are answered within so many seconds; 0 where the agents cannot keep up."""
    a = load.erlangs
    if agents <= a:
        return 0.0
    return 1 - waiting_share(agents, load) * math.exp(-(agents - a) * within_s / load.aht_s)


def asa_s(agents: int, load: Load) -> float:
    """The mean wait; infinite where the agents cannot keep up."""
    a = load.erlangs
    return waiting_share(agents, load) * load.aht_s / (agents - a) if agents > a else math.inf


def occupancy(agents: int, load: Load) -> float:
    """a/N: the share of their time that agents are busy for."""
    return load.erlangs / agents


def agents_needed(load: Load, level: float = 0.8, within_s: float = 20.0) -> int:
    """The fewest agents with whom `level` (0…1, less than 1) of the callers are answered within so many seconds."""
    agents = math.floor(load.erlangs) + 1
    while service_level(agents, load, within_s) < level:
        agents += 1
    return agents


def rostered(agents: int, shrinkage: float) -> int:
    """How many to plan so that `agents` are there; `shrinkage` (0…1) is the share of paid time spent elsewhere."""
    return math.ceil(agents / (1 - shrinkage))
