"""Between the floor and the rows in which it is kept; what is told of a change."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from ari_app.acd.agents import WITH_A_CALLER, Agent, AgentState
from ari_app.acd.floor import Floor
from ari_app.acd.queue import QueueEntry
from ari_app.acd.wait import HandlingTimes
from ari_app.distributor import Doer
from tickets.events import Event, Json, Kind
from tickets.floor import AgentRecord, EntryRecord, FloorChange, FloorEvent

_DONE_BY_SOMEBODY = frozenset({"logged_in", "logged_out", "paused", "ready", "wrapped_up", "rested"})
"""What may be an agent's or a supervisor's own doing; an offer that it makes possible is not."""


def record_of(agent: Agent) -> AgentRecord:
    return AgentRecord(
        name=agent.name,
        state=agent.state.value,
        since=agent.since,
        until=agent.until,
        is_logged_in=agent.is_logged_in,
        is_reachable=agent.is_reachable,
        is_silent=agent.is_silent,
        pause=agent.pause,
        missed=agent.missed,
        calls=agent.calls,
        call_id=agent.call_id,
        group=agent.group,
    )


def agent_of(record: AgentRecord) -> Agent:
    """As he was."""
    return Agent(
        name=record.name,
        state=AgentState(record.state),
        since=record.since,
        until=record.until,
        is_logged_in=record.is_logged_in,
        is_reachable=record.is_reachable,
        is_silent=record.is_silent,
        pause=record.pause,
        missed=record.missed,
        calls=record.calls,
        call_id=record.call_id,
        group=record.group,
    )


def entry_record_of(entry: QueueEntry) -> EntryRecord:
    return EntryRecord(
        call_id=entry.call_id,
        group=entry.group,
        entered_at=entry.entered_at,
        priority=entry.priority,
        skills=dict(entry.skills),
        wants=entry.wants,
        level=entry.level,
        callback=entry.callback,
    )


def entry_of(record: EntryRecord) -> QueueEntry:
    """As he waited; who was tried for him is forgotten: another round begins."""
    return QueueEntry(
        call_id=record.call_id,
        group=record.group,
        entered_at=record.entered_at,
        priority=record.priority,
        skills=dict(record.skills),
        wants=record.wants,
        level=record.level,
        callback=record.callback,
    )


def change_of(before: Floor, after: Floor, at: datetime, doer: Doer | None = None) -> FloorChange:
    """What has to be written when the floor changes at `at`, by `doer` where somebody did it."""
    entries = [entry for id, entry in after.entries.items() if _differs(before.entries.get(id), entry)]
    agents = [agent for name, agent in after.agents.items() if _has_changed(before.agents.get(name), agent)]
    return FloorChange(
        agents=tuple(map(record_of, agents)),
        entries=tuple(map(entry_record_of, entries)),
        left=tuple(id for id in before.entries if id not in after.entries),
        events=tuple(
            event
            for agent in agents
            for event in _events(before.agents.get(agent.name), agent, at, _by(doer, agent.name))
        ),
    )


def _by(doer: Doer | None, agent: str) -> str | None:
    return doer.by if doer is not None and doer.agent == agent else None


def _has_changed(old: Agent | None, new: Agent) -> bool:
    return old is not new and old != new


def _differs(old: QueueEntry | None, new: QueueEntry) -> bool:
    """Whether it is kept differently; whose telephone rings for it is not kept."""
    return old is not new and (old is None or entry_record_of(old) != entry_record_of(new))


def _events(old: Agent | None, new: Agent, at: datetime, by: str | None) -> Iterator[FloorEvent]:
    old = old or Agent(new.name, AgentState.READY, new.since)
    for why in _whys(old, new):
        told: dict[str, Json] = {
            "agent": new.name,
            "why": why,
            "state": new.state.value,
            "pause": new.pause,
            "is_logged_in": new.is_logged_in,
            "is_reachable": new.is_reachable,
            "call": new.call_id,
            "group": new.group,
            "by": by if why in _DONE_BY_SOMEBODY else None,
        }
        yield FloorEvent(at, Kind.AGENT_CHANGED, told)
    if new.is_silent and not old.is_silent:
        yield FloorEvent(at, Kind.AGENT_SILENT, {"agent": new.name, "call": new.call_id})


def _whys(old: Agent, new: Agent) -> Iterator[str]:
    """In a word each, what happened to the agent: a change may be several, as who is ready is rung at once."""
    if old.is_logged_in != new.is_logged_in:
        yield "logged_in" if new.is_logged_in else "logged_out"
    if old.is_reachable != new.is_reachable:
        yield "registered" if new.is_reachable else "unregistered"
    is_state_new = (old.state, old.call_id) != (new.state, new.call_id)
    if old.pause != new.pause and not (is_state_new and new.state is AgentState.RESTING):
        yield "paused" if new.pause is not None else "ready"
    if is_state_new:
        if new.state is AgentState.RINGING and old.state is not AgentState.READY:
            yield _why_ready(old)
        yield _why_in_state(old, new)
    if old.is_silent and not new.is_silent:
        yield "heard"


def _why_in_state(old: Agent, new: Agent) -> str:
    match new.state:
        case AgentState.RINGING:
            return "offered"
        case AgentState.TALKING:
            return {AgentState.RINGING: "answered", AgentState.HOLD: "unheld"}.get(old.state, "took_over")
        case AgentState.HOLD:
            return "held"
        case AgentState.WRAP_UP:
            return "hung_up"
        case AgentState.RESTING:
            return "missed" if new.missed > old.missed else "not_reached"
        case AgentState.READY:
            return _why_ready(old)


def _why_ready(old: Agent) -> str:
    return {AgentState.WRAP_UP: "wrapped_up", AgentState.RESTING: "rested"}.get(old.state, "released")


def handling_times_of(events: Iterable[Event]) -> HandlingTimes:
    """How long talks lasted, from what was told of the agents (`Kind.AGENT_CHANGED`, oldest first)."""
    times = HandlingTimes()
    began: dict[Json, tuple[datetime, str]] = {}
    for event in events:
        agent, group = event.data["agent"], event.data["group"]
        if event.data["why"] == "answered" and isinstance(group, str):
            began[agent] = event.at, group
        elif event.data["state"] not in WITH_A_CALLER and agent in began:
            answered_at, group = began.pop(agent)
            times = times.note(group, (event.at - answered_at).total_seconds())
    return times
