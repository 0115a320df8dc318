"""Logging in and out, and changing the password."""

import secrets
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from tickets.accounts import LONGEST_PASSWORD, SHORTEST_PASSWORD, Refusal, WeakPassword
from tickets.viewer.access import (
    FORM_COOKIE,
    SESSION_COOKIE,
    Context,
    address_of,
    form_is_ours,
    form_token,
    logged_in,
    require_own_form,
    set_cookie,
)
from tickets.viewer.context import Viewer, Visitor, words_of
from tickets.viewer.languages import LANGUAGE_COOKIE, THEME_COOKIE, THEMES
from tickets.viewer.words import LANGUAGES

router = APIRouter(include_in_schema=False)

_YEAR_S = 365 * 24 * 3600

LoggedIn = Annotated[Visitor, Depends(logged_in)]


@router.get("/login")
def login_page(request: Request, viewer: Context, next: str = "/") -> Response:
    return _login_form(request, viewer, next)


@router.post("/login")
def log_in(
    request: Request,
    viewer: Context,
    name: Annotated[str, Form(max_length=80)],
    password: Annotated[str, Form(max_length=1000)],
    csrf: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    if not form_is_ours(request, FORM_COOKIE, csrf):
        return _login_form(request, viewer, next, name, "login.expired", 403)
    outcome = viewer.store.accounts.log_in(name, password, viewer.now())
    if isinstance(outcome, Refusal):
        status = 429 if outcome is Refusal.LOCKED else 401
        return _login_form(request, viewer, next, name, f"login.{outcome}", status)
    return _with_session(request, viewer, outcome.name, "/password" if outcome.must_change else _local(next))


@router.post("/logout")
def log_out(request: Request, viewer: Context, visitor: LoggedIn, csrf: Annotated[str, Form()] = "") -> Response:
    require_own_form(request, csrf)
    viewer.store.accounts.end_session(request.cookies[SESSION_COOKIE])
    response = RedirectResponse("/login", 303)
    response.delete_cookie(SESSION_COOKIE)
    return response


@router.get("/password")
def password_page(request: Request, viewer: Context, visitor: LoggedIn) -> Response:
    return _password_form(request, viewer, visitor)


@router.post("/password")
def change_password(
    request: Request,
    viewer: Context,
    visitor: LoggedIn,
    current: Annotated[str, Form(max_length=1000)],
    new: Annotated[str, Form(max_length=1000)],
    repeat: Annotated[str, Form(max_length=1000)],
    csrf: Annotated[str, Form()] = "",
) -> Response:
    require_own_form(request, csrf)
    words = words_of(request)
    if new != repeat:
        return _password_form(request, viewer, visitor, words("password.differ"), 422)
    # Counted like a login, so that a stolen session is no way to guess the password.
    if isinstance(outcome := viewer.store.accounts.log_in(visitor.user.name, current, viewer.now()), Refusal):
        problem = words("login.locked" if outcome is Refusal.LOCKED else "password.wrong")
        return _password_form(request, viewer, visitor, problem, 401)
    try:
        viewer.store.accounts.change_password(visitor.user.name, new, viewer.now())
    except WeakPassword as weak:
        problem = words(f"password.weak.{weak.why}", least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD)
        return _password_form(request, viewer, visitor, problem, 422)
    return _with_session(request, viewer, visitor.user.name, "/")


@router.post("/appearance")
def choose_appearance(
    viewer: Context,
    language: Annotated[str, Form()] = "",
    theme: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """The language and the colours of the pages, in this browser. It changes nothing else, so nobody needs a login."""
    response = RedirectResponse(_local(next), 303)
    for cookie, chosen, known in ((LANGUAGE_COOKIE, language, LANGUAGES), (THEME_COOKIE, theme, THEMES)):
        if chosen in known:
            response.set_cookie(
                cookie, chosen, _YEAR_S, httponly=True, samesite="lax", secure=viewer.settings.secure_cookies
            )
    return response


def _with_session(request: Request, viewer: Viewer, name: str, target: str) -> Response:
    response = RedirectResponse(target, 303)
    secret = viewer.store.accounts.start_session(name, "web", viewer.now(), address_of(request))
    set_cookie(response, viewer, SESSION_COOKIE, secret)
    response.delete_cookie(FORM_COOKIE)
    return response


def _login_form(
    request: Request, viewer: Viewer, target: str, name: str = "", problem: str = "", status: int = 200
) -> Response:
    secret = secrets.token_urlsafe(24)
    context = {
        "next": _local(target),
        "name": name,
        "problem": words_of(request)(problem) if problem else "",
        "csrf": form_token(secret),
    }
    response = viewer.templates.TemplateResponse(request, "login.html", context, status_code=status)
    set_cookie(response, viewer, FORM_COOKIE, secret)
    return response


def _password_form(
    request: Request, viewer: Viewer, visitor: Visitor, problem: str = "", status: int = 200
) -> Response:
    context = {"visitor": visitor, "problem": problem}
    return viewer.templates.TemplateResponse(request, "password.html", context, status_code=status)


def _local(target: str) -> str:
    """A path of ours; anything that could lead to another site becomes the first page."""
    parts = urlsplit(target)
    is_local = not parts.scheme and not parts.netloc and target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if is_local and target.isprintable() else "/"
