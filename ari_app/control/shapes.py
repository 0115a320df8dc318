"""The floor as JSON: what the control socket, the REST API and the command line tell of it."""

from collections.abc import Callable
from datetime import datetime

from pydantic import BaseModel, Field

from ari_app.acd.agents import Agent
from ari_app.acd.floor import Floor
from ari_app.acd.queue import QueueEntry
from ari_app.acd.shown import ShownState, shown
from ari_app.control.switches import is_group_open
from dialplan.loader import Dialplan
from tickets.switches import GroupSwitch, Switches


class AgentShape(BaseModel):
    """`agent` is the name of his telephone, `name` what people call him; times are UTC."""

    agent: str
    name: str
    groups: list[str]
    state: ShownState
    since: datetime | None = Field(description="when that began; null: nobody has heard of him yet")
    until: datetime | None = Field(description="when it ends by itself")
    left_s: float | None = Field(description="seconds until then, when this was told")
    pause: str | None = Field(description="why he pauses, or will once the call or the wrap-up is over")
    calls: int = Field(description="answered since he logged in")
    missed: int = Field(description="rung out in a row")
    is_silent: bool = Field(description="nothing was heard from him when he talked last: his headset may be dead")
    call_id: str | None = Field(description="the caller whom he is offered, talks with or wraps up for")
    group: str | None = Field(description="for whom that caller called")


class CallerShape(BaseModel):
    """Somebody who waits; `callback` is the number of his request where he does not hold the line."""

    call_id: str
    group: str
    since: datetime
    wait_s: float
    priority: int
    skills: dict[str, int]
    wants: str | None
    callback: int | None
    offered_to: str | None


class GroupShape(BaseModel):
    """`agents` are all who belong to it; `is_staffed` is whether anybody is there for its callers; `is_open` whether it
    takes callers now, by what a supervisor has `switched`, else by its calendar."""

    group: str
    name: dict[str, str] = Field(description="by language")
    agents: list[str]
    is_staffed: bool
    is_open: bool
    switched: GroupSwitch | None
    waiting: int
    longest_wait_s: float | None


class AgentList(BaseModel):
    agents: list[AgentShape]


class FloorShape(BaseModel):
    """`callers` stand in the order in which they are due; `at` is when this was so."""

    at: datetime
    groups: list[GroupShape]
    agents: list[AgentShape]
    callers: list[CallerShape]


class ChangeShape(BaseModel):
    """What is different from before: agents and callers as they are now, and the calls of those who wait no more."""

    at: datetime
    agents: list[AgentShape]
    callers: list[CallerShape]
    left: list[str]


def floor_shape(floor: Floor, dialplan: Dialplan, at: datetime, switches: Switches) -> FloorShape:
    return FloorShape(
        at=at,
        groups=[_group(floor, name, dialplan, at, switches) for name in floor.rules],
        agents=agent_shapes(floor, dialplan, at),
        callers=[_caller(entry, at) for entry in floor.waiting()],
    )


def agent_shapes(
    floor: Floor, dialplan: Dialplan, at: datetime, which: Callable[[str], bool] = lambda name: True
) -> list[AgentShape]:
    """The agents of all groups, or `which` of them."""
    names = filter(which, floor.members)
    return [_agent(floor, name, floor.agents.get(name), dialplan, at) for name in names]


def change_shape(before: Floor, after: Floor, dialplan: Dialplan, at: datetime) -> ChangeShape | None:
    """None when nothing that is told of has changed. The groups must be the same."""
    agents = agent_shapes(after, dialplan, at, lambda name: before.agents.get(name) != after.agents.get(name))
    changed = (entry for call_id, entry in after.entries.items() if before.entries.get(call_id) != entry)
    callers = [_caller(entry, at) for entry in changed]
    left = [call_id for call_id in before.entries if call_id not in after.entries]
    return ChangeShape(at=at, agents=agents, callers=callers, left=left) if agents or callers or left else None


def _agent(floor: Floor, name: str, agent: Agent | None, dialplan: Dialplan, at: datetime) -> AgentShape:
    card, what = dialplan.agents.get(name), shown(agent)
    return AgentShape(
        agent=name,
        name=card.name if card is not None else name,
        groups=[group for group, rules in floor.rules.items() if name in rules.agents],
        state=what.state,
        since=what.since,
        until=what.until,
        left_s=what.seconds_left(at),
        pause=what.pause,
        calls=agent.calls if agent is not None else 0,
        missed=agent.missed if agent is not None else 0,
        is_silent=agent is not None and agent.is_silent,
        call_id=agent.call_id if agent is not None else None,
        group=agent.group if agent is not None else None,
    )


def _caller(entry: QueueEntry, at: datetime) -> CallerShape:
    return CallerShape(
        call_id=entry.call_id,
        group=entry.group,
        since=entry.entered_at,
        wait_s=_seconds(entry.entered_at, at),
        priority=entry.priority,
        skills=dict(entry.skills),
        wants=entry.wants,
        callback=entry.callback,
        offered_to=entry.offered_to,
    )


def _group(floor: Floor, name: str, dialplan: Dialplan, at: datetime, switches: Switches) -> GroupShape:
    known, waiting = dialplan.groups.get(name), floor.waiting(name)
    return GroupShape(
        group=name,
        name=dict(known.name) if known is not None else {},
        agents=list(floor.rules[name].agents),
        is_staffed=floor.is_staffed(name),
        is_open=is_group_open(switches, name, dialplan, at),
        switched=switches.group(name),
        waiting=len(waiting),
        longest_wait_s=max((_seconds(entry.entered_at, at) for entry in waiting), default=None),
    )


def _seconds(since: datetime, at: datetime) -> float:
    return max(0.0, round((at - since).total_seconds(), 1))
