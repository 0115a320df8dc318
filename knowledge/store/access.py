"""What every part of the base needs: its transactions, and the event in the same one."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Protocol

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from knowledge.errors import ArticleNotFound, NotThere
from knowledge.store.shapes import ArticleKey
from knowledge.store.tables import ArticleRow, StampRow, VersionRow

ARTICLE_CHANGED, SYSTEM_CHANGED = "article_changed", "system_changed"
"""The kinds of events that are written here."""

Fact = str | int | None
Log = Callable[[Session, str, datetime, Mapping[str, Fact]], None]
"""Writes an event of that kind, at that time, in the running transaction."""


class Sessions(Protocol):
    """A transaction each: one that reads, and one that writes, committed at the end and undone by an exception."""

    def reading(self) -> AbstractContextManager[Session]: ...

    def writing(self) -> AbstractContextManager[Session]: ...


class KnowledgeAccess:
    """Every method raises what the sessions raise when the database does not answer."""

    def __init__(self, sessions: Sessions, log: Log) -> None:
        self._sessions = sessions
        self._log = log

    def stamp(self) -> int:
        """A number that grows with every change: who follows the base looks at it first."""
        with self._sessions.reading() as session:
            return session.scalar(select(StampRow.stamp)) or 0

    @contextmanager
    def _changing(self) -> Iterator[Session]:
        with self._sessions.writing() as session:
            yield session
            session.execute(update(StampRow).values(stamp=StampRow.stamp + 1))

    def _tell(
        self,
        session: Session,
        row: VersionRow,
        change: str,
        by: str,
        at: datetime,
        facts: Mapping[str, Fact] | None = None,
    ) -> None:
        of_article: dict[str, Fact] = {"language": row.language, "article": row.article, "version": row.number}
        self._log(session, ARTICLE_CHANGED, at, {**of_article, "change": change, "by": by, **(facts or {})})


def row_of(session: Session, version_id: int) -> VersionRow:
    row = session.get(VersionRow, version_id)
    if row is None:
        raise NotThere(f"version with the id {version_id}")
    return row


def newest_of(session: Session, key: ArticleKey) -> VersionRow:
    of_key = select(VersionRow).where(VersionRow.language == key.language, VersionRow.article == key.article)
    row = session.scalar(of_key.order_by(VersionRow.number.desc()).limit(1))
    if row is None:
        raise ArticleNotFound(key)
    return row


def staged(session: Session, key: ArticleKey, *stages: str) -> VersionRow | None:
    """The version of the article that is in one of these stages."""
    of_key = select(VersionRow).where(VersionRow.language == key.language, VersionRow.article == key.article)
    return session.scalar(of_key.where(VersionRow.stage.in_(stages)))


def next_number(session: Session, key: ArticleKey) -> int:
    """Of the article's next version. The article is made where there is none."""
    if session.get(ArticleRow, (key.language, key.article)) is None:
        session.add(ArticleRow(language=key.language, article=key.article))
        session.flush()
        return 1
    of_key = (VersionRow.language == key.language, VersionRow.article == key.article)
    return (session.scalar(select(func.max(VersionRow.number)).where(*of_key)) or 0) + 1
