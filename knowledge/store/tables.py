"""The tables. Plain rows; what they mean is in `knowledge.store.shapes` and `knowledge.review`. The migrations of
the ticket database, in which they are, make and change them."""

from datetime import UTC, date, datetime

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, deferred, mapped_column

_OF_ARTICLE = ("articles.language", "articles.article")
_OPEN = text("stage IN ('draft', 'in_review', 'approved')")
_PUBLISHED = text("stage = 'published'")


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time; SQLite keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcTime, list[str]: JSON}  # noqa: RUF012


class ArticleRow(Base):
    """All that its versions, and its attachments, have in common: a name."""

    __tablename__ = "articles"

    language: Mapped[str] = mapped_column(String(10), primary_key=True)
    article: Mapped[str] = mapped_column(String(150), primary_key=True)


class VersionRow(Base):
    """`text` is the whole document. What is copied out of it, to be looked for: from `question` to `valid_until`."""

    __tablename__ = "article_versions"
    __table_args__ = (
        ForeignKeyConstraint(["language", "article"], _OF_ARTICLE),
        Index("uq_article_versions_number", "language", "article", "number", unique=True),
        Index(
            "uq_article_versions_open", "language", "article", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        Index(
            "uq_article_versions_published",
            "language",
            "article",
            unique=True,
            sqlite_where=_PUBLISHED,
            postgresql_where=_PUBLISHED,
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(10))
    article: Mapped[str] = mapped_column(String(150))
    number: Mapped[int]
    stage: Mapped[str] = mapped_column(String(20), index=True)
    rev: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(80))
    system: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(20))
    owner: Mapped[str] = mapped_column(Text)
    audience: Mapped[list[str]]
    sites: Mapped[list[str]]
    review: Mapped[date]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    author: Mapped[str] = mapped_column(String(200))
    writers: Mapped[list[str]]
    why: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    reviewer: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None]
    publish_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class CommentRow(Base):
    __tablename__ = "article_comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("article_versions.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)


class AttachmentRow(Base):
    __tablename__ = "article_attachments"
    __table_args__ = (
        ForeignKeyConstraint(["language", "article"], _OF_ARTICLE),
        Index("uq_article_attachments_name", "language", "article", "name", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(10))
    article: Mapped[str] = mapped_column(String(150))
    name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))


class SystemChangeRow(Base):
    """Something happened to a system: what is written of it may be wrong since."""

    __tablename__ = "system_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    system: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(Text)


class StampRow(Base):
    """One row: a number that grows with every change."""

    __tablename__ = "knowledge_stamp"

    id: Mapped[int] = mapped_column(primary_key=True)
    stamp: Mapped[int]
