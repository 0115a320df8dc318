"""An agent and his state. Pure: every change is a function of what was and of the time it happened."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class AgentState(StrEnum):
    LOGGED_OUT = "logged_out"
    READY = "ready"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"


@dataclass(frozen=True, slots=True)
class Agent:
    """`name` is that of his telephone; `since` when his state began (aware UTC)."""

    name: str
    state: AgentState
    since: datetime

    @property
    def is_logged_in(self) -> bool:
        return self.state is not AgentState.LOGGED_OUT

    def turn(self, state: AgentState, at: datetime) -> "Agent":
        return replace(self, state=state, since=at)
