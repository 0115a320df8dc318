"""The floor as it is kept: what a controller that comes back goes on with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tickets.events import Json


@dataclass(frozen=True, slots=True)
class AgentRecord:
    """An agent as he was last; `since` and `until` are aware UTC, `state` is a word of `ari_app.acd.agents`."""

    name: str
    state: str
    since: datetime
    until: datetime | None = None
    is_logged_in: bool = True
    is_reachable: bool = False
    is_silent: bool = False
    pause: str | None = None
    missed: int = 0
    calls: int = 0
    call_id: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """Somebody who waits, since `entered_at` (aware UTC); `skills` by level, `level` that of the group which is asked
    first, `callback` the number of the request of one who does not hold the line."""

    call_id: str
    group: str
    entered_at: datetime
    priority: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    wants: str | None = None
    level: int = 1
    callback: int | None = None


@dataclass(frozen=True, slots=True)
class FloorEvent:
    """What is told of a change: a kind of `tickets.events`, and its data."""

    at: datetime
    kind: str
    data: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class FloorChange:
    """Agents and entries as they are now, the calls that do not wait any more, and what is told of it, in order."""

    agents: tuple[AgentRecord, ...] = ()
    entries: tuple[EntryRecord, ...] = ()
    left: tuple[str, ...] = ()
    events: tuple[FloorEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedFloor:
    """All agents who were ever heard of, and all who waited, in the order of their coming."""

    agents: tuple[AgentRecord, ...] = ()
    entries: tuple[EntryRecord, ...] = ()
