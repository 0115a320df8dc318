"""What supervisors do from the monitor: each a form of its own behind its own right, carried out by the controller."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse

from ari_app.control.client import ANSWERS_WITHIN_S, RINGS_WITHIN_S, ask
from ari_app.control.errors import ControllerAway, Refused
from tickets.rights import Right
from tickets.viewer.access import may, may_change
from tickets.viewer.context import Visitor, words_of

router = APIRouter(prefix="/monitor", include_in_schema=False)

LONGEST_MESSAGE = 300
_LOOKS_WITHIN_S = 1.0

Agent = Annotated[str, Form(max_length=100)]
Text = Annotated[str, Form(min_length=1, max_length=LONGEST_MESSAGE)]
Ear = Annotated[str, Form(max_length=100)]


@router.post("/listen")
async def listen(
    request: Request, visitor: Annotated[Visitor, may_change(Right.LISTEN)], agent: Agent, ear: Ear = ""
) -> JSONResponse:
    """His own telephone rings, and there he hears the talk of `agent`; neither of those who talk hears him."""
    return await _supervise(request, visitor, "listen", agent, ear)


@router.post("/whisper")
async def whisper(
    request: Request, visitor: Annotated[Visitor, may_change(Right.WHISPER)], agent: Agent, ear: Ear = ""
) -> JSONResponse:
    """The agent hears him, the caller does not."""
    return await _supervise(request, visitor, "whisper", agent, ear)


@router.post("/barge")
async def barge(
    request: Request, visitor: Annotated[Visitor, may_change(Right.BARGE)], agent: Agent, ear: Ear = ""
) -> JSONResponse:
    """Both hear him."""
    return await _supervise(request, visitor, "barge", agent, ear)


@router.post("/listen/mode")
async def only_listen(request: Request, visitor: Annotated[Visitor, may_change(Right.LISTEN)]) -> JSONResponse:
    """As the next two: he hears a talk already."""
    return await _asked(request, visitor, "supervise.mode", mode="listen")


@router.post("/whisper/mode")
async def go_over_to_whispering(
    request: Request, visitor: Annotated[Visitor, may_change(Right.WHISPER)]
) -> JSONResponse:
    return await _asked(request, visitor, "supervise.mode", mode="whisper")


@router.post("/barge/mode")
async def go_over_to_barging(request: Request, visitor: Annotated[Visitor, may_change(Right.BARGE)]) -> JSONResponse:
    return await _asked(request, visitor, "supervise.mode", mode="barge")


@router.post("/stop")
async def stop(request: Request, visitor: Annotated[Visitor, may_change(Right.LISTEN)]) -> JSONResponse:
    return await _asked(request, visitor, "supervise.stop")


@router.get("/supervision")
async def present(request: Request, visitor: Annotated[Visitor, may(Right.MONITOR_SEE)]) -> JSONResponse:
    """The talk that he hears now: it may have ended without him."""
    return JSONResponse({"supervision": await supervision_of(request, visitor)})


@router.post("/agents/{do}")
async def change_agent(
    request: Request,
    visitor: Annotated[Visitor, may_change(Right.AGENTS_CHANGE)],
    do: Literal["pause", "ready", "log-in", "log-out", "hang-up"],
    agent: Agent,
    reason: Annotated[str | None, Form(max_length=100)] = None,
) -> JSONResponse:
    command = "call.hang_up" if do == "hang-up" else f"agent.{do.replace('-', '_')}"
    return await _asked(request, visitor, command, agent=agent, reason=reason if do == "pause" else None)


@router.post("/callers/move")
async def move_caller(
    request: Request,
    visitor: Annotated[Visitor, may_change(Right.CALLERS_MOVE)],
    call_id: Annotated[str, Form(max_length=150)],
    group: Annotated[str, Form(max_length=100)],
) -> JSONResponse:
    return await _asked(request, visitor, "caller.move", call_id=call_id, group=group)


@router.post("/groups/{to}")
async def switch_group(
    request: Request,
    visitor: Annotated[Visitor, may_change(Right.GROUPS_SWITCH)],
    to: Literal["open", "closed", "calendar"],
    group: Annotated[str, Form(max_length=100)],
) -> JSONResponse:
    return await _asked(request, visitor, "group.switch", group=group, to=to)


@router.post("/announcements")
async def switch_announcement(
    request: Request,
    visitor: Annotated[Visitor, may_change(Right.ANNOUNCEMENTS_SWITCH)],
    name: Annotated[str, Form(max_length=100)],
    on: Annotated[bool, Form()],
) -> JSONResponse:
    return await _asked(request, visitor, "announcement.switch", name=name, on=on)


@router.post("/message")
async def send_message(
    request: Request, visitor: Annotated[Visitor, may_change(Right.MESSAGES_SEND)], text: Text
) -> JSONResponse:
    words, messages = words_of(request), request.app.state.desk_messages
    if not text.strip():
        return JSONResponse({"text": words("monitor.message.empty")}, 422)
    await messages.send(text.strip(), visitor.user.name)
    return JSONResponse({"text": words("monitor.message.sent")})


async def _supervise(request: Request, visitor: Visitor, mode: str, agent: str, ear: str) -> JSONResponse:
    ear = ear.strip() or visitor.user.agent or ""
    if not ear:
        return JSONResponse({"text": words_of(request)("monitor.ear.missing")}, 422)
    return await _asked(request, visitor, "supervise.start", RINGS_WITHIN_S, agent=agent, ear=ear, mode=mode)


async def _asked(
    request: Request, visitor: Visitor, do: str, within_s: float = ANSWERS_WITHIN_S, **fields: Any
) -> JSONResponse:
    """What became of it, in words; of a supervision also how it stands."""
    words, socket = words_of(request), request.app.state.control_socket
    try:
        result = await ask(socket, do, within_s, by=visitor.user.name, **fields)
    except ControllerAway:
        return JSONResponse({"text": words("monitor.away")}, 503)
    except Refused as refused:
        return JSONResponse({"text": words("monitor.refused", why=str(refused))}, 409)
    told: dict[str, object] = {"text": words("monitor.done")}
    if do.startswith("supervise.") and result is not None:
        told["supervision"] = told_of(request, result)
    return JSONResponse(told)


def told_of(request: Request, supervision: Mapping[str, Any]) -> dict[str, str]:
    """What the page shows of a talk that he hears."""
    agent, board = str(supervision["agent"]), request.app.state.board
    known = board.floor.agents.get(agent)
    return {"mode": str(supervision["mode"]), "name": known.name if known is not None else agent}


async def supervision_of(request: Request, visitor: Visitor) -> dict[str, str] | None:
    """The talk that he hears now, if he hears one."""
    try:
        listed = await ask(request.app.state.control_socket, "supervise.list", _LOOKS_WITHIN_S)
    except (ControllerAway, Refused):
        return None
    his = (one for one in listed["supervisions"] if one["by"] == visitor.user.name)
    found = next(his, None)
    return told_of(request, found) if found is not None else None
