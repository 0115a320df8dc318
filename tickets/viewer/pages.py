"""The list of tickets, the page of one ticket, and its recordings."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from tickets.events import Json, Kind
from tickets.rights import Right
from tickets.ticket import Status
from tickets.viewer.access import Context, SignedIn, may
from tickets.viewer.context import Visitor, present_of
from tickets.viewer.presentation import day_of

router = APIRouter(include_in_schema=False)

_PER_PAGE = 25
_EARLIER = 6
_FROM_THE_BEGINNING = "bytes=0-"
SeesTickets = Annotated[Visitor, may(Right.TICKETS_SEE)]
_AUDIO_TYPES = {".wav": "audio/wav", ".ogg": "audio/ogg", ".mp3": "audio/mpeg"}


@router.get("/")
def home(request: Request, viewer: Context, visitor: SignedIn) -> Response:
    """The first page that is for him."""
    path = next((part.path for part in viewer.parts if part.is_for(visitor.user)), None)
    if path is not None:
        return RedirectResponse(path, 303)
    return viewer.templates.TemplateResponse(request, "home.html", {"visitor": visitor})


@router.get("/tickets")
def ticket_list(
    request: Request,
    viewer: Context,
    visitor: SeesTickets,
    text: Annotated[str, Query(max_length=200)] = "",
    status: str = "",
    category: Annotated[str, Query(max_length=80)] = "",
    day: str = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Response:
    chosen = Status(status) if status in set(Status) else None
    since, until = present_of(request).day(parsed) if (parsed := day_of(day)) else (None, None)
    seen = viewer.store.events.last_id()
    found = viewer.store.tickets.search(
        text, chosen, category or None, None, since, until, _PER_PAGE, (page - 1) * _PER_PAGE
    )
    filters = {"text": text, "status": chosen or "", "category": category, "day": day if parsed else ""}
    context = {
        "visitor": visitor,
        "found": found,
        "filters": filters,
        "query": urlencode({name: value for name, value in filters.items() if value}),
        "statuses": list(Status),
        "categories": viewer.store.tickets.categories(),
        "page": page,
        "pages": max(1, -(-found.total // _PER_PAGE)),
        "now": viewer.now(),
        "seen": seen,
    }
    only_list = request.headers.get("hx-target") == "list"
    response = viewer.templates.TemplateResponse(request, "_list.html" if only_list else "list.html", context)
    if request.headers.get("hx-trigger") == "filters":
        response.headers["HX-Push-Url"] = f"/tickets?{context['query']}".rstrip("?")
    return response


@router.get("/tickets/{number}")
def ticket_page(request: Request, viewer: Context, visitor: SeesTickets, number: str) -> Response:
    seen = viewer.store.events.last_id()
    ticket = viewer.store.tickets.get(number)
    context = {
        "visitor": visitor,
        "ticket": ticket,
        "transcript": viewer.store.tickets.transcript(number),
        "earlier": viewer.store.tickets.earlier_of(ticket, _EARLIER),
        "history": present_of(request).history(viewer.store.events.of_ticket(number)),
        "now": viewer.now(),
        "seen": seen,
    }
    return viewer.templates.TemplateResponse(request, "ticket.html", context)


@router.get("/recordings/{recording_id}")
def recording(
    request: Request, viewer: Context, visitor: Annotated[Visitor, may(Right.RECORDINGS_HEAR)], recording_id: int
) -> Response:
    """The sound, whole or the range that a player asks for. Who plays it from its beginning is told of."""
    found = viewer.store.tickets.recording_path(recording_id)
    if found is None:
        raise HTTPException(404)
    folder = viewer.settings.recordings.resolve()
    file = (folder / found[0]).resolve()
    # The path comes from our database, not from the visitor; a link planted in the folder must not lead out either.
    if not file.is_relative_to(folder) or file.suffix not in _AUDIO_TYPES or not file.is_file():
        raise HTTPException(404)
    if request.headers.get("range", _FROM_THE_BEGINNING).startswith(_FROM_THE_BEGINNING):
        played: dict[str, Json] = {"user": visitor.user.name, "recording": recording_id}
        viewer.store.events.append(Kind.RECORDING_PLAYED, viewer.now(), None, found[1], played)
    return FileResponse(file, media_type=_AUDIO_TYPES[file.suffix])
