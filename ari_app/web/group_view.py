"""A group as the monitor, the wallboard and the desks show it: pure, from the floor and the figures of today."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ari_app.acd.shown import ShownState
from ari_app.alarms.measuring import measure
from ari_app.control.shapes import AgentShape, CallerShape
from ari_app.control.switches import is_group_open
from ari_app.web.callers import CallerCard
from ari_app.web.live_floor import ABSENT, LiveFloor
from ari_app.web.today import Today
from dialplan.loader import Dialplan
from dialplan.monitor import Level, Measure, MonitorFile
from tickets.metrics.queue_figures import QueueFigures
from tickets.metrics.visits import Visit
from tickets.switches import Switched

_IN_CALLS = frozenset({ShownState.RINGING, ShownState.TALKING, ShownState.HOLD})
_PAUSED = frozenset({ShownState.PAUSED, ShownState.WRAP_UP, ShownState.RESTING})
_ORDER = tuple(ShownState(state) for state in ("ringing", "talking", "hold", "wrap_up", "ready", "resting", "paused"))


@dataclass(frozen=True, slots=True)
class WaitingCaller:
    """`why` is what he queued for; `offered_to` whose telephone rings for him."""

    caller: CallerShape
    card: CallerCard | None
    why: str | None
    offered_to: AgentShape | None


@dataclass(frozen=True, slots=True)
class AgentView:
    """`card` is the caller whom he has to do with, `replaced_at` when his calls went over to another telephone."""

    agent: AgentShape
    card: CallerCard | None
    replaced_at: datetime | None


@dataclass(frozen=True, slots=True)
class GroupView:
    """`name` is by language; `is_open` by its calendar, or by the word of a supervisor, who is `switched` then;
    `levels` says how serious each figure is. Of the longest wait it tells since when: the page counts."""

    group: str
    name: Mapping[str, str]
    waiting: tuple[WaitingCaller, ...]
    agents: tuple[AgentView, ...]
    is_staffed: bool
    is_open: bool
    today: QueueFigures
    lately: QueueFigures
    switched: Switched | None = None
    levels: Mapping[Measure, Level] = field(default_factory=dict)

    def called(self, language: str) -> str:
        return self.name.get(language) or next(iter(self.name.values()), self.group)

    @property
    def longest_since(self) -> datetime | None:
        return min((waiting.caller.since for waiting in self.waiting), default=None)

    @property
    def present(self) -> list[AgentView]:
        return [view for view in self.agents if view.agent.state not in ABSENT]

    @property
    def absent(self) -> list[AgentView]:
        return [view for view in self.agents if view.agent.state in ABSENT]

    @property
    def ready(self) -> int:
        return self._count(frozenset({ShownState.READY}))

    @property
    def in_calls(self) -> int:
        """Talking, or being rung."""
        return self._count(_IN_CALLS)

    @property
    def paused(self) -> int:
        """At work, and not to be rung: pausing, wrapping up, or left alone after a missed call."""
        return self._count(_PAUSED)

    @property
    def level(self) -> Level:
        """The worst of them."""
        worst = set(self.levels.values())
        return "bad" if "bad" in worst else "warn" if "warn" in worst else "ok"

    def _count(self, states: frozenset[ShownState]) -> int:
        return sum(view.agent.state in states for view in self.agents)


def group_views(
    floor: LiveFloor, today: Today, cards: Mapping[str, CallerCard], dialplan: Dialplan | None, at: datetime
) -> Iterator[GroupView]:
    """In the order of the dialplan; while that is not known, groups count as open."""
    visits, switches = today.figures.waiting, today.listed.switches
    monitor = dialplan.monitor if dialplan is not None else MonitorFile()
    for name, group in floor.groups.items():
        waiting = tuple(
            WaitingCaller(
                caller,
                cards.get(caller.call_id),
                _why(caller, visits.get(caller.call_id)),
                floor.agents.get(caller.offered_to or ""),
            )
            for caller in floor.waiting(name)
        )
        agents = tuple(
            AgentView(agent, cards.get(agent.call_id or ""), today.replaced.get(agent.agent))
            for agent in sorted(floor.members(name), key=_place)
        )
        is_open = dialplan is None or is_group_open(switches, name, dialplan, at)
        levels = {what: monitor.level(name, what, measure(what, [name], floor, today, at)) for what in Measure}
        if not is_open:  # nobody is missed there
            levels[Measure.READY_AGENTS] = "ok"
        yield GroupView(
            group=name,
            name=group.name,
            waiting=waiting,
            agents=agents,
            is_staffed=floor.is_staffed(name),
            is_open=is_open,
            today=today.figures.of([name], at),
            lately=today.figures.of_late([name], at),
            switched=switches.groups.get(name),
            levels=levels,
        )


def _why(caller: CallerShape, visit: Visit | None) -> str | None:
    if caller.callback is not None:
        return "callback"
    return visit.why if visit is not None else None


def _place(agent: AgentShape) -> tuple[int, str]:
    """Who has a caller first; who is not there last."""
    return (_ORDER.index(agent.state) if agent.state in _ORDER else len(_ORDER), agent.name)
