"""The floor as the controller last told it, kept by applying what it tells (`ari_app/control/feed.py`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ari_app.acd.shown import ShownState
from ari_app.control.shapes import AgentShape, CallerShape, ChangeShape, FloorShape, GroupShape

ABSENT = frozenset({ShownState.LOGGED_OUT, ShownState.AWAY})
"""The states of those who are not at work."""


@dataclass(slots=True)
class LiveFloor:
    """Groups in the order of the dialplan, agents and callers by their names. Nothing is known before the first
    telling; `away_since` is since when the controller has told nothing (aware UTC; None: it tells)."""

    groups: dict[str, GroupShape] = field(default_factory=dict)
    agents: dict[str, AgentShape] = field(default_factory=dict)
    callers: dict[str, CallerShape] = field(default_factory=dict)
    away_since: datetime | None = None

    def take(self, told: Mapping[str, Any]) -> frozenset[str]:
        """The agents of whom something new is told."""
        self.away_since = None
        if "floor" in told:
            return self._begin(FloorShape.model_validate(told["floor"]))
        change = ChangeShape.model_validate(told["changed"])
        self.agents |= {agent.agent: agent for agent in change.agents}
        self.callers |= {caller.call_id: caller for caller in change.callers}
        for call_id in change.left:
            self.callers.pop(call_id, None)
        return frozenset(agent.agent for agent in change.agents)

    def lose(self, at: datetime) -> bool:
        """The controller is away; False when that is known already."""
        if self.away_since is not None:
            return False
        self.away_since = at
        return True

    def waiting(self, group: str) -> list[CallerShape]:
        """Who waits for the group, in the order in which they are due."""
        callers = (caller for caller in self.callers.values() if caller.group == group)
        return sorted(callers, key=lambda caller: (-caller.priority, caller.since, caller.call_id))

    def members(self, group: str) -> list[AgentShape]:
        return [self.agents[name] for name in self.groups[group].agents if name in self.agents]

    def is_staffed(self, group: str) -> bool:
        """Whether one of its own agents is at work."""
        return any(agent.state not in ABSENT for agent in self.members(group))

    def _begin(self, floor: FloorShape) -> frozenset[str]:
        known = self.agents
        self.groups = {group.group: group for group in floor.groups}
        self.agents = {agent.agent: agent for agent in floor.agents}
        self.callers = {caller.call_id: caller for caller in floor.callers}
        return frozenset(name for name, agent in self.agents.items() if known.get(name) != agent)
