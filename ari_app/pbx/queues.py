"""The queues of app_queue: one for each group, where callers wait while the controller is away.

Who is a member, and who pauses, the controller keeps in step (`ari_app/fallback/app_queue.py`) and Asterisk remembers.
In the queue of last resort are all agents' telephones, always: it is for the case that a group's own has nobody.
"""

from dataclasses import dataclass
from typing import Literal

LAST_RESORT = "everybody"

# A group may be called `general` or `everybody`, a queue may not.
_OF_GROUP = "group-"
_INTERFACE = ("Local/", "@agents")


@dataclass(frozen=True, slots=True)
class AppQueue:
    """The queue of `group`: a telephone rings `ring_s`, and is left alone for `wrap_up_s` after a call. Members of
    penalty 1, 2 … are rung like the others once a caller has waited `tiers_after_s`."""

    group: str
    ring_s: int = 15
    wrap_up_s: int = 10
    strategy: Literal["leastrecent", "fewestcalls"] = "leastrecent"
    tiers_after_s: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        return queue_of(self.group)


def interface_of(agent: str) -> str:
    """The member that rings all telephones of the agent (extensions.conf)."""
    return f"{_INTERFACE[0]}{agent}{_INTERFACE[1]}"


def agent_of_interface(interface: str) -> str | None:
    """None for a member that is no agent's."""
    before, after = _INTERFACE
    is_agents = interface.startswith(before) and interface.endswith(after)
    return interface.removeprefix(before).removesuffix(after) if is_agents else None


def state_of(agent: str) -> str:
    """What tells app_queue whether he is there, and whether he is free."""
    return f"hint:{agent}@agents"


def queue_of(group: str) -> str:
    return _OF_GROUP + group


def group_of(queue: str) -> str | None:
    """None for a queue that is no group's."""
    return queue.removeprefix(_OF_GROUP) if queue.startswith(_OF_GROUP) else None
