"""What supervisors switch by hand: groups open or closed against their calendars, announcements on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

GroupSwitch = Literal["open", "closed"]


@dataclass(frozen=True, slots=True)
class Switched:
    """Who did it, and when (aware UTC). `to` is what a group was switched to, or `on` of an announcement."""

    to: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Switches:
    """Groups and announcements that are switched now, by name. What is not in it goes by its calendar, or is off."""

    groups: Mapping[str, Switched] = field(default_factory=dict)
    announcements: Mapping[str, Switched] = field(default_factory=dict)

    def group(self, name: str) -> GroupSwitch | None:
        """None: it goes by its calendar."""
        switched = self.groups.get(name)
        if switched is None:
            return None
        return "open" if switched.to == "open" else "closed"
