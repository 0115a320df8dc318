"""Writing in a ticket at the desk: its form, an older one taken up, an outage joined, the wrap-up."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from ari_app.web.desk.parts import AtDesk, Changes, refusal
from tickets.store import EditConflict, TransitionRefused
from tickets.store.ticket_edits import SLOT, Edit
from tickets.ticket import Status
from tickets.viewer.access import Context
from tickets.viewer.context import present_of, words_of

router = APIRouter()

_FIELDS = frozenset({"subject", "category", "status"})
_LONGEST = 4000
_DONE = 204


async def _sent(request: Request) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


@router.post("/desk/tickets/{number}")
def save(
    request: Request, viewer: Context, visitor: Changes, number: str, form: Annotated[dict[str, str], Depends(_sent)]
) -> Response:
    """Only what was changed is sent: each field with what stood there before, as `was.<field>`. Where somebody else
    has changed it meanwhile nothing is saved, and `conflicts` tells what stands there now."""
    if any(len(value) > _LONGEST for value in form.values()):
        return refusal(request, 422, "too_long")
    note = form.pop("note", "")
    edits = {
        name: Edit(form.get(f"was.{name}", ""), value)
        for name, value in form.items()
        if name in _FIELDS or name.startswith(SLOT)
    }
    if "status" in edits and edits["status"].now not in set(Status):
        raise HTTPException(422)
    try:
        viewer.store.tickets.edit(number, edits, note, viewer.now(), visitor.user.name)
    except EditConflict as conflict:
        present = present_of(request)
        names = ", ".join(present.edited(field) for field in conflict.now)
        detail = words_of(request)("desk.refused.conflict", fields=names)
        return JSONResponse({"detail": detail, "conflicts": dict(conflict.now)}, 409)
    except TransitionRefused:
        return refusal(request, 409, "status")
    return Response(status_code=_DONE)


@router.post("/desk/tickets/{number}/continue")
def take_up(
    request: Request,
    viewer: Context,
    visitor: Changes,
    number: str,
    older: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """The call is about an older ticket; about none where `older` is empty."""
    try:
        if older:
            viewer.store.tickets.take_up(number, older, viewer.now(), visitor.user.name)
        else:
            viewer.store.tickets.let_go(number, viewer.now(), visitor.user.name)
    except TransitionRefused:
        return refusal(request, 409, "continue")
    return Response(status_code=_DONE)


@router.post("/desk/tickets/{number}/join")
def join(viewer: Context, visitor: Changes, number: str, outage: Annotated[int, Form()]) -> Response:
    """The caller's ticket waits for the end of a known outage."""
    viewer.store.outages.join(outage, viewer.store.tickets.continued(number) or number, viewer.now())
    return Response(status_code=_DONE)


@router.post("/desk/tickets/{number}/wrap-up")
def wrap_up(
    request: Request,
    viewer: Context,
    visitor: Changes,
    desk: AtDesk,
    number: str,
    disposition: Annotated[str, Form(max_length=100)],
) -> Response:
    dialplan = desk.current.dialplan
    chosen = dialplan.dispositions.get(disposition) if dialplan is not None else None
    if chosen is None:
        return refusal(request, 409, "disposition")
    try:
        viewer.store.tickets.wrap_up(number, disposition, Status(chosen.status), viewer.now(), visitor.user.name)
    except TransitionRefused:
        return refusal(request, 409, "status")
    return Response(status_code=_DONE)
