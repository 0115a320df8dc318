"""The list of outages with the form to declare one, and the page of one outage."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form, Request, Response
from fastapi.responses import RedirectResponse

from tickets.outage import Fault, declaration, end_at, faults
from tickets.viewer.access import Context, SignedIn, require_own_form
from tickets.viewer.context import Viewer, Visitor
from tickets.viewer.texts import text as words

router = APIRouter(include_in_schema=False)

_LONGEST_FIELD = 2000
_EMPTY: Mapping[str, object] = {"title": "", "systems": (), "sites": (), "texts": {}, "expected_end": ""}

Title = Annotated[str, Form(max_length=_LONGEST_FIELD)]
Names = Annotated[list[str], Form(max_length=100)]
Language = Annotated[list[str], Form(alias="language", max_length=20)]
Heard = Annotated[list[str], Form(alias="text", max_length=20)]
"""What callers hear, in the order of the languages."""
Moment = Annotated[str, Form(max_length=40)]
Token = Annotated[str, Form()]


@router.get("/outages")
def outage_list(request: Request, viewer: Context, visitor: SignedIn) -> Response:
    return _list(request, viewer, visitor, _EMPTY)


@router.post("/outages")
def declare(
    request: Request,
    viewer: Context,
    visitor: SignedIn,
    later: BackgroundTasks,
    title: Title = "",
    system: Names = [],  # noqa: B006 (fastapi copies it)
    site: Names = [],  # noqa: B006
    languages: Language = [],  # noqa: B006
    heard: Heard = [],  # noqa: B006
    expected_end: Moment = "",
    csrf: Token = "",
) -> Response:
    require_own_form(request, csrf)
    until, wrong = _until(expected_end, viewer)
    texts = _texts(languages, heard)
    declared = declaration(title, frozenset(system), frozenset(site), texts, until)
    problems = [*faults(declared, viewer.outages.scope(), viewer.now()), *wrong]
    if problems:
        form = {"title": title, "systems": system, "sites": site, "texts": texts, "expected_end": expected_end}
        return _list(request, viewer, visitor, form, problems)
    outage = viewer.store.outages.declare(declared, visitor.user.name, viewer.now())
    later.add_task(viewer.outages.render, outage.texts)
    return RedirectResponse(f"/outages/{outage.id}", 303)


@router.get("/outages/{number}")
def outage_page(request: Request, viewer: Context, visitor: SignedIn, number: int) -> Response:
    return _page(request, viewer, visitor, number)


@router.post("/outages/{number}")
def change(
    request: Request,
    viewer: Context,
    visitor: SignedIn,
    later: BackgroundTasks,
    number: int,
    languages: Language = [],  # noqa: B006
    heard: Heard = [],  # noqa: B006
    expected_end: Moment = "",
    csrf: Token = "",
) -> Response:
    require_own_form(request, csrf)
    before = viewer.store.outages.get(number)
    # An end that was expected and did not come may stay as it is.
    is_old = expected_end == viewer.present.for_input(before.expected_end)
    until, wrong = (before.expected_end, []) if is_old else _until(expected_end, viewer)
    texts = _texts(languages, heard)
    changed = declaration(before.title, before.systems, before.sites, texts, until)
    checked = {"texts"} if is_old else {"texts", "expected_end"}
    found = faults(changed, viewer.outages.scope(), viewer.now())
    problems = [*(fault for fault in found if fault.part in checked), *wrong]
    if problems:
        return _page(request, viewer, visitor, number, {"texts": texts, "expected_end": expected_end}, problems)
    outage = viewer.store.outages.change(number, changed.texts, until, viewer.now(), visitor.user.name)
    later.add_task(viewer.outages.render, outage.texts)
    return RedirectResponse(f"/outages/{number}", 303)


@router.post("/outages/{number}/end")
def end(request: Request, viewer: Context, visitor: SignedIn, number: int, csrf: Token = "") -> Response:
    require_own_form(request, csrf)
    viewer.store.outages.end(number, viewer.now(), visitor.user.name)
    return RedirectResponse("/outages", 303)


def _texts(languages: Sequence[str], heard: Sequence[str]) -> dict[str, str]:
    return dict(zip(languages, heard, strict=False))


def _until(given: str, viewer: Viewer) -> tuple[datetime | None, list[Fault]]:
    if not given:
        return None, []
    try:
        return end_at(given, viewer.now(), viewer.present.zone), []
    except ValueError:
        return None, [Fault("expected_end", words("outage.end_expected.wrong"))]


def _list(
    request: Request, viewer: Viewer, visitor: Visitor, form: Mapping[str, object], problems: Iterable[Fault] = ()
) -> Response:
    seen = viewer.store.events.last_id()
    messages = [fault.message for fault in problems]
    context = {
        "visitor": visitor,
        "active": viewer.store.outages.active(),
        "past": viewer.store.outages.past(),
        "scope": viewer.outages.scope(),
        "form": form,
        "problems": messages,
        "now": viewer.now(),
        "stream": f"/live?after={seen}",
    }
    return viewer.templates.TemplateResponse(request, "outages.html", context, status_code=422 if messages else 200)


def _page(
    request: Request,
    viewer: Viewer,
    visitor: Visitor,
    number: int,
    form: Mapping[str, object] | None = None,
    problems: Iterable[Fault] = (),
) -> Response:
    seen = viewer.store.events.last_id()
    outage = viewer.store.outages.get(number)
    messages = [fault.message for fault in problems]
    as_it_is = {"texts": outage.texts, "expected_end": viewer.present.for_input(outage.expected_end)}
    context = {
        "visitor": visitor,
        "outage": outage,
        "joined": viewer.store.outages.joined(number),
        "scope": viewer.outages.scope(),
        "form": form or as_it_is,
        "problems": messages,
        "now": viewer.now(),
        "stream": f"/live?after={seen}",
    }
    return viewer.templates.TemplateResponse(request, "outage.html", context, status_code=422 if messages else 200)
