"""What a visitor sees when something is not as he wanted it."""

from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from tickets.store import DatabaseUnavailable, OutageEnded, OutageNotFound, TicketNotFound
from tickets.store.errors import UserNotFound
from tickets.viewer.access import ChangeNeeded, LoginNeeded, NotAllowed
from tickets.viewer.context import viewer_of, words_of

_STATUS: dict[type[Exception], int] = {
    TicketNotFound: 404,
    OutageNotFound: 404,
    UserNotFound: 404,
    OutageEnded: 409,
    DatabaseUnavailable: 503,
}
_WITHOUT_PAGE = ("/live", "/session")


def add_problem_pages(app: FastAPI) -> None:
    app.add_exception_handler(LoginNeeded, _to_login)
    app.add_exception_handler(ChangeNeeded, _to_password)
    app.add_exception_handler(NotAllowed, _not_allowed)
    for kind in _STATUS:
        app.add_exception_handler(kind, _of_store)
    app.add_exception_handler(HTTPException, _error)


async def _to_login(request: Request, error: Exception) -> Response:
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.url.path in _WITHOUT_PAGE:
        return Response(status_code=401)
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": "/login"})
    return RedirectResponse(f"/login?next={quote(target)}", 303)


async def _to_password(request: Request, error: Exception) -> Response:
    return RedirectResponse("/password", 303)


async def _not_allowed(request: Request, error: Exception) -> Response:
    return problem(request, 403, "your role does not allow this", "403.right")


async def _of_store(request: Request, error: Exception) -> Response:
    status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
    return problem(request, status, str(error))


async def _error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 (registered for no other)
    if request.url.path.startswith("/api/"):
        return await http_exception_handler(request, error)
    return problem(request, error.status_code, str(error.detail))


def problem(request: Request, status: int, detail: str, name: str | None = None) -> Response:
    """A page for people, or JSON with `detail` for programs; `name` is that of its texts."""
    if request.url.path.startswith("/api/"):
        return JSONResponse({"detail": detail}, status)
    words, name = words_of(request), name or str(status)
    if f"error.{name}.title" not in words:
        name = "other"
    context = {"title": words(f"error.{name}.title"), "explanation": words(f"error.{name}.text")}
    return viewer_of(request).templates.TemplateResponse(request, "error.html", context, status_code=status)
