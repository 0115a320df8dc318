"""What app_queue must know to take our place: its queues from the groups, its members from the floor. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from ari_app.acd.floor import Floor
from ari_app.pbx.queues import AppQueue
from dialplan.groups import Group


@dataclass(frozen=True, slots=True)
class Member:
    """An agent in a queue; `paused` is the reason why he gets no calls, `penalty` his level, counted from 0."""

    paused: str | None = None
    penalty: int = 0


Members = Mapping[str, Mapping[str, Member]]
"""By group, then by agent."""


def queues_of(groups: Mapping[str, Group]) -> tuple[AppQueue, ...]:
    return tuple(
        AppQueue(
            group=name,
            ring_s=group.ring_s,
            wrap_up_s=group.wrap_up_s,
            strategy="fewestcalls" if group.strategy == "fewest_calls" else "leastrecent",
            tiers_after_s=tuple(tier.after_s for tier in group.tiers),
        )
        for name, group in groups.items()
    )


def members_of(floor: Floor) -> dict[str, dict[str, Member]]:
    """Who would take calls if the controller were away from now on: all but those who have logged out.

    Whether a telephone is there, or in use, Asterisk knows better; a wrap-up or a rest would never end in app_queue.
    """
    members: dict[str, dict[str, Member]] = {group: {} for group in floor.rules}
    for group, rules in floor.rules.items():
        for penalty, tier in enumerate(rules.tiers):
            for name in tier.agents:
                agent = floor.agents.get(name)
                if agent is None:
                    members[group].setdefault(name, Member(None, penalty))
                elif agent.is_logged_in:
                    members[group].setdefault(name, Member(agent.pause, penalty))
    return members
