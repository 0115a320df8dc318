"""A waiting caller, and a caller shown to an agent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A waiting caller; a higher `priority` goes first.

    The agent needs each of `skills` at its level (1 to 3, less with time). `wants` is the agent whom the caller should
    rather get. `callback` is the number of the request where the caller does not hold the line. `tried` are the agents
    who did not answer him in this round, `offered_to` is the one whose telephone rings now. The levels of the group
    below `level` (1: the first) are not asked, unless nobody takes calls from there on.
    """

    call_id: str
    group: str
    entered_at: datetime
    priority: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    wants: str | None = None
    callback: int | None = None
    tried: frozenset[str] = frozenset()
    offered_to: str | None = None
    level: int = 1

    @property
    def place(self) -> tuple[int, datetime, str]:
        """Sorts callers into the order in which they are due."""
        return (-self.priority, self.entered_at, self.call_id)


@dataclass(frozen=True, slots=True)
class Offer:
    """A caller shown to one ready agent."""

    call_id: str
    agent: str
