"""The list of users with the form to add one, and the page of one user: his role, his login, his tokens."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from tickets.rights import Right, Role
from tickets.store import AccountError
from tickets.viewer.access import Context, may, may_change
from tickets.viewer.context import Viewer, Visitor, words_of

router = APIRouter(include_in_schema=False)

Sees = Annotated[Visitor, may(Right.USERS_CHANGE)]
Changes = Annotated[Visitor, may_change(Right.USERS_CHANGE)]
Name = Annotated[str, Form(max_length=200)]
RoleField = Annotated[Role, Form()]
Agent = Annotated[str, Form(max_length=80)]


@router.get("/users")
def user_list(request: Request, viewer: Context, visitor: Sees) -> Response:
    return _list(request, viewer, visitor)


@router.post("/users")
def add(
    request: Request,
    viewer: Context,
    visitor: Changes,
    name: Name = "",
    role: RoleField = Role.AGENT,
    agent: Agent = "",
) -> Response:
    try:
        password = viewer.store.accounts.add(name, role, viewer.now(), visitor.user.name, agent.strip() or None)
    except AccountError as error:
        return _list(request, viewer, visitor, error, {"name": name, "role": role, "agent": agent})
    return _page(request, viewer, visitor, name, password=password)


@router.get("/users/{name}")
def user_page(request: Request, viewer: Context, visitor: Sees, name: str) -> Response:
    return _page(request, viewer, visitor, name)


@router.post("/users/{name}/assign")
def assign(
    request: Request, viewer: Context, visitor: Changes, name: str, role: RoleField, agent: Agent = ""
) -> Response:
    try:
        viewer.store.accounts.assign(name, role, agent.strip() or None, viewer.now(), visitor.user.name)
    except AccountError as error:
        return _page(request, viewer, visitor, name, error)
    return _back(request, name)


@router.post("/users/{name}/password")
def reset_password(request: Request, viewer: Context, visitor: Changes, name: str) -> Response:
    password = viewer.store.accounts.reset_password(name, viewer.now(), visitor.user.name)
    return _page(request, viewer, visitor, name, password=password)


@router.post("/users/{name}/unlock")
def unlock(request: Request, viewer: Context, visitor: Changes, name: str) -> Response:
    viewer.store.accounts.unlock(name, viewer.now(), visitor.user.name)
    return _back(request, name)


@router.post("/users/{name}/disable")
def disable(request: Request, viewer: Context, visitor: Changes, name: str) -> Response:
    try:
        viewer.store.accounts.disable(name, viewer.now(), visitor.user.name)
    except AccountError as error:
        return _page(request, viewer, visitor, name, error)
    return _back(request, name)


@router.post("/users/{name}/enable")
def enable(request: Request, viewer: Context, visitor: Changes, name: str) -> Response:
    viewer.store.accounts.enable(name, viewer.now(), visitor.user.name)
    return _back(request, name)


@router.post("/users/{name}/tokens")
def make_token(request: Request, viewer: Context, visitor: Changes, name: str) -> Response:
    token = viewer.store.accounts.start_session(name, "api", viewer.now(), by=visitor.user.name)
    return _page(request, viewer, visitor, name, token=token)


@router.post("/users/{name}/tokens/{token}/end")
def end_token(request: Request, viewer: Context, visitor: Changes, name: str, token: str) -> Response:
    if not viewer.store.accounts.end_token(name, token, viewer.now(), visitor.user.name):
        raise HTTPException(404)
    return _back(request, name)


def _back(request: Request, name: str) -> Response:
    return RedirectResponse(request.url_for("user_page", name=name).path, 303)


def _list(
    request: Request,
    viewer: Viewer,
    visitor: Visitor,
    error: AccountError | None = None,
    form: dict[str, str] | None = None,
) -> Response:
    context = {
        "visitor": visitor,
        "users": viewer.store.accounts.users(),
        "form": form or {"name": "", "role": Role.AGENT, "agent": ""},
        "problems": _problems(request, error),
        **_choices(viewer),
    }
    return viewer.templates.TemplateResponse(request, "users.html", context, status_code=422 if error else 200)


def _page(
    request: Request,
    viewer: Viewer,
    visitor: Visitor,
    name: str,
    error: AccountError | None = None,
    password: str = "",
    token: str = "",
) -> Response:
    """`password` and `token` were just made, and are shown this once."""
    context = {
        "visitor": visitor,
        "user": viewer.store.accounts.get(name),
        "tokens": viewer.store.accounts.tokens(name),
        "password": password,
        "token": token,
        "problems": _problems(request, error),
        **_choices(viewer),
    }
    return viewer.templates.TemplateResponse(request, "user.html", context, status_code=422 if error else 200)


def _choices(viewer: Viewer) -> dict[str, object]:
    return {
        "roles": list(Role),
        "agents": sorted(agent.name for agent in viewer.store.floor.load().agents),
        "now": viewer.now(),
        "seen": viewer.store.events.last_id(),
    }


def _problems(request: Request, error: AccountError | None) -> list[str]:
    return [words_of(request)(f"users.problem.{type(error).__name__}", about=error.about)] if error else []
