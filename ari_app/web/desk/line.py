"""What the agent asks of the controller: his own state, and what becomes of his call, whatever telephone he has."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response

from ari_app.control.client import ANSWERS_WITHIN_S, RINGS_WITHIN_S, ask
from ari_app.control.errors import ControllerAway, Refused
from ari_app.web.desk.parts import AtDesk, refusal
from tickets.rights import Right
from tickets.viewer.access import may_change
from tickets.viewer.context import Visitor, words_of

router = APIRouter()

COMMANDS: Mapping[str, tuple[str, ...]] = {
    "agent.log_in": (),
    "agent.log_out": (),
    "agent.ready": (),
    "agent.pause": ("reason",),
    "call.hold": (),
    "call.unhold": (),
    "call.transfer": ("target",),
    "call.consult": ("target",),
    "call.complete": (),
    "call.cancel": (),
    "call.conference": (),
    "call.return_to_queue": ("reason",),
    "call.pause_recording": (),
    "call.resume_recording": (),
    "call.hang_up": (),
    "call.dial": ("number", "ticket"),
}
"""What can be asked for (`ari_app/control`), and the fields that it takes beside the agent."""
_RINGS = frozenset({"call.consult", "call.dial"})


@router.post("/desk/line/{command}")
async def command(
    request: Request,
    visitor: Annotated[Visitor, may_change(Right.DESK)],
    desk: AtDesk,
    command: str,
    reason: Annotated[str | None, Form(max_length=500)] = None,
    target: Annotated[str | None, Form(max_length=200)] = None,
    number: Annotated[str | None, Form(max_length=40)] = None,
    ticket: Annotated[str | None, Form(max_length=20)] = None,
) -> Response:
    """204 once it is done; else why not, in words."""
    if command not in COMMANDS:
        raise HTTPException(404)
    agent = visitor.user.agent
    if agent is None:
        return refusal(request, 409, "no_agent")
    given = {"reason": reason, "target": target, "number": number, "ticket": ticket}
    fields = {name: given[name] or None for name in COMMANDS[command]}
    within_s = RINGS_WITHIN_S if command in _RINGS else ANSWERS_WITHIN_S
    try:
        await ask(desk.settings.control_socket, command, within_s, agent=agent, by=visitor.user.name, **fields)
    except ControllerAway:
        return refusal(request, 503, "away")
    except Refused as refused:
        known = f"desk.refused.{refused.code}" in words_of(request)
        return refusal(request, 409, refused.code if known else "other", why=str(refused))
    return Response(status_code=204)
