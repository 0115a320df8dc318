"""Which articles are meant by what somebody typed: by the line's own matcher, and by words."""

import asyncio
import re
from collections.abc import Iterable, Sequence

from ari_app.web.knowledge.parts import KnowledgeDesk
from ari_app.web.knowledge.rows import Row
from knowledge.store.shapes import ArticleKey

_MOST = 8
_WAITS_S = 1.0
"""The matcher is learnt when it is first asked for; until it is there, words must do."""
_HAN = re.compile(r"[\u3400-\u9fff]")


async def found_by_meaning(desk: KnowledgeDesk, text: str) -> list[ArticleKey]:
    """What the line would answer with, the most probable first; none while it is still being learnt."""
    language = "zh" if _HAN.search(text) else "en"
    asked = asyncio.ensure_future(desk.suggestions.to([text], language, _MOST))
    done, _ = await asyncio.wait({asked}, timeout=_WAITS_S)
    if not done:
        return []
    return [ArticleKey(language, suggestion.article.id) for suggestion in asked.result()]


def found_by_words(text: str, rows: Sequence[Row]) -> list[ArticleKey]:
    """Those in which every word of `text` stands."""
    words = text.casefold().split()
    return [row.key for row in rows if all(word in row.words for word in words)]


def merged(*found: Iterable[ArticleKey]) -> list[ArticleKey]:
    """Each once, in the order of the first that has it."""
    return list(dict.fromkeys(key for keys in found for key in keys))
