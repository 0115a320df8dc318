"""What every page of the knowledge base needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.responses import RedirectResponse

from ari_app.learning import Learning
from ari_app.outage_scope import CurrentDialplan, as_read
from ari_app.web.desk.suggestions import Suggestions
from ari_app.web.knowledge.form import clean
from ari_app.web.knowledge.search import SearchByWords
from ari_app.web.names import Names
from knowledge.attachment import MEDIA_TYPES
from knowledge.errors import Problem
from knowledge.store.base import KnowledgeBase
from knowledge.store.shapes import ArticleKey, Version
from tickets.rights import Right
from tickets.viewer.access import may, may_change
from tickets.viewer.context import Viewer, Visitor, present_of, viewer_of, words_of
from tickets.viewer.languages import language_of
from tickets.viewer.words import LANGUAGES

LONGEST_COMMENT = 2_000
ACCEPTED = ",".join(MEDIA_TYPES)

Trial = Callable[[ArticleKey, str | None], Sequence[Problem]]
"""What the line would refuse this text for as its article; empty where it takes it. None is to be without it."""


@dataclass(frozen=True, slots=True)
class KnowledgeDesk:
    """Made once; `suggestions` is the line's own matcher, `current` the dialplan in force."""

    learning: Learning
    by_words: SearchByWords
    suggestions: Suggestions
    current: CurrentDialplan
    try_out: Trial

    @property
    def base(self) -> KnowledgeBase:
        return self.learning.base

    def sites(self, language: str) -> Mapping[str, str]:
        dialplan = self.current.dialplan
        names = Names(dialplan, language)
        return {site: names.site(site) for site in (dialplan.menus.sites if dialplan else ())}

    def categories(self, language: str) -> Mapping[str, str]:
        """What the categories are called, in the order of the dialplan."""
        dialplan = self.current.dialplan
        known = dialplan.menus.categories.items() if dialplan else ()
        return {id: as_read(category.name.get(language, id)) for id, category in known}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request is at: in the knowledge base, in the language of who asks."""

    request: Request
    viewer: Viewer
    desk: KnowledgeDesk

    @property
    def base(self) -> KnowledgeBase:
        return self.desk.base

    @property
    def language(self) -> str:
        """Of the pages; an article has its own."""
        return language_of(self.request)

    @property
    def now(self) -> datetime:
        return self.viewer.now()

    @property
    def today(self) -> date:
        return present_of(self.request).local(self.now).date()

    def article_languages(self) -> tuple[str, ...]:
        """In which articles are written: those of the line."""
        dialplan = self.desk.current.dialplan
        return dialplan.menus.languages if dialplan else tuple(LANGUAGES)

    def words(self, key: str, **slots: object) -> str:
        return words_of(self.request)(key, **slots)

    def day(self, day: date | None) -> str:
        return day.strftime(self.words("format.day")) if day is not None else "…"


def place_of(request: Request) -> Place:
    """A dependency. Behind that of who asks: what somebody may not do is not looked at."""
    desk = request.app.state.knowledge
    assert isinstance(desk, KnowledgeDesk)  # noqa: S101 (set by add_knowledge, nowhere else)
    return Place(request, viewer_of(request), desk)


@dataclass(frozen=True, slots=True)
class ArticlePlace(Place):
    """At one article."""

    key: ArticleKey

    @property
    def path(self) -> str:
        return path_of(self.key)

    def version(self, number: int) -> Version:
        """Raises HTTPException (404) where the article has no such version."""
        found = next((version for version in self.base.versions(self.key) if version.number == number), None)
        if found is None:
            raise HTTPException(404)
        return found


def article_place_of(request: Request, language: str, article: str) -> ArticlePlace:
    place = place_of(request)
    return ArticlePlace(place.request, place.viewer, place.desk, ArticleKey(language, article))


At = Annotated[Place, Depends(place_of)]
AtArticle = Annotated[ArticlePlace, Depends(article_place_of)]
Reads = Annotated[Visitor, may(Right.KNOWLEDGE_READ)]
Tells = Annotated[Visitor, may_change(Right.KNOWLEDGE_READ)]
"""Who says what he thinks of an article."""
Writes = Annotated[Visitor, may(Right.KNOWLEDGE_WRITE)]
Edits = Annotated[Visitor, may_change(Right.KNOWLEDGE_WRITE)]
Tries = Annotated[Visitor, may(Right.KNOWLEDGE_REVIEW)]
Reviews = Annotated[Visitor, may_change(Right.KNOWLEDGE_REVIEW)]


def path_of(key: ArticleKey) -> str:
    return f"/knowledge/{key.language}/{key.article}"


def back_to(path: str, done: str) -> RedirectResponse:
    """To a page that says what was done: the text `knowledge.done.<done>`."""
    return RedirectResponse(f"{path}?done={done}", 303)


def comment_problem(place: Place, text: str) -> str | None:
    """Why `text` is no comment."""
    if not clean(text):
        return place.words("knowledge.comment.missing")
    return place.words("knowledge.comment.long", most=LONGEST_COMMENT) if len(text) > LONGEST_COMMENT else None
