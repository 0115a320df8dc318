"""What people are shown of an agent: one word for all that he is, the same on the desk, by telephone and by command."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ari_app.acd.agents import Agent, AgentState


class ShownState(StrEnum):
    LOGGED_OUT = "logged_out"
    AWAY = "away"
    """His telephone is not registered."""
    PAUSED = "paused"
    READY = "ready"
    RINGING = "ringing"
    TALKING = "talking"
    HOLD = "hold"
    WRAP_UP = "wrap_up"
    RESTING = "resting"


_BUSY = frozenset({AgentState.RINGING, AgentState.TALKING, AgentState.HOLD})


@dataclass(frozen=True, slots=True)
class Shown:
    """`since` is when that began (None: nobody has heard of him yet), `until` when it ends by itself (aware UTC).

    `pause` is the reason of a pause, be it one that only begins after the call or the wrap-up that he is in."""

    state: ShownState
    since: datetime | None
    until: datetime | None = None
    pause: str | None = None

    def seconds_left(self, at: datetime) -> float | None:
        """Until it ends by itself; never negative."""
        return max(0.0, (self.until - at).total_seconds()) if self.until is not None else None


def shown(agent: Agent | None) -> Shown:
    """A caller whom he has comes first; then whether he is at work at all; then what he does there. None stands for an
    agent of whom only the groups know."""
    if agent is None:
        return Shown(ShownState.AWAY, None)
    if agent.state in _BUSY:
        return Shown(ShownState(agent.state), agent.since, agent.until, agent.pause)
    if not agent.is_logged_in:
        return Shown(ShownState.LOGGED_OUT, agent.since)
    if not agent.is_reachable:
        return Shown(ShownState.AWAY, agent.since, pause=agent.pause)
    if agent.state is AgentState.WRAP_UP:
        return Shown(ShownState.WRAP_UP, agent.since, agent.until, agent.pause)
    if agent.pause is not None:
        return Shown(ShownState.PAUSED, agent.since, pause=agent.pause)
    return Shown(ShownState(agent.state), agent.since, agent.until)
