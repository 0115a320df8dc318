"""What the admins decide of a group and of an agent, as the distribution needs it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Strategy(StrEnum):
    """Which of several free agents is rung."""

    LONGEST_IDLE = "longest_idle"
    FEWEST_CALLS = "fewest_calls"


@dataclass(frozen=True, slots=True)
class Tier:
    """Agents who are asked once a caller has waited `after`; nobody of the earlier tiers taking calls, at once."""

    agents: tuple[str, ...]
    after: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Overflow:
    """When the agents of `group` help out: a caller has waited `after`, more than `waiting_per_agent` callers wait for
    each agent who takes calls, or nobody takes calls at all. What is None does not count."""

    group: str
    after: timedelta | None = None
    waiting_per_agent: float | None = None
    when_nobody: bool = False


@dataclass(frozen=True, slots=True)
class GroupRules:
    """`wrap_up` is the peace after each call, `rest` that after each call which an agent did not answer; after
    `missed_rings` of these in a row he pauses (0: never). A caller waits `wants_agent` for the agent whom he wants, and
    each `relax_skills` the skills that he needs may be one level less. More than `most_waiting` do not wait."""

    tiers: tuple[Tier, ...]
    wrap_up: timedelta = timedelta(seconds=10)
    rest: timedelta = timedelta(seconds=5)
    strategy: Strategy = Strategy.LONGEST_IDLE
    missed_rings: int = 3
    wants_agent: timedelta = timedelta(seconds=20)
    relax_skills: timedelta = timedelta(seconds=30)
    overflows: tuple[Overflow, ...] = ()
    most_waiting: int | None = None

    @property
    def agents(self) -> tuple[str, ...]:
        return tuple(agent for tier in self.tiers for agent in tier.agents)


@dataclass(frozen=True, slots=True)
class AgentCard:
    """What an agent can do: `skills` by level (1 to 3), and the groups whose callers he takes before those of his
    others, the first of them first."""

    skills: Mapping[str, int] = field(default_factory=dict)
    prefers: tuple[str, ...] = ()
