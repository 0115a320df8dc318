"""The viewer as a web application."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles
from jinja2 import ChoiceLoader, FileSystemLoader

from tickets.rights import Right
from tickets.settings import TicketsSettings
from tickets.store import Store
from tickets.viewer import api, audit, login, outage_api, outage_pages, pages, stream, users
from tickets.viewer.access import SecurityHeaders
from tickets.viewer.body_limit import BodyLimit
from tickets.viewer.context import OutageDesk, Part, Viewer
from tickets.viewer.live import LiveHub
from tickets.viewer.presentation import Labels
from tickets.viewer.problems import add_problem_pages
from tickets.viewer.rendering import templates_in

_FOLDER = Path(__file__).parent
PARTS = (
    Part("tickets", Right.TICKETS_SEE),
    Part("outages", Right.OUTAGES_SEE),
    Part("users", Right.USERS_CHANGE),
    Part("audit", Right.AUDIT_SEE),
)
"""The navigation where there is no line beside the tickets."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(
    settings: TicketsSettings,
    store: Store,
    labels: Mapping[str, Labels] | None = None,
    now: Callable[[], datetime] = utc_now,
    outages: OutageDesk | None = None,
) -> FastAPI:
    """The viewer over an open store. `labels` names categories and articles, by language; `now` gives aware UTC times;
    `outages` is what the line lends to the pages of outages."""
    app = FastAPI(title="Hotline", version="1", lifespan=_lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    templates = templates_in(_FOLDER / "templates")
    live = LiveHub(store.events)
    app.state.viewer = Viewer(settings, store, labels or {}, templates, live, now, outages or OutageDesk())
    app.state.companions = []
    app.state.viewer.parts += PARTS
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    app.mount("/static", StaticFiles(directory=_FOLDER / "static"), name="static")
    for part in (login, stream, pages, outage_pages, users, audit, api, outage_api):
        app.include_router(part.router)
    add_problem_pages(app)
    return app


def extend(app: FastAPI, folder: Path, routers: Iterable[APIRouter]) -> None:
    """Further pages: `templates/` and `texts/` of `folder` are found like our own, its `static/` is
    `/more/<name of the folder>`."""
    viewer: Viewer = app.state.viewer
    environment = viewer.templates.env
    assert environment.loader is not None  # noqa: S101 (`templates_in` sets it)
    environment.loader = ChoiceLoader([environment.loader, FileSystemLoader(folder / "templates")])
    viewer.text_folders.append(folder / "texts")
    app.mount(f"/more/{folder.name}", StaticFiles(directory=folder / "static"), name=folder.name)
    for router in routers:
        app.include_router(router)


def accompany(app: FastAPI, companion: Callable[[], AbstractAsyncContextManager[object]]) -> None:
    """`companion` is entered when the application starts, and left when it ends."""
    app.state.companions.append(companion)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for companion in (app.state.viewer.live.running, *app.state.companions):
            await stack.enter_async_context(companion())
        yield
