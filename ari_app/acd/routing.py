"""Who is offered to whom, now, and when that may change by itself.

Callers are looked at in the order in which they are due. An agent may be offered a caller
- if he belongs to a tier that is open to the caller by now, or to a group that helps out,
- if he has the skills that the caller still insists on,
- if the caller does not wait for another agent,
- if nobody waits whose group he prefers.
Of those who may, the lowest tier goes first, then the better by the group's strategy.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from ari_app.acd.agents import Agent
from ari_app.acd.floor import Floor, offer
from ari_app.acd.queue import Offer, QueueEntry
from ari_app.acd.rules import GroupRules, Overflow, Strategy


def offer_next(floor: Floor, at: datetime) -> tuple[Floor, list[Offer]]:
    """All offers that can be made now."""
    offers: list[Offer] = []
    free = [agent for agent in floor.agents.values() if agent.is_available]
    while free:
        found = _next_offer(floor, free, at)
        if found is None:
            break
        entry, agent = found
        floor = offer(floor, entry, agent.name, at)
        offers.append(Offer(entry.call_id, agent.name))
        free.remove(agent)
    return floor, offers


def next_change(floor: Floor, at: datetime) -> datetime | None:
    """When something changes though nothing happens: a wrap-up or rest ends, another agent may be asked."""
    ends = [agent.until for agent in floor.agents.values() if agent.until is not None]
    ends += (moment for entry in floor.entries.values() if entry.offered_to is None for moment in _steps(floor, entry))
    return min((end for end in ends if end > at), default=None)


def may_take(floor: Floor, entry: QueueEntry, agent: Agent, at: datetime) -> bool:
    """Whether the caller may be answered by this agent by now."""
    return _tier(floor, entry, agent, at) is not None


def _next_offer(floor: Floor, free: list[Agent], at: datetime) -> tuple[QueueEntry, Agent] | None:
    """The first caller who can be offered, and to whom."""
    due = [entry for entry in floor.waiting() if entry.offered_to is None]
    for entry in due:
        able = [(tier, agent) for agent in free if (tier := _tier(floor, entry, agent, at)) is not None]
        able = [(tier, agent) for tier, agent in able if not _prefers_another(floor, entry, agent, due, at)]
        fresh = [(tier, agent) for tier, agent in able if agent.name not in entry.tried]
        if able and not fresh:  # all were tried: another round begins
            entry, fresh = replace(entry, tried=frozenset()), able
        if fresh:
            rules = floor.rules[entry.group]
            return entry, min(fresh, key=lambda found: _order(entry, rules, *found))[1]
    return None


def _order(entry: QueueEntry, rules: GroupRules, tier: int, agent: Agent) -> tuple[bool, int, int, datetime, str]:
    calls = agent.calls if rules.strategy is Strategy.FEWEST_CALLS else 0
    return (agent.name != entry.wants, tier, calls, agent.since, agent.name)


def _tier(floor: Floor, entry: QueueEntry, agent: Agent, at: datetime) -> int | None:
    """The place of the agent's tier for this caller, helpers after all tiers; None where he may not answer him."""
    waited = at - entry.entered_at
    if not _has_skills(floor, entry, agent, waited) or _waits_for_another(floor, entry, agent, waited):
        return None
    rules = floor.rules[entry.group]
    for place, tier in enumerate(rules.tiers):
        if agent.name in tier.agents:
            return place if waited >= tier.after or not _anybody_before(floor, rules, place) else None
    for place, overflow in enumerate(rules.overflows, len(rules.tiers)):
        helpers = floor.rules.get(overflow.group)
        if helpers is not None and agent.name in helpers.agents and _helps_out(floor, entry, overflow, waited):
            return place
    return None


def _anybody_before(floor: Floor, rules: GroupRules, place: int) -> bool:
    """Whether an agent of an earlier tier is at work and takes calls."""
    names = (name for tier in rules.tiers[:place] for name in tier.agents)
    known = (floor.agents.get(name) for name in names)
    return any(agent.is_there and agent.pause is None for agent in known if agent is not None)


def _helps_out(floor: Floor, entry: QueueEntry, overflow: Overflow, waited: timedelta) -> bool:
    there = len(floor.there(entry.group))
    if overflow.when_nobody and not there:
        return True
    if overflow.after is not None and waited >= overflow.after:
        return True
    most = overflow.waiting_per_agent
    return most is not None and len(floor.waiting(entry.group)) > most * there


def _has_skills(floor: Floor, entry: QueueEntry, agent: Agent, waited: timedelta) -> bool:
    """With every step of waiting each skill may be one level less."""
    if not entry.skills:
        return True
    step = floor.rules[entry.group].relax_skills
    less = int(waited / step) if step else 0
    card = floor.cards.get(agent.name)
    has = card.skills if card is not None else {}
    return all(has.get(skill, 0) >= level - less for skill, level in entry.skills.items())


def _waits_for_another(floor: Floor, entry: QueueEntry, agent: Agent, waited: timedelta) -> bool:
    if entry.wants is None or entry.wants == agent.name or entry.wants in entry.tried:
        return False
    wanted = floor.agents.get(entry.wants)
    is_coming = wanted is not None and wanted.is_there and wanted.pause is None
    return is_coming and waited < floor.rules[entry.group].wants_agent


def _prefers_another(floor: Floor, entry: QueueEntry, agent: Agent, due: list[QueueEntry], at: datetime) -> bool:
    """Whether somebody waits for him whose group he takes first."""
    card = floor.cards.get(agent.name)
    if card is None or not card.prefers:
        return False
    ranks = {group: rank for rank, group in enumerate(card.prefers)}
    mine = ranks.get(entry.group, len(ranks))
    better = (other for other in due if ranks.get(other.group, len(ranks)) < mine)
    return any(may_take(floor, other, agent, at) for other in better)


def _steps(floor: Floor, entry: QueueEntry) -> Iterator[datetime]:
    """The moments at which more agents may be asked for this caller."""
    rules = floor.rules[entry.group]
    waits = [tier.after for tier in rules.tiers]
    waits += (overflow.after for overflow in rules.overflows if overflow.after is not None)
    if entry.wants is not None:
        waits.append(rules.wants_agent)
    waits += (rules.relax_skills * step for step in range(1, max(entry.skills.values(), default=0) + 1))
    yield from (entry.entered_at + wait for wait in waits)
