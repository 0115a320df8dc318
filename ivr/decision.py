"""What a flow decides should happen next with a call. Plain values: a test asserts on them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class EnterQueue:
    """Queue the caller to `group`; `reason` tells the agent why (asked, no_match, no_input, not_helped…).

    A higher `priority` (0 to 9) goes first; the agent needs all `skills` at their level (1 to 3); `agent` is whom the
    caller should rather get. Those below `level` of the group (1: the first) are not asked.
    """

    kind: ClassVar[str] = "enter_queue"
    group: str
    reason: str
    priority: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    agent: str | None = None
    level: int = 1


@dataclass(frozen=True, slots=True)
class Solved:
    """The caller confirmed that `article` helped."""

    kind: ClassVar[str] = "solved"
    article: str


@dataclass(frozen=True, slots=True)
class JoinOutage:
    """The caller is one of those whom a known outage concerns; he was told, and does not queue."""

    kind: ClassVar[str] = "join_outage"
    outage: int


@dataclass(frozen=True, slots=True)
class RequestCallback:
    """The caller wants to be called back at `number` by `group`; he has been told that we will.

    One who waited keeps his place: his `priority`, and `entered_at`, when he began to wait (aware UTC; None: now).
    """

    kind: ClassVar[str] = "request_callback"
    group: str
    number: str
    priority: int = 0
    entered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LeaveMessage:
    """Record a message for `group`; it becomes a ticket."""

    kind: ClassVar[str] = "leave_message"
    group: str


@dataclass(frozen=True, slots=True)
class BackToMenu:
    """The waiting caller goes back to the menu; if he comes to the same group again, he has his place again."""

    kind: ClassVar[str] = "back_to_menu"


@dataclass(frozen=True, slots=True)
class Disconnect:
    """End the call; everything was said. `reason` is what came of it: ticket, ticket_status, link, survey, goodbye."""

    kind: ClassVar[str] = "disconnect"
    reason: str


Decision = EnterQueue | Solved | JoinOutage | RequestCallback | LeaveMessage | BackToMenu | Disconnect


def details_of(decision: Decision) -> dict[str, Any]:
    """Its fields as JSON has them: as they stand in the log and in reports."""
    return {name: _as_json(value) for name, value in asdict(decision).items()}


def _as_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
