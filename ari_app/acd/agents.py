"""An agent and his state. Pure: every change is a function of what was and of the time it happened."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

MISSED = "missed"
"""The reason of a pause that nobody asked for: too many calls rang out at his telephone."""


SUPERVISING = "supervising"
"""The reason of a pause that lasts as long as somebody listens to the talk of another."""


class AgentState(StrEnum):
    """What an agent does, as far as calls are concerned."""

    READY = "ready"
    RINGING = "ringing"
    TALKING = "talking"
    HOLD = "hold"
    """He has a caller, who hears music."""
    WRAP_UP = "wrap_up"
    RESTING = "resting"
    """He did not answer: he is left alone for a moment, or one who declines would be rung without end."""


WITH_A_CALLER = frozenset({AgentState.TALKING, AgentState.HOLD})


@dataclass(frozen=True, slots=True)
class Agent:
    """`name` is that of his telephone; `since` when his state began, `until` when it ends by itself (aware UTC).

    Whether he has logged in, whether his telephone is there and whether he pauses stand beside the state: a call that
    he has goes on, and what follows it finds him gone or pausing. `missed` counts the calls in a row that rang out,
    `calls` those that he answered since he logged in. `call_id` and `group` are those of the caller whom he is offered,
    talks with or wraps up for. `is_silent`: when he talked last, nothing was heard from him; his headset may be dead.
    """

    name: str
    state: AgentState
    since: datetime
    until: datetime | None = None
    is_logged_in: bool = True
    is_reachable: bool = False
    pause: str | None = None
    missed: int = 0
    calls: int = 0
    call_id: str | None = None
    group: str | None = None
    is_silent: bool = False

    @property
    def is_there(self) -> bool:
        """At work, whatever he does at the moment."""
        return self.is_logged_in and self.is_reachable

    @property
    def takes_calls(self) -> bool:
        """At work and not pausing, whatever he does at the moment."""
        return self.is_there and self.pause is None

    @property
    def is_available(self) -> bool:
        return self.takes_calls and self.state is AgentState.READY

    def rings_for(self, call_id: str) -> bool:
        return self.state is AgentState.RINGING and self.call_id == call_id

    def turn(self, state: AgentState, at: datetime, until: datetime | None = None) -> "Agent":
        return replace(self, state=state, since=at, until=until)

    def free(self, at: datetime) -> "Agent":
        """Ready, and nobody's."""
        return replace(self.turn(AgentState.READY, at), call_id=None, group=None)
