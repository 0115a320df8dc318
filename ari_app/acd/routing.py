"""Who is offered to whom, now, and when that may change by itself.

Callers are looked at in the order in which they are due. An agent may be offered a caller
- if he belongs to a tier that is open to the caller by now, or to a group that helps out,
- if he has the skills that the caller still insists on,
- if the caller does not wait for another agent,
- if nobody waits whose group he prefers.
Of those who may, the lowest tier goes first, then the better by the group's strategy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ari_app.acd.floor import Floor, offer
from ari_app.acd.queue import Offer, QueueEntry
from ari_app.acd.rules import GroupRules, Overflow, Strategy

_AT_ONCE = timedelta()

Due = Mapping[str, Sequence[QueueEntry]]
"""By group, those who wait and whom no telephone rings for, in the order in which they are due."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a group's callers come to an agent: once they have waited `after`; the lowest `place` goes first, that of his
    tier, or after all tiers that of the group that helps out."""

    place: int
    after: timedelta


Crews = Mapping[str, Mapping[str, Way]]
"""By group, the free agents who answer its callers, by name."""


def offer_next(floor: Floor, at: datetime) -> tuple[Floor, list[Offer]]:
    """All offers that can be made now."""
    offers: list[Offer] = []
    free = {agent.name for agent in floor.agents.values() if agent.is_available}
    due = _due(floor) if free else {}
    crews = {group: {name: way for name, way in crew(floor, group).items() if name in free} for group in due}
    while (found := _next_offer(floor, due, crews, at)) is not None:
        entry, name = found
        floor = offer(floor, entry, name, at)
        offers.append(Offer(entry.call_id, name))
        due[entry.group] = [other for other in due[entry.group] if other.call_id != entry.call_id]
        for group in crews.values():
            group.pop(name, None)
    return floor, offers


def next_change(floor: Floor, at: datetime) -> datetime | None:
    """When something changes though nothing happens: a wrap-up or rest ends, another agent may be asked."""
    ends = [agent.until for agent in floor.agents.values() if agent.until is not None]
    of_groups = {group: _waits(rules) for group, rules in floor.rules.items()}
    for entry in floor.entries.values():
        if entry.offered_to is None and entry.group in of_groups:
            waits = of_groups[entry.group] | _own_waits(floor.rules[entry.group], entry)
            waited = at - entry.entered_at
            ends += [entry.entered_at + wait for wait in waits if wait > waited]
    return min((end for end in ends if end > at), default=None)


def crew(floor: Floor, group: str) -> dict[str, Way]:
    """Who may answer callers of the group, as things are: the agents of its tiers, and those who help out."""
    rules = floor.rules[group]
    found: dict[str, Way] = {}
    is_covered = False
    for place, tier in enumerate(rules.tiers):
        known = [floor.agents[name] for name in tier.agents if name in floor.agents]
        way = Way(place, tier.after if is_covered else _AT_ONCE)
        found = dict.fromkeys((agent.name for agent in known), way) | found
        is_covered = is_covered or any(agent.takes_calls for agent in known)
    helps = (
        (place, one, _helps_after(floor, group, one)) for place, one in enumerate(rules.overflows, len(rules.tiers))
    )
    ways = sorted((after, place, one.group) for place, one, after in helps if after is not None)
    for after, place, helper in ways:
        names = floor.rules[helper].agents if helper in floor.rules else ()
        found = dict.fromkeys((name for name in names if name in floor.agents), Way(place, after)) | found
    return found


def opens_after(floor: Floor, entry: QueueEntry, name: str, way: Way) -> timedelta | None:
    """How long the caller waits, from when he came, until this agent may answer him; None: as things are, never."""
    level = way.place + 1
    if level < entry.level and _anybody_from(floor, entry):
        return None
    after = way.after if level != entry.level else _AT_ONCE
    if entry.skills:
        after = max(after, floor.rules[entry.group].relax_skills * _lacks(floor, entry, name))
    if entry.wants is not None and entry.wants != name and _is_coming(floor, entry):
        after = max(after, floor.rules[entry.group].wants_agent)
    return after


def _due(floor: Floor) -> dict[str, list[QueueEntry]]:
    due: dict[str, list[QueueEntry]] = {}
    for entry in floor.waiting():
        if entry.offered_to is None and entry.group in floor.rules:
            due.setdefault(entry.group, []).append(entry)
    return due


def _next_offer(floor: Floor, due: Due, crews: Crews, at: datetime) -> tuple[QueueEntry, str] | None:
    """The first caller who can be offered, and to whom."""
    firsts = (_first_offer(floor, group, due, crews, at) for group in due if crews[group])
    return min((found for found in firsts if found is not None), key=lambda found: found[0].place, default=None)


def _first_offer(floor: Floor, group: str, due: Due, crews: Crews, at: datetime) -> tuple[QueueEntry, str] | None:
    willing = [name for name in crews[group] if not _prefers_another(floor, group, name, due, crews, at)]
    for entry in due[group] if willing else ():
        able = [name for name in willing if _may_take(floor, entry, name, crews, at)]
        fresh = [name for name in able if name not in entry.tried]
        if able and not fresh:  # all were tried: another round begins
            entry, fresh = replace(entry, tried=frozenset()), able
        if fresh:
            return entry, min(fresh, key=lambda name: _order(floor, entry, name, crews[group][name]))
    return None


def _may_take(floor: Floor, entry: QueueEntry, name: str, crews: Crews, at: datetime) -> bool:
    waited = max(at - entry.entered_at, _AT_ONCE)  # a clock that was set back keeps nobody waiting
    after = opens_after(floor, entry, name, crews[entry.group][name])
    return after is not None and after <= waited


def _order(floor: Floor, entry: QueueEntry, name: str, way: Way) -> tuple[bool, int, int, datetime, str]:
    agent = floor.agents[name]
    calls = agent.calls if floor.rules[entry.group].strategy is Strategy.FEWEST_CALLS else 0
    return (name != entry.wants, way.place, calls, agent.since, name)


def _prefers_another(floor: Floor, group: str, name: str, due: Due, crews: Crews, at: datetime) -> bool:
    """Whether somebody waits for him whose group he takes before this one."""
    card = floor.cards.get(name)
    prefers = card.prefers if card is not None else ()
    better = prefers[: prefers.index(group)] if group in prefers else prefers
    return any(
        _may_take(floor, other, name, crews, at) for one in better if name in crews.get(one, ()) for other in due[one]
    )


def _helps_after(floor: Floor, group: str, overflow: Overflow) -> timedelta | None:
    """How long a caller waits until the helpers may answer him, as things are; None: they do not help out."""
    at_work = sum(agent.takes_calls for agent in floor.there(group))
    if overflow.when_nobody and not at_work:
        return _AT_ONCE
    most = overflow.waiting_per_agent
    if most is not None and floor.count_waiting(group) > most * at_work:
        return _AT_ONCE
    return overflow.after


def _lacks(floor: Floor, entry: QueueEntry, name: str) -> int:
    """How many levels the agent is short of what the caller needs: with every step of waiting it may be one less."""
    card = floor.cards.get(name)
    has = card.skills if card is not None else {}
    return max(0, *(level - has.get(skill, 0) for skill, level in entry.skills.items()))


def _is_coming(floor: Floor, entry: QueueEntry) -> bool:
    """Whether the agent whom the caller wants takes calls, and was not asked in vain."""
    wanted = floor.agents.get(entry.wants or "")
    return wanted is not None and wanted.takes_calls and wanted.name not in entry.tried


def _anybody_from(floor: Floor, entry: QueueEntry) -> bool:
    """Whether an agent takes calls on the level of the group that the caller needs, or on a later one."""
    names = (name for tier in floor.rules[entry.group].tiers[entry.level - 1 :] for name in tier.agents)
    return any(floor.agents[name].takes_calls for name in names if name in floor.agents)


def _waits(rules: GroupRules) -> set[timedelta]:
    """The waits after which more agents may be asked for callers of the group."""
    helps = {overflow.after for overflow in rules.overflows if overflow.after is not None}
    return helps | {tier.after for tier in rules.tiers}


def _own_waits(rules: GroupRules, entry: QueueEntry) -> set[timedelta]:
    """Those after which more may be asked for this caller than for others."""
    if not entry.skills and entry.wants is None:
        return set()
    steps = range(1, max(entry.skills.values(), default=0) + 1)
    wanted = {rules.wants_agent} if entry.wants is not None else set()
    return wanted | {rules.relax_skills * step for step in steps}
