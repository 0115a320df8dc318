"""Who may see a page: sessions, tokens, forms that only our own pages can send, and the headers that guard them."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request, Response
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tickets.accounts import User
from tickets.rights import Right
from tickets.viewer.context import Viewer, Visitor, viewer_of

SESSION_COOKIE = "hotline_session"
FORM_COOKIE = "hotline_form"
TOKEN_HEADER = "X-CSRF-Token"  # noqa: S105 (a name)

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
        "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_WITH_MICROPHONE = "camera=(), geolocation=(), microphone=(self)"
_WITH_WINDOW = "same-origin-allow-popups"
DESK = "/desk"
"""The one page that may use the microphone, and keeps hold of a window with another system's page."""
_BEARER = {"WWW-Authenticate": "Bearer"}


class LoginNeeded(Exception):
    """Nobody is logged in."""


class ChangeNeeded(Exception):
    """The password must be changed first."""


class NotAllowed(Exception):
    """His role does not allow it."""


class SecurityHeaders:
    """Puts the guarding headers on every answer; written for ASGI itself, so that streams pass through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                if scope["path"] == DESK:
                    headers["Permissions-Policy"] = _WITH_MICROPHONE
                    headers["Cross-Origin-Opener-Policy"] = _WITH_WINDOW
                if not scope["path"].startswith(("/static/", "/more/")):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_guarded)


def logged_in(request: HTTPConnection) -> Visitor:
    """Whoever has a session, even one who must change the password first."""
    viewer = viewer_of(request)
    secret = request.cookies.get(SESSION_COOKIE, "")
    user = viewer.store.accounts.of_session(secret, "web", viewer.now(), address_of(request)) if secret else None
    if user is None:
        raise LoginNeeded
    return Visitor(user, form_token(secret))


def has_login(request: HTTPConnection) -> bool:
    """Whether the login with which `request` came still stands."""
    try:
        logged_in(request)
    except LoginNeeded:
        return False
    return True


def address_of(request: HTTPConnection) -> str:
    """Where it comes from, or what a proxy on this machine says of that."""
    return request.client.host if request.client else ""


def signed_in(arrival: Annotated[Visitor, Depends(logged_in)]) -> Visitor:
    """For what every user may do: log out, follow the stream, his own password."""
    if arrival.user.must_change:
        raise ChangeNeeded
    return arrival


@dataclass(frozen=True)
class Needs:
    """A dependency that lets in those who have `right`."""

    right: Right

    def require(self, user: User) -> None:
        if not user.may(self.right):
            raise NotAllowed


class _Page(Needs):
    def __call__(self, visitor: Annotated[Visitor, Depends(signed_in)]) -> Visitor:
        self.require(visitor.user)
        return visitor


class _Form(Needs):
    async def __call__(self, request: Request, visitor: Annotated[Visitor, Depends(signed_in)]) -> Visitor:
        self.require(visitor.user)
        require_own_form(request, await _sent_token(request))
        return visitor


class _Api(Needs):
    def __call__(self, request: Request) -> User:
        user = _of_token(request) if _token(request) is not None else _of_browser(request)
        self.require(user)
        return user


class _Program(Needs):
    def __call__(self, request: Request) -> User:
        user = _of_token(request)
        self.require(user)
        return user


def may(right: Right) -> Any:
    """Who looks at a page: `Annotated[Visitor, may(Right.TICKETS_SEE)]`."""
    return Depends(_Page(right))


def may_change(right: Right) -> Any:
    """Who sends a form of ours, or a script of ours that puts the token of `<meta name="csrf">` into X-CSRF-Token."""
    return Depends(_Form(right))


def token_or_login(right: Right) -> Any:
    """Who reads over the REST API: with a token (`Authorization: Bearer …`, from `hotline user token`), or the login of
    a browser."""
    return Depends(_Api(right))


def token(right: Right) -> Any:
    """Who changes something over the REST API. Only a token will do: a cookie could be sent by another site's page."""
    return Depends(_Program(right))


def _of_browser(request: Request) -> User:
    try:
        return signed_in(logged_in(request)).user
    except (LoginNeeded, ChangeNeeded):
        raise HTTPException(401, "a login or a token is needed", _BEARER) from None


def _of_token(request: Request) -> User:
    viewer, secret = viewer_of(request), _token(request)
    user = viewer.store.accounts.of_session(secret, "api", viewer.now()) if secret else None
    if user is None:
        raise HTTPException(401, "a token is needed", _BEARER)
    return user


async def _sent_token(request: Request) -> str:
    header = request.headers.get(TOKEN_HEADER)
    if header is not None:
        return header
    sent = (await request.form()).get("csrf", "")
    return sent if isinstance(sent, str) else ""


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


SignedIn = Annotated[Visitor, Depends(signed_in)]
Context = Annotated[Viewer, Depends(viewer_of)]
