"""The tables of what was learnt from calls. They are in the ticket database too, as all of the base."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.store.tables import Base


class PhrasingRow(Base):
    """A sentence that calls show to mean an article. `form` is the same of all that say it in nearly the same words:
    what somebody has decided about one of them holds for all."""

    __tablename__ = "phrasings"
    __table_args__ = (
        ForeignKeyConstraint(["language", "article"], ["articles.language", "articles.article"]),
        Index("uq_phrasings_form", "language", "article", "form", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(10))
    article: Mapped[str] = mapped_column(String(150))
    text: Mapped[str] = mapped_column(Text)
    form: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(20), index=True)
    is_doubtful: Mapped[bool]
    nearest: Mapped[str | None] = mapped_column(String(150))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(200))


class PhrasingCallRow(Base):
    """A call that shows it."""

    __tablename__ = "phrasing_calls"

    phrasing_id: Mapped[int] = mapped_column(ForeignKey("phrasings.id"), primary_key=True)
    call_id: Mapped[str] = mapped_column(String(150), primary_key=True)
    at: Mapped[datetime]


class ClusterRow(Base):
    __tablename__ = "question_clusters"

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(10))
    question: Mapped[str] = mapped_column(Text)
    examples: Mapped[list[str]]
    phrasings: Mapped[list[str]]
    nearest: Mapped[str | None] = mapped_column(String(150))
    owner: Mapped[str | None] = mapped_column(Text)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("article_versions.id"))


class QuestionRow(Base):
    """What a caller asked, and got no answer to."""

    __tablename__ = "questions"
    __table_args__ = (Index("ix_questions_language_at", "language", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(10))
    call_id: Mapped[str] = mapped_column(String(150), index=True)
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    cluster_id: Mapped[int | None] = mapped_column(ForeignKey("question_clusters.id"), index=True)


class LearningPlaceRow(Base):
    """One row: the event up to which the log was read."""

    __tablename__ = "learning_place"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int]
