"""The floor: all groups, their agents and their waiting callers; and whatever may happen to one of them.

Plain data, changed by pure functions that take the time (aware UTC). Who is offered to whom is `routing.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ari_app.acd.agents import MISSED, WITH_A_CALLER, Agent, AgentState
from ari_app.acd.queue import Offer, QueueEntry
from ari_app.acd.rules import AgentCard, GroupRules


@dataclass(frozen=True, slots=True)
class Floor:
    """Groups and cards by name, agents by name (those who were ever heard of), entries by call."""

    rules: Mapping[str, GroupRules]
    cards: Mapping[str, AgentCard] = field(default_factory=dict)
    agents: Mapping[str, Agent] = field(default_factory=dict)
    entries: Mapping[str, QueueEntry] = field(default_factory=dict)

    @property
    def members(self) -> tuple[str, ...]:
        """All agents of all groups, whether they are there or not."""
        return tuple(dict.fromkeys(agent for rules in self.rules.values() for agent in rules.agents))

    def waiting(self, group: str | None = None) -> list[QueueEntry]:
        """Who waits (for `group`), in the order in which they are due."""
        entries = (entry for entry in self.entries.values() if group in (None, entry.group))
        return sorted(entries, key=lambda entry: entry.place)

    def count_waiting(self, group: str) -> int:
        return sum(entry.group == group for entry in self.entries.values())

    def there(self, group: str) -> list[Agent]:
        """The agents of the group who are at work."""
        known = (self.agents.get(name) for name in self.rules[group].agents)
        return [agent for agent in known if agent is not None and agent.is_there]

    def is_staffed(self, group: str) -> bool:
        """Whether somebody is there for the group's callers, be it one of another group who helps out."""
        if group not in self.rules:
            return False
        helpers = (overflow.group for overflow in self.rules[group].overflows if overflow.group in self.rules)
        return any(self.there(name) for name in (group, *helpers))

    def is_full(self, group: str) -> bool:
        """Whether as many hold the line for the group as may; who is called back holds none."""
        most = self.rules[group].most_waiting
        holding = sum(entry.group == group and entry.callback is None for entry in self.entries.values())
        return most is not None and holding >= most


def join(floor: Floor, entry: QueueEntry) -> Floor:
    """A caller begins to wait; one who waits already keeps his place."""
    return floor if entry.call_id in floor.entries else keep(floor, entry)


def leave(floor: Floor, call_id: str, at: datetime) -> Floor:
    """A caller is gone; an agent who was ringing for him is ready again."""
    entry = floor.entries.get(call_id)
    if entry is None:
        return floor
    floor = _without(floor, call_id)
    ringing = floor.agents.get(entry.offered_to or "")
    return _put(floor, ringing.free(at)) if ringing is not None and ringing.rings_for(call_id) else floor


def log_in(floor: Floor, name: str, at: datetime) -> Floor:
    """An agent comes to work; who is there already is not changed."""
    agent = _known(floor, name, at)
    if agent.is_logged_in:
        return _put(floor, agent)
    return _put(floor, replace(_begin(agent, at), is_logged_in=True, pause=None, missed=0, calls=0))


def log_out(floor: Floor, name: str, at: datetime) -> Floor:
    """No further call comes to him; a call he has goes on, and what follows it finds him gone."""
    agent = _known(floor, name, at)
    return _put(floor, replace(_begin(agent, at), is_logged_in=False, pause=None)) if agent.is_logged_in else floor


def reach(floor: Floor, name: str, at: datetime) -> Floor:
    """His telephone is there."""
    agent = _known(floor, name, at)
    return floor if agent.is_reachable else _put(floor, replace(_begin(agent, at), is_reachable=True))


def lose(floor: Floor, name: str, at: datetime) -> Floor:
    """His telephone is gone, with whatever it had on: that ends by itself."""
    agent = _known(floor, name, at)
    return _put(floor, replace(_begin(agent, at), is_reachable=False)) if agent.is_reachable else _put(floor, agent)


def pause(floor: Floor, name: str, reason: str, at: datetime) -> Floor:
    """No further call until he is ready; what he is at he brings to its end, and the wrap-up too."""
    agent = _known(floor, name, at)
    since = at if agent.state is AgentState.READY else agent.since
    return _put(floor, replace(agent, pause=reason, since=since))


def end_pause(floor: Floor, name: str, at: datetime) -> Floor:
    """The pause is over, and nothing else."""
    return _put(floor, replace(_begin(_known(floor, name, at), at), pause=None))


def get_ready(floor: Floor, name: str, at: datetime) -> Floor:
    """He takes calls again: the pause ends, and his own word ends the wrap-up and the rest."""
    agent = replace(_known(floor, name, at), pause=None, missed=0)
    return _put(floor, agent.free(at) if agent.state in (AgentState.WRAP_UP, AgentState.RESTING) else _begin(agent, at))


def offer(floor: Floor, entry: QueueEntry, name: str, at: datetime) -> Floor:
    """The agent's telephone rings for the caller."""
    floor = keep(floor, replace(entry, offered_to=name))
    ringing = floor.agents[name].turn(AgentState.RINGING, at)
    return _put(floor, replace(ringing, call_id=entry.call_id, group=entry.group))


def ring(floor: Floor, name: str, call_id: str, group: str, at: datetime) -> Floor:
    """A colleague rings him about a caller who waits in no queue; who is not available is left in peace."""
    agent = floor.agents.get(name)
    if agent is None or not agent.is_available:
        return floor
    return _put(floor, replace(agent.turn(AgentState.RINGING, at), call_id=call_id, group=group))


def refuse(floor: Floor, offer: Offer, at: datetime, is_missed: bool = True) -> Floor:
    """The agent did not answer: the caller goes to the next one and keeps his place. A ring that he could not hear out
    (`is_missed` is false, or his telephone is gone) is not held against him. What is told too late, of a telephone that
    does not ring for this caller any more, changes nothing."""
    agent = floor.agents.get(offer.agent)
    if agent is None or not agent.rings_for(offer.call_id):
        return floor
    entry = floor.entries.get(offer.call_id)
    if entry is not None:
        floor = keep(floor, replace(entry, offered_to=None, tried=entry.tried | {offer.agent}))
    rules = floor.rules.get(agent.group or "")
    if rules is None:
        return _put(floor, agent.free(at))
    is_missed = is_missed and agent.is_reachable
    missed = agent.missed + is_missed
    has_missed_too_many = is_missed and 0 < rules.missed_rings <= missed
    resting = replace(agent.turn(AgentState.RESTING, at, at + rules.rest), call_id=None, group=None, missed=missed)
    return _put(floor, replace(resting, pause=agent.pause or (MISSED if has_missed_too_many else None)))


def stop_ringing(floor: Floor, name: str, at: datetime) -> Floor:
    """His telephone rings no more, which is not his doing: he is ready again."""
    agent = floor.agents.get(name)
    return _put(floor, agent.free(at)) if agent is not None and agent.state is AgentState.RINGING else floor


def answer(floor: Floor, offer: Offer, at: datetime) -> Floor:
    """The agent whose telephone rings for the caller answered: the caller leaves the queue."""
    agent = floor.agents.get(offer.agent)
    if agent is None or not agent.rings_for(offer.call_id):
        return floor
    floor = _without(floor, offer.call_id)
    return _put(floor, replace(agent.turn(AgentState.TALKING, at), missed=0, calls=agent.calls + 1))


def hold(floor: Floor, name: str, at: datetime) -> Floor:
    return _turn(floor, name, AgentState.TALKING, AgentState.HOLD, at)


def unhold(floor: Floor, name: str, at: datetime) -> Floor:
    return _turn(floor, name, AgentState.HOLD, AgentState.TALKING, at)


def hang_up(floor: Floor, name: str, at: datetime) -> Floor:
    """The talk is over: the agent wraps up, for as long as the caller's group says."""
    agent = floor.agents.get(name)
    if agent is None or agent.state not in WITH_A_CALLER:
        return floor
    rules = floor.rules.get(agent.group or "")
    if rules is None:
        return _put(floor, agent.free(at))
    return _put(floor, agent.turn(AgentState.WRAP_UP, at, at + rules.wrap_up))


def resume_talk(floor: Floor, name: str, call_id: str, group: str, at: datetime) -> Floor:
    """An agent was found talking when we came (back), or took a caller over from another agent: that caller waits no
    longer, and one for whom the agent's telephone rang is due again."""
    agent = _known(floor, name, at)
    if agent.state in WITH_A_CALLER and agent.call_id == call_id:
        return floor
    floor = leave(floor, call_id, at)
    other = floor.entries.get(agent.call_id or "")
    if other is not None and other.offered_to == name:
        floor = keep(floor, replace(other, offered_to=None))
    return _put(floor, replace(agent.turn(AgentState.TALKING, at), call_id=call_id, group=group))


def miss_sound(floor: Floor, name: str) -> Floor:
    """Nothing is heard from an agent who talks. He is told of, and goes on."""
    agent = floor.agents.get(name)
    if agent is None or agent.state is not AgentState.TALKING:
        return floor
    return _put(floor, replace(agent, is_silent=True))


def hear(floor: Floor, name: str) -> Floor:
    """He is heard (again)."""
    agent = floor.agents.get(name)
    return _put(floor, replace(agent, is_silent=False)) if agent is not None and agent.is_silent else floor


def end_pauses(floor: Floor, at: datetime) -> Floor:
    """Agents whose wrap-up or rest is over are ready."""
    for agent in floor.agents.values():
        if agent.until is not None and at >= agent.until:
            floor = _put(floor, agent.free(agent.until))
    return floor


def regroup(floor: Floor, rules: Mapping[str, GroupRules], cards: Mapping[str, AgentCard]) -> Floor:
    """The groups were edited. Whoever waits goes on waiting; a group that is gone keeps its callers, and those of its
    agents whom no other group got: calls that still know it may come to it."""
    taken = {agent for group in rules.values() for agent in group.agents}
    left = {name: _only_others(old, taken) for name, old in floor.rules.items() if name not in rules}
    return replace(floor, rules={**left, **rules}, cards=dict(cards))


def keep(floor: Floor, entry: QueueEntry) -> Floor:
    return replace(floor, entries={**floor.entries, entry.call_id: entry})


def _only_others(rules: GroupRules, taken: set[str]) -> GroupRules:
    tiers = (replace(tier, agents=tuple(name for name in tier.agents if name not in taken)) for tier in rules.tiers)
    return replace(rules, tiers=tuple(tiers))


def _without(floor: Floor, call_id: str) -> Floor:
    return replace(floor, entries={id: entry for id, entry in floor.entries.items() if id != call_id})


def _known(floor: Floor, name: str, at: datetime) -> Agent:
    return floor.agents.get(name) or Agent(name, AgentState.READY, at)


def _begin(agent: Agent, at: datetime) -> Agent:
    """Idle from now on, if he is idle."""
    return replace(agent, since=at) if agent.state is AgentState.READY else agent


def _turn(floor: Floor, name: str, only: AgentState, state: AgentState, at: datetime) -> Floor:
    agent = floor.agents.get(name)
    return _put(floor, agent.turn(state, at)) if agent is not None and agent.state is only else floor


def _put(floor: Floor, agent: Agent) -> Floor:
    return replace(floor, agents={**floor.agents, agent.name: agent})
