"""Who may see a page: sessions, tokens, forms that only our own pages can send, and the headers that guard them."""

import hashlib
import hmac
from typing import Annotated

from fastapi import Depends, HTTPException, Request, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tickets.accounts import User
from tickets.viewer.context import Viewer, Visitor, viewer_of

SESSION_COOKIE = "hotline_session"
FORM_COOKIE = "hotline_form"

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_BEARER = {"WWW-Authenticate": "Bearer"}


class LoginNeeded(Exception):
    """Nobody is logged in."""


class ChangeNeeded(Exception):
    """The password must be changed first."""


class SecurityHeaders:
    """Puts the guarding headers on every answer; written for ASGI itself, so that streams pass through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                if not scope["path"].startswith("/static/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_guarded)


def logged_in(request: Request) -> Visitor:
    """Whoever has a session, even one who must change the password first."""
    viewer = viewer_of(request)
    secret = request.cookies.get(SESSION_COOKIE, "")
    user = viewer.store.accounts.of_session(secret, "web", viewer.now()) if secret else None
    if user is None:
        raise LoginNeeded
    return Visitor(user, form_token(secret))


def visitor(arrival: Annotated[Visitor, Depends(logged_in)]) -> Visitor:
    if arrival.user.must_change:
        raise ChangeNeeded
    return arrival


def reader(request: Request) -> User:
    """Of the REST API: a token (`Authorization: Bearer …`, from `hotline user token`), or the login of a browser."""
    if _token(request) is not None:
        return program(request)
    try:
        return visitor(logged_in(request)).user
    except (LoginNeeded, ChangeNeeded):
        raise HTTPException(401, "a login or a token is needed", _BEARER) from None


def program(request: Request) -> User:
    """Who changes something over the REST API. Only a token will do: a cookie could be sent by another site's page."""
    viewer, token = viewer_of(request), _token(request)
    user = viewer.store.accounts.of_session(token, "api", viewer.now()) if token else None
    if user is None:
        raise HTTPException(401, "a token is needed", _BEARER)
    return user


def _token(request: Request) -> str | None:
    """None where the request carries none; a proxy's own authorization is not ours to read."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.casefold() == "bearer" else None


def set_cookie(response: Response, viewer: Viewer, name: str, secret: str) -> None:
    response.set_cookie(name, secret, httponly=True, samesite="lax", secure=viewer.settings.secure_cookies, path="/")


def form_token(secret: str) -> str:
    """What a form must bring along: it follows from the cookie, which other sites cannot read."""
    return hashlib.sha256(b"form:" + secret.encode()).hexdigest()


def form_is_ours(request: Request, cookie: str, token: str) -> bool:
    secret = request.cookies.get(cookie, "")
    same_site = request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
    return same_site and bool(secret) and hmac.compare_digest(form_token(secret), token)


def require_own_form(request: Request, token: str) -> None:
    if not form_is_ours(request, SESSION_COOKIE, token):
        raise HTTPException(403)


SignedIn = Annotated[Visitor, Depends(visitor)]
Reader = Annotated[User, Depends(reader)]
Program = Annotated[User, Depends(program)]
Context = Annotated[Viewer, Depends(viewer_of)]
