"""Commands about agents: what each is at, and the changes of it that he or a supervisor asks for."""

from collections.abc import Callable
from datetime import datetime

from pydantic import BaseModel

from ari_app.acd.agents import Agent
from ari_app.agents.duty import Duty, DutyError, NotLoggedIn, UnknownAgent
from ari_app.control.commands import AgentRequest, Command, Commands, Request
from ari_app.control.errors import Refused
from ari_app.control.shapes import AgentList, AgentShape, agent_shapes, floor_shape
from tickets.switches import Switches


class PauseRequest(AgentRequest):
    """Without a reason it is the first of the dialplan."""

    reason: str | None = None


def agent_commands(duty: Duty, switches: Callable[[], Switches] = Switches) -> Commands:
    """`agent.log_in`, `agent.log_out`, `agent.pause` and `agent.ready` answer how the agent stands then; `agent.list`
    and `floor` tell of all."""

    async def pause(request: PauseRequest) -> BaseModel:
        return _told(duty, lambda: duty.pause(request.agent, request.reason, request.by))

    async def listed(_: Request) -> BaseModel:
        return AgentList(agents=agent_shapes(duty.distributor.floor, duty.dialplan(), _now(duty)))

    async def floor(_: Request) -> BaseModel:
        return floor_shape(duty.distributor.floor, duty.dialplan(), _now(duty), switches())

    return {
        "agent.log_in": _change(duty, duty.log_in),
        "agent.log_out": _change(duty, duty.log_out),
        "agent.ready": _change(duty, duty.get_ready),
        "agent.pause": Command(PauseRequest, pause),
        "agent.list": Command(Request, listed),
        "floor": Command(Request, floor),
    }


def _change(duty: Duty, change: Callable[[str, str], Agent]) -> Command:
    async def run(request: AgentRequest) -> BaseModel:
        return _told(duty, lambda: change(request.agent, request.by))

    return Command(AgentRequest, run)


def _told(duty: Duty, change: Callable[[], Agent]) -> AgentShape:
    try:
        changed = change()
    except DutyError as error:
        codes = {UnknownAgent: "unknown_agent", NotLoggedIn: "not_logged_in"}
        raise Refused(codes.get(type(error), "unknown_pause"), str(error)) from error
    (shape,) = agent_shapes(duty.distributor.floor, duty.dialplan(), _now(duty), lambda name: name == changed.name)
    return shape


def _now(duty: Duty) -> datetime:
    return duty.distributor.now()
