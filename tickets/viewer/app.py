"""The viewer as a web application."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException

from tickets.settings import TicketsSettings
from tickets.store import DatabaseUnavailable, OutageEnded, OutageNotFound, Store, TicketNotFound
from tickets.viewer import api, login, outage_api, outage_pages, pages
from tickets.viewer.access import ChangeNeeded, LoginNeeded, SecurityHeaders
from tickets.viewer.context import OutageDesk, Viewer, viewer_of
from tickets.viewer.live import LiveFeed
from tickets.viewer.notices import notices
from tickets.viewer.presentation import Labels, Presentation, duration, percent
from tickets.viewer.texts import TEXTS, text

_FOLDER = Path(__file__).parent


def utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(
    settings: TicketsSettings,
    store: Store,
    labels: Labels | None = None,
    now: Callable[[], datetime] = utc_now,
    outages: OutageDesk | None = None,
) -> FastAPI:
    """The viewer over an open store. `labels` names categories and articles; `now` gives aware UTC times; `outages` is
    what the line lends to the pages of outages."""
    live = LiveFeed(store.events)
    app = FastAPI(title="Hotline", version="1", lifespan=_lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    present = Presentation(settings, labels or Labels())
    app.state.viewer = Viewer(settings, store, present, _templates(present, store), live, now, outages or OutageDesk())
    app.add_middleware(SecurityHeaders)
    app.mount("/static", StaticFiles(directory=_FOLDER / "static"), name="static")
    for part in (login, pages, outage_pages, api, outage_api):
        app.include_router(part.router)
    app.add_exception_handler(LoginNeeded, _to_login)
    app.add_exception_handler(ChangeNeeded, _to_password)
    app.add_exception_handler(TicketNotFound, _not_found)
    app.add_exception_handler(OutageNotFound, _not_found)
    app.add_exception_handler(OutageEnded, _over)
    app.add_exception_handler(DatabaseUnavailable, _unavailable)
    app.add_exception_handler(HTTPException, _error)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    following = asyncio.create_task(app.state.viewer.live.follow())
    try:
        yield
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


def _templates(present: Presentation, store: Store) -> Jinja2Templates:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.globals.update(
        t=text, texts=TEXTS, present=present, percent=percent, duration=duration, version=_static_version(),
        parts=("tickets", "outages"), notices=partial(notices, store.events),
    )  # fmt: skip
    return Jinja2Templates(env=environment)


def _static_version() -> str:
    """Changes with our static files, so that browsers may keep them and still get new ones."""
    return format(max(int(file.stat().st_mtime) for file in (_FOLDER / "static").iterdir()), "x")


async def _to_login(request: Request, error: Exception) -> Response:
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.url.path == "/live":
        return Response(status_code=401)
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": "/login"})
    return RedirectResponse(f"/login?next={quote(target)}", 303)


async def _to_password(request: Request, error: Exception) -> Response:
    return RedirectResponse("/password", 303)


async def _not_found(request: Request, error: Exception) -> Response:
    return _problem(request, 404, str(error))


async def _over(request: Request, error: Exception) -> Response:
    return _problem(request, 409, str(error))


async def _unavailable(request: Request, error: Exception) -> Response:
    return _problem(request, 503, str(error))


async def _error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 (registered for no other)
    if request.url.path.startswith("/api/"):
        return await http_exception_handler(request, error)
    return _problem(request, error.status_code, str(error.detail))


def _problem(request: Request, status: int, detail: str) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"detail": detail}, status)
    name = str(status) if f"error.{status}.title" in TEXTS else "other"
    context = {"title": text(f"error.{name}.title"), "explanation": text(f"error.{name}.text")}
    return viewer_of(request).templates.TemplateResponse(request, "error.html", context, status_code=status)
