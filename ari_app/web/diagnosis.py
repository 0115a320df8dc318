"""Diagnosis beside a ticket: a button for each probe, and what was measured; a page, and a part of other pages."""

from functools import lru_cache, partial
from typing import Annotated

from fastapi import APIRouter, FastAPI, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from ari_app.diagnosis.desk import DiagnosisDesk
from ari_app.diagnosis.runner import UnknownProbe
from ari_app.editions.history import Copy
from ari_app.settings import Settings
from ari_app.web.dialplan import DialplanDesk
from dialplan.loader import load_dialplan
from dialplan.probes import ProbesFile
from tickets.rights import Right
from tickets.store import Store
from tickets.viewer.access import Context, may, may_change
from tickets.viewer.context import Viewer, Visitor

router = APIRouter(include_in_schema=False)


def add_diagnosis(app: FastAPI, settings: Settings) -> None:
    """After the page of the dialplan, which knows what is in force."""
    viewer: Viewer = app.state.viewer
    probes = partial(_in_force, app.state.dialplan, viewer.store)
    app.state.diagnosis = DiagnosisDesk(settings.diagnosis, viewer.store, probes, viewer.now)


@router.get("/tickets/{number}/diagnosis")
def diagnosis(
    request: Request, viewer: Context, visitor: Annotated[Visitor, may(Right.DIAGNOSE)], number: str
) -> Response:
    """For htmx a fragment, for others a page."""
    return _shown(request, viewer, visitor, number)


@router.post("/tickets/{number}/diagnosis")
async def diagnose(
    request: Request,
    viewer: Context,
    visitor: Annotated[Visitor, may_change(Right.DIAGNOSE)],
    number: str,
    probe: Annotated[str, Form(max_length=100)],
) -> Response:
    desk: DiagnosisDesk = request.app.state.diagnosis
    try:
        await desk.diagnose(number, probe, visitor.user.name)
    except UnknownProbe as unknown:
        raise HTTPException(404, str(unknown)) from unknown
    return RedirectResponse(request.url.path, 303)


def _shown(request: Request, viewer: Viewer, visitor: Visitor, number: str) -> Response:
    desk: DiagnosisDesk = request.app.state.diagnosis
    seen = viewer.store.events.last_id()
    offers = desk.probes_for(number)
    context = {
        "visitor": visitor,
        "number": number,
        "offers": offers,
        "titles": {offer.name: offer.title for offer in offers},
        "verdicts": desk.verdicts_of(number),
        "now": viewer.now(),
        "seen": seen,
    }
    name = "_diagnosis.html" if "hx-request" in request.headers else "diagnosis.html"
    return viewer.templates.TemplateResponse(request, name, context)


def _in_force(dialplan: DialplanDesk, store: Store) -> ProbesFile:
    return _probes(dialplan.in_force(store))


@lru_cache(maxsize=2)
def _probes(copy: Copy) -> ProbesFile:
    return load_dialplan(copy.dialplan).probes
