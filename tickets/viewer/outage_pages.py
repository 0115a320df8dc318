"""The list of outages with the form to declare one, and the page of one outage."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form, Request, Response
from fastapi.responses import RedirectResponse

from tickets.outage import Fault, declaration, end_at, faults
from tickets.rights import Right
from tickets.viewer.access import Context, may, may_change
from tickets.viewer.context import Viewer, Visitor, present_of, viewer_of, words_of

router = APIRouter(include_in_schema=False)

_LONGEST_FIELD = 2000
_EMPTY: Mapping[str, object] = {"title": "", "systems": (), "sites": (), "texts": {}, "expected_end": ""}

Title = Annotated[str, Form(max_length=_LONGEST_FIELD)]
Names = Annotated[list[str], Form(max_length=100)]
Language = Annotated[list[str], Form(alias="language", max_length=20)]
Heard = Annotated[list[str], Form(alias="text", max_length=20)]
"""What callers hear, in the order of the languages."""
Moment = Annotated[str, Form(max_length=40)]
Sees = Annotated[Visitor, may(Right.OUTAGES_SEE)]
Changes = Annotated[Visitor, may_change(Right.OUTAGES_CHANGE)]


@router.get("/outages")
def outage_list(request: Request, viewer: Context, visitor: Sees) -> Response:
    return _list(request, viewer, visitor, _EMPTY)


@router.post("/outages")
def declare(
    request: Request,
    viewer: Context,
    visitor: Changes,
    later: BackgroundTasks,
    title: Title = "",
    system: Names = [],  # noqa: B006 (fastapi copies it)
    site: Names = [],  # noqa: B006
    languages: Language = [],  # noqa: B006
    heard: Heard = [],  # noqa: B006
    expected_end: Moment = "",
) -> Response:
    until, wrong = _until(request, expected_end)
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
def outage_page(request: Request, viewer: Context, visitor: Sees, number: int) -> Response:
    return _page(request, viewer, visitor, number)


@router.post("/outages/{number}")
def change(
    request: Request,
    viewer: Context,
    visitor: Changes,
    later: BackgroundTasks,
    number: int,
    languages: Language = [],  # noqa: B006
    heard: Heard = [],  # noqa: B006
    expected_end: Moment = "",
) -> Response:
    before = viewer.store.outages.get(number)
    # An end that was expected and did not come may stay as it is.
    is_old = expected_end == present_of(request).for_input(before.expected_end)
    until, wrong = (before.expected_end, []) if is_old else _until(request, expected_end)
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
def end(request: Request, viewer: Context, visitor: Changes, number: int) -> Response:
    viewer.store.outages.end(number, viewer.now(), visitor.user.name)
    return RedirectResponse("/outages", 303)


def _texts(languages: Sequence[str], heard: Sequence[str]) -> dict[str, str]:
    return dict(zip(languages, heard, strict=False))


def _until(request: Request, given: str) -> tuple[datetime | None, list[Fault]]:
    if not given:
        return None, []
    try:
        return end_at(given, viewer_of(request).now(), present_of(request).zone), []
    except ValueError:
        return None, [Fault("expected_end", f"'{given}' is no day and time", "end_wrong")]


def _told(request: Request, problems: Iterable[Fault]) -> list[str]:
    words, present = words_of(request), present_of(request)

    def shown(slot: str, value: str) -> str:
        return present.language(value) if slot == "language" else value

    return [
        words(f"outage.fault.{fault.name}", **{slot: shown(slot, value) for slot, value in fault.slots.items()})
        for fault in problems
    ]


def _list(
    request: Request, viewer: Viewer, visitor: Visitor, form: Mapping[str, object], problems: Iterable[Fault] = ()
) -> Response:
    seen = viewer.store.events.last_id()
    messages = _told(request, problems)
    context = {
        "visitor": visitor,
        "active": viewer.store.outages.active(),
        "past": viewer.store.outages.past(),
        "scope": viewer.outages.scope(),
        "form": form,
        "problems": messages,
        "now": viewer.now(),
        "seen": seen,
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
    messages = _told(request, problems)
    as_it_is = {"texts": outage.texts, "expected_end": present_of(request).for_input(outage.expected_end)}
    context = {
        "visitor": visitor,
        "outage": outage,
        "joined": viewer.store.outages.joined(number),
        "scope": viewer.outages.scope(),
        "form": form or as_it_is,
        "problems": messages,
        "now": viewer.now(),
        "seen": seen,
    }
    return viewer.templates.TemplateResponse(request, "outage.html", context, status_code=422 if messages else 200)
