"""Who is offered to whom: one group, longest waiting first, longest idle agent first.

Plain data, changed by pure functions that take the time; whoever rings telephones carries the offers out.
A caller is offered to one agent at a time, an agent is offered one caller at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ari_app.acd.agents import Agent, AgentState


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A waiting caller; a higher `priority` goes first. `tried` are the agents who did not answer him in this round,
    `offered_to` is the one whose telephone rings now."""

    call_id: str
    entered_at: datetime
    priority: int = 0
    tried: frozenset[str] = frozenset()
    offered_to: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A caller shown to one ready agent."""

    call_id: str
    agent: str


@dataclass(frozen=True, slots=True)
class GroupQueue:
    """A group's waiting callers and its agents; `wrap_up` is the peace after each call, `rest` that after each call
    which he did not answer."""

    wrap_up: timedelta
    rest: timedelta = timedelta(seconds=5)
    agents: Mapping[str, Agent] = field(default_factory=dict)
    entries: Mapping[str, QueueEntry] = field(default_factory=dict)

    @property
    def is_staffed(self) -> bool:
        return any(agent.is_logged_in for agent in self.agents.values())

    @property
    def free_agents(self) -> list[Agent]:
        """Those who neither ring, talk nor pause, whether they are there or not."""
        return [agent for agent in self.agents.values() if agent.state is AgentState.READY]

    @property
    def waiting(self) -> list[QueueEntry]:
        """Highest priority first, of equal ones the longest waiting."""
        return sorted(self.entries.values(), key=lambda entry: (-entry.priority, entry.entered_at, entry.call_id))

    def ready_agents(self) -> list[Agent]:
        """Longest idle first."""
        ready = [agent for agent in self.agents.values() if agent.is_available]
        return sorted(ready, key=lambda agent: (agent.since, agent.name))


def join(queue: GroupQueue, call_id: str, at: datetime, priority: int = 0) -> GroupQueue:
    """A caller begins to wait; one who is in the queue keeps his place."""
    if call_id in queue.entries:
        return queue
    return replace(queue, entries={**queue.entries, call_id: QueueEntry(call_id, at, priority)})


def leave(queue: GroupQueue, call_id: str, at: datetime) -> GroupQueue:
    """A caller is gone; an agent who was ringing for him is ready again."""
    entry = queue.entries.get(call_id)
    if entry is None:
        return queue
    rest = {name: other for name, other in queue.entries.items() if name != call_id}
    queue = replace(queue, entries=rest)
    return _set(queue, entry.offered_to, AgentState.READY, at, only=AgentState.RINGING)


def log_in(queue: GroupQueue, agent: str, at: datetime) -> GroupQueue:
    """An agent is there; one whose telephone still rings or talks is not free by that."""
    known = queue.agents.get(agent, Agent(agent, AgentState.READY, at, is_logged_in=False))
    if known.is_logged_in:
        return queue
    since = at if known.state is AgentState.READY else known.since
    return replace(queue, agents={**queue.agents, agent: replace(known, since=since, is_logged_in=True)})


def log_out(queue: GroupQueue, agent: str) -> GroupQueue:
    """No further call comes to him; a call he has goes on, and what follows it finds him gone."""
    known = queue.agents.get(agent)
    if known is None:
        return queue
    return replace(queue, agents={**queue.agents, agent: replace(known, is_logged_in=False)})


def remove(queue: GroupQueue, agent: str) -> GroupQueue:
    """An agent belongs to the group no longer; he must be free."""
    return replace(queue, agents={name: other for name, other in queue.agents.items() if name != agent})


def resume_talk(queue: GroupQueue, agent: str, at: datetime) -> GroupQueue:
    """An agent was found talking when we came (back)."""
    known = queue.agents.get(agent, Agent(agent, AgentState.TALKING, at))
    return replace(queue, agents={**queue.agents, agent: known.turn(AgentState.TALKING, at)})


def offer_next(queue: GroupQueue, at: datetime) -> tuple[GroupQueue, list[Offer]]:
    """All offers that can be made now."""
    offers: list[Offer] = []
    for entry in queue.waiting:
        if entry.offered_to is not None:
            continue
        agent, entry = _agent_for(queue, entry)
        if agent is None:
            continue
        offers.append(Offer(entry.call_id, agent.name))
        queue = _keep(queue, replace(entry, offered_to=agent.name))
        queue = _set(queue, agent.name, AgentState.RINGING, at)
    return queue, offers


def refuse(queue: GroupQueue, offer: Offer, at: datetime) -> GroupQueue:
    """The agent did not answer: the caller goes to the next one and keeps his place."""
    entry = queue.entries.get(offer.call_id)
    if entry is not None and entry.offered_to == offer.agent:
        queue = _keep(queue, replace(entry, offered_to=None, tried=entry.tried | {offer.agent}))
    return _set(queue, offer.agent, AgentState.RESTING, at, only=AgentState.RINGING)


def answer(queue: GroupQueue, offer: Offer, at: datetime) -> GroupQueue:
    """The agent answered: the caller leaves the queue."""
    rest = {name: entry for name, entry in queue.entries.items() if name != offer.call_id}
    return _set(replace(queue, entries=rest), offer.agent, AgentState.TALKING, at, only=AgentState.RINGING)


def hang_up(queue: GroupQueue, agent: str, at: datetime) -> GroupQueue:
    """The talk is over: the agent wraps up."""
    return _set(queue, agent, AgentState.WRAP_UP, at, only=AgentState.TALKING)


def end_pauses(queue: GroupQueue, at: datetime) -> GroupQueue:
    """Agents whose wrap-up or rest is over are ready."""
    for agent in queue.agents.values():
        end = _end_of_pause(queue, agent)
        if end is not None and at >= end:
            queue = _set(queue, agent.name, AgentState.READY, at)
    return queue


def next_change(queue: GroupQueue) -> datetime | None:
    """When the next wrap-up or rest ends."""
    ends = (_end_of_pause(queue, agent) for agent in queue.agents.values())
    return min((end for end in ends if end is not None), default=None)


def _end_of_pause(queue: GroupQueue, agent: Agent) -> datetime | None:
    match agent.state:
        case AgentState.WRAP_UP:
            return agent.since + queue.wrap_up
        case AgentState.RESTING:
            return agent.since + queue.rest
        case _:
            return None


def _agent_for(queue: GroupQueue, entry: QueueEntry) -> tuple[Agent | None, QueueEntry]:
    """The longest idle agent who was not tried yet; once all were, another round begins."""
    ready = queue.ready_agents()
    fresh = [agent for agent in ready if agent.name not in entry.tried]
    if not fresh and ready:
        fresh, entry = ready, replace(entry, tried=frozenset())
    return (fresh[0] if fresh else None), entry


def _keep(queue: GroupQueue, entry: QueueEntry) -> GroupQueue:
    return replace(queue, entries={**queue.entries, entry.call_id: entry})


def _set(
    queue: GroupQueue, name: str | None, state: AgentState, at: datetime, only: AgentState | None = None
) -> GroupQueue:
    """The agent in a new state; with `only`, just when he is in that one."""
    agent = queue.agents.get(name) if name is not None else None
    if agent is None or (only is not None and agent.state is not only):
        return queue
    return replace(queue, agents={**queue.agents, agent.name: agent.turn(state, at)})
