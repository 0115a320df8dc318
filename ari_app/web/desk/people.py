"""Whose telephone it is: an unknown caller is found in the directory, in place."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from ari_app.web.desk.parts import refusal
from tickets.rights import Right
from tickets.store import PersonNotFound
from tickets.viewer.access import Context, may, may_change
from tickets.viewer.context import Visitor

router = APIRouter()

_MOST = 8


@router.get("/desk/tickets/{number}/people")
def people(
    request: Request,
    viewer: Context,
    visitor: Annotated[Visitor, may(Right.PEOPLE_BIND)],
    number: str,
    text: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Those whose name, employee number or telephone holds all of the words: a fragment."""
    found = viewer.store.people.search(text, _MOST * 2) if text.strip() else ()
    context = {
        "ticket": viewer.store.tickets.get(number),
        "people": [person for person in found if person.left_at is None][:_MOST],
        "text": text.strip(),
    }
    return viewer.templates.TemplateResponse(request, "_desk_people.html", context)


@router.post("/desk/tickets/{number}/person")
def bind(
    request: Request,
    viewer: Context,
    visitor: Annotated[Visitor, may_change(Right.PEOPLE_BIND)],
    number: str,
    person: Annotated[int, Form()],
    with_number: Annotated[bool, Form()] = False,
) -> Response:
    """He is the caller of this ticket; `with_number`: he is known by this telephone from now on."""
    by, store = visitor.user.name, viewer.store
    ticket = store.tickets.get(number)
    try:
        if with_number and ticket.caller:
            store.people.bind_number(person, ticket.caller, viewer.now(), by)
        store.tickets.identify(number, person, "agent", viewer.now(), by)
    except PersonNotFound:
        return refusal(request, 409, "person")
    return Response(status_code=204)
