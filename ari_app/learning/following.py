"""The event log is read for what calls teach: phrasings to propose, and questions that no article answers."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from ari_app.learning.reading import Said, read_call
from dialplan.loader import Dialplan
from ivr.conversation import Hypothesis
from ivr.desk import Matcher, Ranking
from ivr.library import SpokenLibrary
from ivr.words import Words
from knowledge.article import Article
from knowledge.errors import KnowledgeError
from knowledge.learning import LINE, as_phrasing, is_learnable
from knowledge.near import NearTexts
from knowledge.settings import KnowledgeSettings
from knowledge.store import ArticleKey, KnowledgeBase
from knowledge.store.learning_shapes import Asked, Lesson, Meant
from tickets.events import Event, Kind
from tickets.masking import mask
from tickets.store import Store, StoreError

log = structlog.get_logger(__name__)

_LOOK_EVERY_S = 5.0
_NEXT_AFTER_S = 0.5  # calls go first: what was read is worked on in their process
_EVENTS = 200
_KNOWN_ALREADY = 0.9
"""Understood with such confidence, a sentence teaches nothing."""
_ENOUGH_CALLS = 2


class Understanding(Protocol):
    """What new calls get; an `Edition` is one."""

    @property
    def dialplan(self) -> Dialplan: ...

    @property
    def matcher(self) -> Matcher: ...

    @property
    def articles(self) -> SpokenLibrary: ...


@dataclass(slots=True)
class CallFollower:
    """`accept` takes proposals (ids) for somebody (by, at), as `Learning.accept`; it is called in a thread.

    How far the log was read is kept with what was learnt, so a restart neither misses a call nor counts one twice. What
    goes wrong is in the log once, and tried again.
    """

    store: Store
    base: KnowledgeBase
    settings: KnowledgeSettings
    understanding: Callable[[], Understanding]
    accept: Callable[[Sequence[int], str, datetime], object]
    now: Callable[[], datetime]
    _read_to: int | None = field(default=None, init=False)
    _trouble: str = field(default="", init=False)
    _refused: set[int] = field(default_factory=set, init=False)

    async def follow(self) -> None:
        """Runs for as long as the controller does."""
        while True:
            is_more = await self.look()
            await asyncio.sleep(_NEXT_AFTER_S if is_more else _LOOK_EVERY_S)

    async def look(self) -> bool:
        """Read on; whether there is more."""
        try:
            is_more = await self._look()
        except StoreError as error:
            if str(error) != self._trouble:
                log.error("nothing is learnt from calls", why=str(error))
            self._trouble = str(error)
            return False
        except Exception:
            log.exception("nothing is learnt from calls")
            return False
        if self._trouble:
            log.info("calls are learnt from again")
            self._trouble = ""
        return is_more

    async def _look(self) -> bool:
        if self._read_to is None:
            self._read_to = await asyncio.to_thread(self.base.learning_place)
        events = await asyncio.to_thread(self.store.events.after, self._read_to, _EVENTS)
        if not events:
            return False
        calls = dict.fromkeys(event.call_id for event in events if event.call_id and _is_news(event))
        lessons = [lesson for call_id in calls if (lesson := await self._lesson(call_id)) is not None]
        is_more, read_to = len(events) == _EVENTS, events[-1].id
        if lessons or is_more:
            await asyncio.to_thread(self.base.learn, lessons, read_to, self.settings.most_phrasings)
        self._read_to = read_to
        if self.settings.learn == "accept" and any(lesson.meant for lesson in lessons):
            await asyncio.to_thread(self._accept)
        return is_more

    async def _lesson(self, call_id: str) -> Lesson | None:
        events = await asyncio.to_thread(self.store.events.of_call, call_id)
        try:
            return await self._learn(call_id, events)
        except Exception:  # one call that cannot be read must not be in the way of all after it
            log.exception("nothing is learnt from a call", call=call_id)
            return None

    async def _learn(self, call_id: str, events: Sequence[Event]) -> Lesson:
        known = self.understanding()
        menus = known.dialplan.menus
        words = {language: Words(known.dialplan, language) for language in menus.languages}
        shown = read_call(events, menus.menus.keys(), words.get)
        meant = [await _meant(known, said, article, self.settings.most_phrasings) for said, article in shown.meant]
        solved = [await _of_category(known, *one, self.settings.most_phrasings) for one in shown.solved]
        asked = (_asked(known, said) for said in shown.asked)
        return Lesson(
            call_id,
            events[-1].at,
            tuple(one for one in (*meant, *solved) if one is not None),
            tuple(one for one in asked if one is not None),
        )

    def _accept(self) -> None:
        """What enough calls have shown, and nobody need doubt, without being asked: an article at a time."""
        by_key: dict[ArticleKey, list[int]] = {}
        for proposal in self.base.proposals():
            if proposal.calls >= _ENOUGH_CALLS and not proposal.doubtful and proposal.id not in self._refused:
                by_key.setdefault(proposal.key, []).append(proposal.id)
        for key, ids in by_key.items():
            try:
                self.accept(ids, LINE, self.now())
            except KnowledgeError as error:
                log.warning("an article does not learn: somebody has to decide", article=str(key), why=str(error))
                self._refused.update(ids)
            else:
                log.info("an article has learnt phrasings", article=str(key), count=len(ids))


def _is_news(event: Event) -> bool:
    """The call is over, or somebody has solved its ticket later."""
    is_solved = event.kind == Kind.STATUS_CHANGED and event.data["new"] == "solved" and bool(event.data.get("by"))
    return event.kind == Kind.CALL_FINISHED or is_solved


async def _meant(known: Understanding, said: Said, article_id: str, most: int) -> Meant | None:
    """None where the article would learn nothing by it, or nothing more."""
    text = as_phrasing(mask(said.text))
    article = known.articles.library.get(article_id, said.language)
    if article is None or not is_learnable(text) or len(article.phrasings) >= most:
        return None
    if _has_near((article.question, *article.phrasings), text):
        return None
    ranking = await known.matcher.rank((Hypothesis(text),), said.language)
    best = ranking.candidates[0] if ranking.candidates else None
    if best is not None and best.target == f"article:{article_id}" and best.confidence >= _KNOWN_ALREADY:
        return None
    nearest, is_doubtful = _nearest(ranking, article)
    return Meant(ArticleKey(said.language, article_id), text, nearest, is_doubtful)


async def _of_category(known: Understanding, said: Said, category: str, most: int) -> Meant | None:
    """The most probable article of the category that an agent has chosen."""
    ranking = await known.matcher.rank((Hypothesis(as_phrasing(mask(said.text))),), said.language)
    for candidate in ranking.candidates:
        kind, _, name = candidate.target.partition(":")
        article = known.articles.library.get(name, said.language) if kind == "article" else None
        if article is not None and article.category == category:
            return await _meant(known, said, name, most)
    return None


def _asked(known: Understanding, said: Said) -> Asked | None:
    """None of what is known to be no question to the line."""
    text = as_phrasing(mask(said.text))
    chatter = known.articles.library.chatter.get(said.language, ())
    return Asked(said.language, text, said.at) if is_learnable(text) and not _has_near(chatter, text) else None


def _has_near(texts: Iterable[str], text: str) -> bool:
    known = NearTexts()
    for each in texts:
        known.add(each, "")
    return next(known.find(text), None) is not None


def _nearest(ranking: Ranking, article: Article) -> tuple[str | None, bool]:
    """The article that has the nearest phrasing, and whether that speaks against `article`: its category does not."""
    kind, _, name = ranking.nearest.partition(":")
    is_its_own = ranking.nearest in (f"article:{article.id}", f"category:{article.category}")
    return name if kind == "article" else None, not is_its_own
