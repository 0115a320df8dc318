"""Which articles are meant by what somebody typed: by the line's own matcher, and by words."""

import asyncio
import re
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path

import structlog

from ari_app.web.desk.suggestions import Suggestions
from knowledge.index import ArticleIndex
from knowledge.store.base import KnowledgeBase
from knowledge.store.shapes import ArticleKey

log = structlog.get_logger(__name__)

_MOST = 8
_WAITS_S = 1.0
"""The matcher is learnt when it is first asked for; until it is there, words must do."""
_HAN = re.compile(r"[\u3400-\u9fff]")


async def found_by_meaning(suggestions: Suggestions, text: str) -> list[ArticleKey]:
    """What the line would answer with, the most probable first; none while it is still being learnt."""
    language = "zh" if _HAN.search(text) else "en"
    asked = asyncio.ensure_future(suggestions.to([text], language, _MOST))
    done, _ = await asyncio.wait({asked}, timeout=_WAITS_S)
    if not done:
        return []
    return [ArticleKey(language, suggestion.article.id) for suggestion in asked.result()]


def merged(*found: Iterable[ArticleKey]) -> list[ArticleKey]:
    """Each once, in the order of the first that has it."""
    return list(dict.fromkeys(key for keys in found for key in keys))


class SearchByWords:
    """In what is published of each article, or where nothing is, in its newest version. For several threads."""

    def __init__(self, base: KnowledgeBase, file: Path) -> None:
        self._base = base
        self._index = ArticleIndex(file)
        self._stamp: int | None = None
        self._lock = threading.Lock()

    def found(self, text: str) -> list[ArticleKey]:
        with self._lock:
            stamp = self._base.stamp()
            if stamp != self._stamp:
                self._refresh()
                self._stamp = stamp
        return self._index.find(text)

    def _refresh(self) -> None:
        texts = {entry.key: (entry.published or entry.newest).text for entry in self._base.entries()}
        try:
            self._index.refresh(texts)
        except (OSError, sqlite3.Error) as error:
            log.warning("the index of articles is not up to date", why=str(error))
