"""The articles that somebody may see, as rows of the list."""

from collections.abc import Sequence
from dataclasses import dataclass

from ari_app.web.knowledge.article_page import is_for_everybody
from ari_app.web.knowledge.parts import Place, path_of
from knowledge.review import OPEN, Stage
from knowledge.store.base import KnowledgeBase
from knowledge.store.shapes import ArticleKey, Entry, Version
from tickets.accounts import User
from tickets.rights import Right

_CLOSED = frozenset({Stage.RETIRED, Stage.DROPPED})


@dataclass(frozen=True, slots=True)
class Row:
    """`stage` is "" where there is nothing but what is published; `author` that of the version which is worked on."""

    key: ArticleKey
    path: str
    question: str
    category: str
    system: str
    kind: str
    owner: str
    sites: tuple[str, ...] = ()
    stage: str = ""
    author: str = ""
    flags: Sequence[str] = ()
    suggestions: int = 0

    def is_in(self, view: str, user: User) -> bool:
        match view:
            case "review":
                return self.stage == Stage.IN_REVIEW and self.author != user.name
            case "mine":
                return self.stage in OPEN and self.author == user.name
            case "flagged":
                return bool(self.flags) or self.suggestions > 0
            case "closed":
                return self.stage in _CLOSED
            case _:
                return self.stage not in _CLOSED


def views_of(user: User) -> tuple[str, ...]:
    """The parts of the list that are his; none for those who only read."""
    if not user.may(Right.KNOWLEDGE_WRITE):
        return ()
    return ("", *(("review",) if user.may(Right.KNOWLEDGE_REVIEW) else ()), "mine", "flagged", "closed")


def rows_for(user: User, place: Place) -> list[Row]:
    if not user.may(Right.KNOWLEDGE_WRITE):
        in_force = place.base.in_force(place.today)
        return [_row(version) for version in in_force if is_for_everybody(version, place.today)]
    outcomes = place.desk.learning.outcomes(place.now)
    return [_of_entry(entry, place.base) for entry in place.base.entries(outcomes=outcomes, on=place.today)]


def _of_entry(entry: Entry, base: KnowledgeBase) -> Row:
    """What is being worked on is told of beside what is published."""
    version = entry.published or entry.newest
    is_only = entry.newest.id == version.id and entry.published is not None
    path = path_of(entry.key)
    if entry.published is None and entry.newest.stage in OPEN:
        path = f"{path}/{entry.newest.number}"
    return _row(
        version,
        path,
        stage="" if is_only else str(entry.newest.stage),
        author=entry.newest.author,
        flags=tuple(map(str, entry.flags)),
        suggestions=_suggestions(entry, base) if entry.comments else 0,
    )


def _suggestions(entry: Entry, base: KnowledgeBase) -> int:
    """What was said of it since it is published."""
    if entry.published is None or entry.published.published_at is None:
        return 0
    since = entry.published.published_at
    return sum(comment.at > since for comment in base.comments(entry.published.id))


def _row(
    version: Version,
    path: str = "",
    stage: str = "",
    author: str = "",
    flags: Sequence[str] = (),
    suggestions: int = 0,
) -> Row:
    return Row(
        version.key,
        path or path_of(version.key),
        version.question,
        version.category,
        version.system,
        version.kind,
        version.owner,
        version.sites,
        stage,
        author,
        flags,
        suggestions,
    )
