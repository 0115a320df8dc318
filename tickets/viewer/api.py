"""The REST API: tickets as JSON, for a browser that is logged in or a program with a token."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime

from tickets.accounts import User
from tickets.rights import Right
from tickets.shapes import TicketList, TicketShape, shape_of, summary_of
from tickets.store import StoreError
from tickets.ticket import Status
from tickets.viewer.access import Context, token_or_login

router = APIRouter()

Reader = Annotated[User, token_or_login(Right.TICKETS_SEE)]


@router.get("/api/tickets", tags=["tickets"])
def list_tickets(
    viewer: Context,
    reader: Reader,
    text: Annotated[str, Query(max_length=200, description="words in number, caller, subject or transcript")] = "",
    status: Status | None = None,
    category: Annotated[str | None, Query(description="id of a category")] = None,
    caller: Annotated[str | None, Query(description="E.164 or an extension")] = None,
    since: Annotated[AwareDatetime | None, Query(description="with a time zone; included")] = None,
    until: Annotated[AwareDatetime | None, Query(description="with a time zone; not included")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> TicketList:
    """Tickets, newest first."""
    page = viewer.store.tickets.search(text, status, category, caller, since, until, limit, offset)
    return TicketList(total=page.total, tickets=[summary_of(ticket) for ticket in page.tickets])


@router.get("/api/tickets/{number}", tags=["tickets"], responses={404: {"description": "there is no such ticket"}})
def get_ticket(viewer: Context, reader: Reader, number: str) -> TicketShape:
    """One ticket with its transcript."""
    return shape_of(viewer.store.tickets.get(number), viewer.store.tickets.transcript(number))


@router.get("/api/openapi.json", include_in_schema=False)
def openapi(request: Request, reader: Reader) -> Response:
    return JSONResponse(request.app.openapi())


@router.get("/healthz", tags=["health"], responses={503: {"description": "the database does not answer"}})
def health(viewer: Context) -> Response:
    try:
        viewer.store.events.last_id()
    except StoreError:
        return JSONResponse({"status": "database unavailable"}, 503)
    return JSONResponse({"status": "ok"})
