"""The page of one article: which version of it somebody gets to read, and what stands beside it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import Response
from markdown_it import MarkdownIt
from markupsafe import Markup

from ari_app.outage_scope import as_read
from ari_app.web.knowledge.parts import ACCEPTED, LONGEST_COMMENT, ArticlePlace, path_of
from ari_app.web.knowledge.steps import open_of
from ari_app.web.knowledge.taught import learnt_of
from knowledge.errors import ArticleNotFound
from knowledge.review import Stage
from knowledge.store.shapes import ArticleKey, Version
from tickets.accounts import User
from tickets.rights import Right
from tickets.viewer.context import Visitor

_markdown = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True, slots=True)
class Related:
    path: str
    question: str


def readable_version(user: User, place: ArticlePlace) -> Version:
    """The version that is his to read: what is not published, not in force today or only for some people is for those
    alone who write.

    Raises:
        ArticleNotFound: there is none for him.
    """
    versions = place.base.versions(place.key)
    published = next((version for version in versions if version.stage is Stage.PUBLISHED), None)
    if user.may(Right.KNOWLEDGE_WRITE) and versions:
        return published or max(versions, key=lambda version: version.number)
    if published is None or not is_for_everybody(published, place.today):
        raise ArticleNotFound(place.key)
    return published


def is_for_everybody(version: Version, today: date) -> bool:
    """A user of the pages is nobody of the directory: whether he has a label cannot be known."""
    return version.is_in_force(today) and not version.audience


def show(
    visitor: Visitor,
    place: ArticlePlace,
    problems: Sequence[str] = (),
    done: str = "",
    suggestion: str = "",
    retiring: str = "",
) -> Response:
    """The page; `suggestion` and `retiring` are what was typed and could not be taken."""
    shown = readable_version(visitor.user, place)
    may_write = visitor.user.may(Right.KNOWLEDGE_WRITE)
    outcomes = place.desk.learning.outcomes(place.now) if may_write else {}
    is_published = shown.stage is Stage.PUBLISHED
    context = {
        "visitor": visitor,
        "key": place.key,
        "path": place.path,
        "shown": shown,
        "article": shown.content,
        "is_published": is_published,
        "is_in_force": shown.is_in_force(place.today),
        "open": open_of(place.base.versions(place.key)) if may_write else None,
        "may_write": may_write,
        "may_review": visitor.user.may(Right.KNOWLEDGE_REVIEW),
        "flags": place.base.flags(place.key, outcomes, place.today) if may_write else (),
        "outcome": outcomes.get(place.key),
        "learnt": list(learnt_of(shown, place)) if may_write else (),
        "related": list(_related(visitor.user, place, shown.content.related)),
        "attachments": place.base.attachments(place.key),
        "suggestions": place.base.comments(shown.id) if may_write else (),
        "sites": place.desk.sites(place.language),
        "rendered": lambda steps: Markup(_markdown.render(steps)),  # noqa: S704  HTML in it is escaped
        "as_read": as_read,
        "day": place.day,
        "size": _size,
        "accepted": ACCEPTED,
        "longest_comment": LONGEST_COMMENT,
        "problems": list(problems),
        "done": done,
        "suggestion": suggestion,
        "retiring": retiring,
        "seen": place.viewer.store.events.last_id(),
    }
    status = 422 if problems else 200
    return place.viewer.templates.TemplateResponse(place.request, "knowledge_article.html", context, status)


def _related(user: User, place: ArticlePlace, articles: Iterable[str]) -> Iterator[Related]:
    """Those that he may read."""
    for article in articles:
        key = ArticleKey(place.key.language, article)
        try:
            version = readable_version(user, ArticlePlace(place.request, place.viewer, place.desk, key))
        except ArticleNotFound:
            continue
        yield Related(path_of(key), version.question)


def _size(size: int) -> str:
    """`340 kB`, `2.5 MB`."""
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, round(size / 1024))} kB"
