"""The knowledge base in the browser: see README.md."""

from fastapi import APIRouter, FastAPI, Request, Response

from ari_app.learning import open_learning
from ari_app.published.publishing import try_publication
from ari_app.settings import Settings
from ari_app.web.desk.parts import Desk
from ari_app.web.knowledge import attachments, editing, history, learning, listing, reading, reviewing
from ari_app.web.knowledge.parts import KnowledgeDesk
from ari_app.web.knowledge.search import SearchByWords
from knowledge.errors import ArticleNotFound, NotAllowed
from tickets.viewer.context import Viewer
from tickets.viewer.problems import problem

__all__ = ["add_knowledge", "router"]

router = APIRouter(include_in_schema=False)
for part in (listing, learning, editing, reading, history, reviewing, attachments):
    router.include_router(part.router)


def add_knowledge(app: FastAPI, settings: Settings) -> None:
    """What the pages need, in the viewer `app`; beside `add_desk`, whose matcher they share."""
    viewer: Viewer = app.state.viewer
    desk: Desk = app.state.desk
    taught = open_learning(settings, viewer.store)
    app.state.knowledge = KnowledgeDesk(
        taught,
        SearchByWords(taught.base, (settings.knowledge.cache or settings.state_dir) / "articles.db"),
        desk.suggestions,
        desk.current,
        lambda key, text: try_publication(settings, key, text),
    )
    app.add_exception_handler(ArticleNotFound, _not_found)
    app.add_exception_handler(NotAllowed, _not_any_more)


async def _not_found(request: Request, error: Exception) -> Response:
    return problem(request, 404, str(error))


async def _not_any_more(request: Request, error: Exception) -> Response:
    return problem(request, 409, str(error), "409.knowledge")
