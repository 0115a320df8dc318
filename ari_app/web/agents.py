"""The REST API of agents and of the floor: what the controller says of them, and what a desk asks of it."""

from pathlib import Path as File
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, HTTPException, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from ari_app.control.client import ask
from ari_app.control.errors import ControllerAway, Refused
from ari_app.control.shapes import AgentList, AgentShape, FloorShape
from ari_app.settings import Settings
from tickets.accounts import User
from tickets.rights import Right
from tickets.viewer.access import token, token_or_login

router = APIRouter(tags=["agents"], responses={503: {"description": "the controller does not answer"}})

Reader = Annotated[User, token_or_login(Right.FLOOR_SEE)]
Program = Annotated[User, token(Right.AGENTS_CHANGE)]
_STATUS = {"unknown_agent": 404, "not_logged_in": 409, "unknown_pause": 422, "bad_request": 422}

Name = Annotated[str, Path(max_length=100, description="of his telephone")]
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "no group has that agent"}}
_UNKNOWN_OR_OUT = {**_UNKNOWN, 409: {"description": "he has not logged in"}}


class PauseShape(BaseModel):
    """Why; without a reason it is the first of groups.yaml."""

    model_config = ConfigDict(extra="forbid")

    reason: str | None = Field(None, max_length=100)


def add_agents_api(app: FastAPI, settings: Settings) -> None:
    """What it needs, in the viewer `app`."""
    app.state.control_socket = settings.control_socket


@router.get("/api/agents")
async def list_agents(request: Request, reader: Reader) -> AgentList:
    """All agents, and what each is at now."""
    return AgentList.model_validate(await _asked(request, "agent.list"))


@router.get("/api/floor")
async def get_floor(request: Request, reader: Reader) -> FloorShape:
    """Groups, agents, and who waits, in the order in which they are due."""
    return FloorShape.model_validate(await _asked(request, "floor"))


@router.post("/api/agents/{name}/log-in", responses=_UNKNOWN)
async def log_in(request: Request, program: Program, name: Name) -> AgentShape:
    """He comes to work: calls come to him once his telephone is registered."""
    return await _changed(request, "agent.log_in", name, program.name)


@router.post("/api/agents/{name}/log-out", responses=_UNKNOWN)
async def log_out(request: Request, program: Program, name: Name) -> AgentShape:
    """No further call comes to him; one that he has goes on."""
    return await _changed(request, "agent.log_out", name, program.name)


@router.post("/api/agents/{name}/pause", responses=_UNKNOWN_OR_OUT)
async def pause(request: Request, program: Program, name: Name, why: PauseShape | None = None) -> AgentShape:
    """No further call comes to him until he is ready again; a call that he has goes on, and its wrap-up too."""
    return await _changed(request, "agent.pause", name, program.name, reason=why.reason if why else None)


@router.post("/api/agents/{name}/ready", responses=_UNKNOWN_OR_OUT)
async def ready(request: Request, program: Program, name: Name) -> AgentShape:
    """He takes calls: this ends a pause, and a wrap-up too."""
    return await _changed(request, "agent.ready", name, program.name)


async def _changed(request: Request, do: str, name: str, by: str, **more: Any) -> AgentShape:
    return AgentShape.model_validate(await _asked(request, do, agent=name, by=by, **more))


async def _asked(request: Request, do: str, **fields: Any) -> Any:
    socket: File = request.app.state.control_socket
    try:
        return await ask(socket, do, **fields)
    except ControllerAway as away:
        raise HTTPException(503, str(away)) from away
    except Refused as refused:
        raise HTTPException(_STATUS.get(refused.code, 500), str(refused)) from refused
