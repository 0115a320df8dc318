"""Groups for random days, and the rules of who may answer whom once more: as plainly as they are told to admins, and
without a look into ari_app/acd/routing.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from floors import group, seconds

from ari_app.acd.queue import QueueEntry
from ari_app.acd.rules import AgentCard, GroupRules, Overflow, Strategy, Tier

AGENTS = ("anna", "ben", "cleo", "dan", "eve")
CARDS = {
    "anna": AgentCard({"network": 1}),
    "ben": AgentCard({"network": 3, "printing": 1}, prefers=("repairs",)),
    "dan": AgentCard({"printing": 2}, prefers=("vip", "desk")),
}
DESK = group(
    "anna",
    "ben",
    tiers=(Tier(("cleo",), seconds(20)), Tier(("dan",), seconds(45))),
    relax_skills=seconds(15),
    missed_rings=2,
    overflows=(Overflow("repairs", waiting_per_agent=2), Overflow("vip", after=seconds(60))),
)
REPAIRS = group("ben", "eve", strategy=Strategy.FEWEST_CALLS, wrap_up=seconds(25), missed_rings=1)
VIP = group("dan", "anna", wants_agent=seconds(10), overflows=(Overflow("desk", when_nobody=True),), missed_rings=0)
PLANS: tuple[dict[str, GroupRules], ...] = (
    {"desk": DESK, "repairs": REPAIRS, "vip": VIP},
    {"desk": replace(DESK, tiers=(Tier(("cleo", "ben")),), overflows=()), "repairs": REPAIRS, "vip": VIP},
    {"desk": replace(DESK, wrap_up=seconds(2)), "vip": group("eve", "dan", rest=timedelta())},
)
SKILLS: tuple[dict[str, int], ...] = ({}, {}, {}, {"network": 2}, {"printing": 2}, {"network": 1, "printing": 1})


@dataclass(frozen=True)
class Moment:
    """`waiting` is how many wait for each group."""

    rules: Mapping[str, GroupRules]
    now: datetime
    takes_calls: Callable[[str], bool]
    waiting: Mapping[str, int]

    def may_take(self, entry: QueueEntry, name: str) -> bool:
        rules, waited = self.rules[entry.group], self.now - entry.entered_at
        skills = CARDS[name].skills if name in CARDS else {}
        if any(skills.get(skill, 0) < level - waited // rules.relax_skills for skill, level in entry.skills.items()):
            return False
        if self._wants_another(entry, name):
            return False
        for number, tier in enumerate(rules.tiers, start=1):
            if name in tier.agents:
                return self._is_open(entry, number)
        return any(self._helps_out(entry, name, overflow) for overflow in rules.overflows)

    def _wants_another(self, entry: QueueEntry, name: str) -> bool:
        if entry.wants is None or entry.wants == name or entry.wants in entry.tried:
            return False
        return self.takes_calls(entry.wants) and self.now - entry.entered_at < self.rules[entry.group].wants_agent

    def _is_open(self, entry: QueueEntry, number: int) -> bool:
        tiers = self.rules[entry.group].tiers
        if entry.level > 1 and self._anybody(tiers[entry.level - 1 :]) and number <= entry.level:
            return number == entry.level
        return self.now - entry.entered_at >= tiers[number - 1].after or not self._anybody(tiers[: number - 1])

    def _anybody(self, tiers: tuple[Tier, ...]) -> bool:
        return any(self.takes_calls(name) for tier in tiers for name in tier.agents)

    def _helps_out(self, entry: QueueEntry, name: str, overflow: Overflow) -> bool:
        if name not in self.rules[overflow.group].agents:
            return False
        waited = self.now - entry.entered_at
        at_work = sum(map(self.takes_calls, self.rules[entry.group].agents))
        return (
            (overflow.when_nobody and at_work == 0)
            or (overflow.after is not None and waited >= overflow.after)
            or (
                overflow.waiting_per_agent is not None
                and self.waiting[entry.group] > overflow.waiting_per_agent * at_work
            )
        )


def turn(entry: QueueEntry, name: str) -> tuple[int, int, datetime]:
    """The lower the sooner it is this caller's turn with the agent."""
    prefers = CARDS[name].prefers if name in CARDS else ()
    rank = prefers.index(entry.group) if entry.group in prefers else len(prefers)
    return (rank, -entry.priority, entry.entered_at)
