"""An agent and his state. Pure: every change is a function of what was and of the time it happened."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class AgentState(StrEnum):
    """What an agent's telephone does."""

    READY = "ready"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    RESTING = "resting"
    """He did not answer: he is left alone for a moment, or one who declines would be rung without end."""


@dataclass(frozen=True, slots=True)
class Agent:
    """`name` is that of his telephone; `since` when his state began (aware UTC).

    Whether he is logged in stands beside the state: a call that he has goes on when his telephone is away for a moment.
    """

    name: str
    state: AgentState
    since: datetime
    is_logged_in: bool = True

    @property
    def is_available(self) -> bool:
        return self.is_logged_in and self.state is AgentState.READY

    def turn(self, state: AgentState, at: datetime) -> "Agent":
        return replace(self, state=state, since=at)
