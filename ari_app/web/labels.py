"""What the pages call categories and articles; they follow the dialplan and the knowledge base."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI

from ari_app.outage_scope import as_read
from ari_app.racing import meanwhile
from ari_app.web.desk.parts import Desk
from dialplan.loader import Dialplan
from knowledge.library import Library
from tickets.viewer.app import accompany
from tickets.viewer.context import Viewer
from tickets.viewer.presentation import Labels
from tickets.viewer.words import LANGUAGES

log = structlog.get_logger(__name__)

_LOOK_EVERY_S = 2.0


def add_labels(app: FastAPI) -> None:
    """Keep those of the viewer `app` up to date; it has a desk, whose dialplan and articles they are."""
    following = _Following(app.state.viewer, app.state.desk)
    following.look()
    accompany(app, following.running)


class _Following:
    """Nothing is looked at for a request."""

    def __init__(self, viewer: Viewer, desk: Desk) -> None:
        self._viewer = viewer
        self._desk = desk
        self._named: tuple[Dialplan | None, Library | None] = (None, None)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with meanwhile(self._follow(), "labels"):
            yield

    def look(self) -> None:
        """Names that cannot be read any more stay as they were."""
        dialplan, library = self._desk.current.dialplan, self._desk.suggestions.articles.library
        before = self._named
        if dialplan is not before[0] or library is not before[1]:
            self._viewer.labels = {language: labels(dialplan, library, language) for language in LANGUAGES}
            self._named = dialplan, library

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            try:
                await asyncio.to_thread(self.look)
            except Exception:
                log.exception("the pages go on with the names that they have")


def labels(dialplan: Dialplan | None, library: Library | None, language: str) -> Labels:
    """Without the one or the other the pages still work, and show ids."""
    categories = dialplan.menus.categories.items() if dialplan else ()
    articles = library.in_language(language) if library else ()
    return Labels(
        {id: as_read(category.name[language]) for id, category in categories if language in category.name},
        {article.id: article.question for article in articles},
    )
