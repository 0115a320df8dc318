"""The REST API of outages: a monitoring system may declare and end them, with a token."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, HTTPException, Query

from tickets.accounts import User
from tickets.outage import faults
from tickets.outage_shapes import DeclarationShape, OutageList, OutageShape, outage_list, outage_shape
from tickets.rights import Right
from tickets.viewer.access import Context, token, token_or_login

router = APIRouter(tags=["outages"])

Reader = Annotated[User, token_or_login(Right.OUTAGES_SEE)]
Program = Annotated[User, token(Right.OUTAGES_CHANGE)]


@router.get("/api/outages")
def list_outages(
    viewer: Context, reader: Reader, past: Annotated[bool, Query(description="those that are over as well")] = False
) -> OutageList:
    """What is down now, oldest first; then what is over, the latest first."""
    return outage_list([*viewer.store.outages.active(), *(viewer.store.outages.past() if past else ())])


@router.post("/api/outages", status_code=201)
def declare_outage(
    viewer: Context, program: Program, declared: DeclarationShape, later: BackgroundTasks
) -> OutageShape:
    """Declare an outage: from now on callers hear of it. The same one again is not declared twice."""
    wanted = declared.declaration()
    problems = faults(wanted, viewer.outages.scope(), viewer.now())
    if problems:
        told = [{"loc": ["body", fault.part], "msg": fault.message, "type": "value_error"} for fault in problems]
        raise HTTPException(422, told)
    outage = viewer.store.outages.declare(wanted, program.name, viewer.now())
    later.add_task(viewer.outages.render, outage.texts)
    return outage_shape(outage)


@router.post("/api/outages/{number}/end", responses={404: {"description": "there is no such outage"}})
def end_outage(viewer: Context, program: Program, number: int) -> OutageShape:
    """It works again. Ending it twice changes nothing."""
    return outage_shape(viewer.store.outages.end(number, viewer.now(), program.name))
