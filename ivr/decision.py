"""What a flow decides should happen next with a call. Plain values: a test asserts on them."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class EnterQueue:
    """Queue the caller to `group`; `reason` tells the agent why (asked, no_match, no_input, not_helped…)."""

    kind: ClassVar[str] = "enter_queue"
    group: str
    reason: str


@dataclass(frozen=True, slots=True)
class Solved:
    """The caller confirmed that `article` helped."""

    kind: ClassVar[str] = "solved"
    article: str


@dataclass(frozen=True, slots=True)
class LeaveMessage:
    """Record a message for `group`; it becomes a ticket."""

    kind: ClassVar[str] = "leave_message"
    group: str


@dataclass(frozen=True, slots=True)
class Disconnect:
    """End the call; everything was said."""

    kind: ClassVar[str] = "disconnect"
    reason: str


Decision = EnterQueue | Solved | LeaveMessage | Disconnect
