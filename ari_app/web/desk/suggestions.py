"""Articles that fit what was said: the line's own matcher, loaded when the first desk is opened."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from ari_app.outage_scope import CurrentDialplan
from ari_app.published.current import CurrentLibrary
from dialplan.loader import Dialplan
from ivr.open_question import OpenQuestion, fit_open_question
from knowledge.article import Article
from knowledge.errors import KnowledgeError
from knowledge.library import Library
from knowledge.settings import KnowledgeSettings

_ARTICLE = "article:"
_CANDIDATES = 12
_LEAST = 0.05
"""What is less probable than this is not worth a look."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`confidence` is 0…1: how probable it is that this is what was meant."""

    article: Article
    confidence: float


@dataclass(frozen=True, slots=True)
class _Learnt:
    dialplan: Dialplan
    library: Library
    question: OpenQuestion


@dataclass(slots=True)
class Suggestions:
    """Learnt anew when the dialplan or an article has changed."""

    settings: KnowledgeSettings
    current: CurrentDialplan
    articles: CurrentLibrary
    _learnt: _Learnt | None = None
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def prepare(self) -> None:
        """Learn ahead: the first call is not to wait for it."""
        await self._loaded()

    async def to(self, said: Sequence[str], language: str, most: int) -> tuple[Suggestion, ...]:
        """The articles that answer one of these sentences, best first; none where nothing could be learnt."""
        learnt = await self._loaded()
        if learnt is None or language not in learnt.question.matchers:
            return ()
        return await asyncio.to_thread(_ranked, learnt, tuple(said), language, most)

    async def article(self, article_id: str, language: str) -> Article | None:
        learnt = await self._loaded()
        return learnt.library.get(article_id, language) if learnt is not None else None

    async def _loaded(self) -> _Learnt | None:
        async with self._one_at_a_time:
            dialplan, library = await asyncio.to_thread(lambda: (self.current.dialplan, self.articles.library))
            if dialplan is None or library is None:
                return None
            learnt = self._learnt
            if learnt is None or learnt.dialplan is not dialplan or learnt.library is not library:
                try:
                    self._learnt = await asyncio.to_thread(self._learn, dialplan, library)
                except KnowledgeError as error:
                    log.warning("no articles are suggested", why=str(error))
            return self._learnt

    def _learn(self, dialplan: Dialplan, library: Library) -> _Learnt:
        return _Learnt(dialplan, library, fit_open_question(dialplan, library, self.settings))


def _ranked(learnt: _Learnt, said: Sequence[str], language: str, most: int) -> tuple[Suggestion, ...]:
    best: dict[str, float] = {}
    for sentence in said:
        for candidate in learnt.question.matchers[language].rank([(sentence, 1.0)], _CANDIDATES).candidates:
            best[candidate.target] = max(best.get(candidate.target, 0.0), candidate.confidence)
    found = (
        Suggestion(article, confidence)
        for target, confidence in sorted(best.items(), key=lambda entry: -entry[1])
        if target.startswith(_ARTICLE)
        and confidence >= _LEAST
        and (article := learnt.library.get(target.removeprefix(_ARTICLE), language)) is not None
    )
    return tuple(found)[:most]
