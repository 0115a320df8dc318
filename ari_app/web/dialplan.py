"""The page of the dialplan: its flow as a picture with what happened at each node, and its versions."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.responses import FileResponse
from markupsafe import Markup

from ari_app.editions.history import Copy, History, version_of
from ari_app.settings import Settings
from dialplan.loader import load_dialplan
from ivr.graph.counting import COUNTED, count
from ivr.graph.flow_graph import FlowGraph, flow_graph
from ivr.graph.picture import STYLE, draw
from knowledge.library import load_library
from tickets.events import Kind
from tickets.rights import Right
from tickets.store import Store
from tickets.viewer.access import Context, may
from tickets.viewer.context import Visitor, words_of
from tickets.viewer.languages import language_of

_LATEST = 12
CHOICES = (1, 7, 30, 365)
"""Days whose calls may be counted."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class DialplanDesk:
    """Where the versions are kept, and where the files lie while there are none."""

    settings: Settings
    history: History

    def current(self, store: Store, language: str) -> tuple[str, FlowGraph]:
        """The version that new calls get, and its graph."""
        copy = self.in_force(store)
        return copy.version, _graph(copy, language)

    def in_force(self, store: Store) -> Copy:
        """The files that new calls get."""
        event = store.events.latest((Kind.DIALPLAN_CHANGED, Kind.DIALPLAN_REFUSED))
        version = str(event.data["version"]) if event else None
        copy = self.history.get(version) if version else None
        dialplan, articles = self.settings.dialplan, self.settings.knowledge.articles
        return copy or Copy(version_of(dialplan, articles), dialplan, articles)


@lru_cache(maxsize=4)
def _graph(copy: Copy, language: str) -> FlowGraph:
    articles = load_library(copy.articles).in_language(language)
    return flow_graph(load_dialplan(copy.dialplan), len(articles), language)


def add_dialplan_page(app: FastAPI, settings: Settings) -> None:
    """What the page needs, in the viewer `app`."""
    app.state.dialplan = DialplanDesk(settings, History(settings.state_dir / "dialplans"))


@router.get("/dialplan")
def dialplan_page(
    request: Request,
    viewer: Context,
    visitor: Annotated[Visitor, may(Right.DIALPLAN_SEE)],
    days: Annotated[int, Query(ge=1, le=366)] = 7,
) -> Response:
    desk: DialplanDesk = request.app.state.dialplan
    seen = viewer.store.events.last_id()
    version, graph = desk.current(viewer.store, language_of(request))
    since = viewer.now() - timedelta(days=days)
    counts = count(viewer.store.events.since(since, COUNTED), graph)
    context = {
        "visitor": visitor,
        "shown": version,
        "picture": Markup(draw(graph, counts, words_of(request)("dialplan.picture"))),  # noqa: S704  `draw` escapes
        "days": days,
        "choices": CHOICES,
        "versions": desk.history.entries()[-_LATEST:][::-1],
        "now": viewer.now(),
        "seen": seen,
    }
    return viewer.templates.TemplateResponse(request, "dialplan.html", context)


@router.get("/dialplan/picture.css")
def style() -> FileResponse:
    return FileResponse(STYLE, media_type="text/css")
