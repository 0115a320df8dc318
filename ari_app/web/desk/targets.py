"""To whom a caller can be handed on: colleagues and how they stand, groups and their levels, suppliers."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from ari_app.acd.shown import ShownState
from ari_app.control.client import ask
from ari_app.control.errors import ControlError
from ari_app.control.shapes import FloorShape
from ari_app.web.desk.parts import Agent, AtDesk
from ari_app.web.names import Names
from dialplan.loader import Dialplan
from tickets.viewer.access import Context
from tickets.viewer.languages import language_of

router = APIRouter()

_HERE = (
    ShownState.READY,
    ShownState.RESTING,
    ShownState.WRAP_UP,
    ShownState.PAUSED,
    ShownState.HOLD,
    ShownState.TALKING,
)


@dataclass(frozen=True, slots=True)
class Target:
    """`name` is as `call.transfer` takes it; `state` is that of an agent, `ready` how many of a group are free."""

    name: str
    called: str
    kind: str
    level: int = 0
    state: ShownState | None = None
    ready: int | None = None


@router.get("/desk/targets")
async def targets(request: Request, viewer: Context, visitor: Agent, desk: AtDesk) -> Response:
    """A fragment: the rows of the dialog. Without a controller nobody's state is known, and nothing can be asked."""
    try:
        floor = FloorShape.model_validate(await ask(desk.settings.control_socket, "floor"))
    except ControlError:
        floor = None
    dialplan = desk.current.dialplan
    rows: list[Target] = []
    if floor is not None and dialplan is not None:
        names = Names(dialplan, language_of(request))
        rows = [*_groups(floor, dialplan, names), *_suppliers(dialplan, names.language)]
        rows[:0] = _agents(floor, visitor.user.agent)
    return viewer.templates.TemplateResponse(request, "_desk_targets.html", {"targets": rows})


def _agents(floor: FloorShape, but_not: str | None) -> Iterator[Target]:
    """Those who are at work, who is free first."""
    there = [agent for agent in floor.agents if agent.state in _HERE and agent.agent != but_not]
    for agent in sorted(there, key=lambda agent: (_HERE.index(agent.state), agent.name)):
        yield Target(f"agent:{agent.agent}", agent.name, "agent", state=agent.state)


def _groups(floor: FloorShape, dialplan: Dialplan, names: Names) -> Iterator[Target]:
    state = {agent.agent: agent.state for agent in floor.agents}
    for name, group in dialplan.groups.items():
        levels = (group.agents, *(tier.agents for tier in group.tiers))
        for level, agents in enumerate(levels, start=1):
            ready = sum(state.get(agent) is ShownState.READY for agent in agents)
            target = f"group:{name}" if level == 1 else f"tier:{name}/{level}"
            yield Target(target, names.group(name), "group", level if level > 1 else 0, ready=ready)


def _suppliers(dialplan: Dialplan, language: str) -> Iterator[Target]:
    for name, supplier in dialplan.suppliers.items():
        yield Target(f"supplier:{name}", supplier.name.get(language, name), "supplier")
