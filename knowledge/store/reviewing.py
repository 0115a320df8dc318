"""Drafts, and their way to being published. Every step is one transaction, with its event in it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.article import Article
from knowledge.errors import EditConflict, NotAllowed, OpenVersion, ReasonMissing
from knowledge.review import OPEN, Stage, Step, after, allowed, require_other
from knowledge.store.access import SYSTEM_CHANGED, Fact, KnowledgeAccess, newest_of, next_number, row_of, staged
from knowledge.store.rows import comment_of, copied, version_of
from knowledge.store.shapes import ArticleKey, Comment, Origin, SystemChange, Version, read_article
from knowledge.store.tables import CommentRow, SystemChangeRow, VersionRow


class KnowledgeReviewing(KnowledgeAccess):
    """`by` is a user; `at` an aware time. Every step raises NotThere for a version that is not there."""

    def draft(
        self, text: str, key: ArticleKey, by: str, at: datetime, why: str = "", origin: Origin = "manual"
    ) -> Version:
        """A new version of the article, or its first one.

        Raises:
            ArticleError: the text is no article; carries everything that is wrong with it.
            OpenVersion: another version of it is being worked on.
        """
        article = read_article(key, text)
        with self._changing() as session:
            if staged(session, key, *OPEN) is not None:
                raise OpenVersion([key])
            row = new_row(session, key, text, article, Stage.DRAFT, by, at, why, origin)
            self._tell(session, row, "drafted", by, at, {"origin": origin})
            return version_of(row)

    def edit(self, version_id: int, text: str, rev: int, by: str, at: datetime) -> Version:
        """Save the draft's text; `rev` is that of the version which the editor began with.

        Raises:
            ArticleError: the text is no article.
            EditConflict: somebody has saved it, or has taken a step, meanwhile.
            NotAllowed: it is no draft any more.
        """
        article = read_article(self._key_of(version_id), text)
        with self._changing() as session:
            row = row_of(session, version_id)
            after(Stage(row.stage), Step.EDIT)
            if row.rev != rev:
                raise EditConflict(ArticleKey(row.language, row.article), row.rev, row.author)
            if text != row.text:
                row.text, row.author = text, by
                row.writers = sorted({*row.writers, by})
                row.rev, row.changed_at = row.rev + 1, at
                for name, value in copied(article).items():
                    setattr(row, name, value)
                self._tell(session, row, "edited", by, at)
            return version_of(row)

    def submit(self, version_id: int, by: str, at: datetime) -> Version:
        """Hand the draft in for review. Raises NotAllowed."""
        return self._step(version_id, Step.SUBMIT, "submitted", by, at)

    def send_back(self, version_id: int, comment: str, by: str, at: datetime) -> Version:
        """Raises NotAllowed; ReasonMissing without a comment."""
        _require_reason(comment)
        with self._changing() as session:
            row = row_of(session, version_id)
            _go(row, Step.SEND_BACK, at)
            row.reviewer, row.decided_at = by, at
            session.add(CommentRow(version_id=row.id, at=at, by=by, text=comment.strip()))
            self._tell(session, row, "sent_back", by, at)
            return version_of(row)

    def approve(self, version_id: int, by: str, at: datetime, publish_at: datetime | None = None) -> Version:
        """Published at once, or at a time to come.

        Raises:
            NotAllowed: it is not in review.
            OwnArticle: the reviewer has written at it himself.
        """
        with self._changing() as session:
            row = row_of(session, version_id)
            _go(row, Step.APPROVE, at)
            require_other(by, row.writers)
            row.reviewer, row.decided_at, row.publish_at = by, at, publish_at
            told: dict[str, Fact] = {"publish_at": publish_at.isoformat()} if publish_at is not None else {}
            self._tell(session, row, "approved", by, at, told)
            if publish_at is None or publish_at <= at:
                self._publish(session, row, by, at)
            return version_of(row)

    def take_back(self, version_id: int, by: str, at: datetime) -> Version:
        """What is handed in or approved is a draft again. Raises NotAllowed."""
        return self._step(version_id, Step.TAKE_BACK, "taken_back", by, at)

    def drop(self, version_id: int, by: str, at: datetime) -> Version:
        """Give up what is being worked on. Raises NotAllowed."""
        return self._step(version_id, Step.DROP, "dropped", by, at)

    def retire(self, key: ArticleKey, by: str, at: datetime, why: str) -> Version:
        """The line does not tell the article any more.

        Raises:
            ArticleNotFound, ReasonMissing; NotAllowed: no version of it is published.
        """
        _require_reason(why)
        with self._changing() as session:
            row = staged(session, key, Stage.PUBLISHED)
            if row is None:
                stage = Stage(newest_of(session, key).stage)
                raise NotAllowed(Step.RETIRE, stage, allowed(stage))
            _go(row, Step.RETIRE, at)
            self._tell(session, row, "retired", by, at, {"why": why.strip()})
            return version_of(row)

    def comment(self, version_id: int, text: str, by: str, at: datetime) -> Comment:
        """Raises ReasonMissing where the text is empty."""
        _require_reason(text)
        with self._changing() as session:
            row = row_of(session, version_id)
            comment = CommentRow(version_id=row.id, at=at, by=by, text=text.strip())
            session.add(comment)
            session.flush()
            self._tell(session, row, "commented", by, at)
            return comment_of(comment)

    def publish_due(self, now: datetime) -> list[Version]:
        """Publish what is approved and whose time has come."""
        due = select(VersionRow).where(VersionRow.stage == Stage.APPROVED, VersionRow.publish_at <= now)
        with self._sessions.reading() as session:
            if session.scalar(due.limit(1)) is None:
                return []
        with self._changing() as session:
            rows = session.scalars(due.order_by(VersionRow.publish_at, VersionRow.id)).all()
            for row in rows:
                self._publish(session, row, row.reviewer or row.author, now)
            return [version_of(row) for row in rows]

    def change_system(self, system: str, why: str, by: str, at: datetime) -> SystemChange:
        """Something happened to a system: articles about it that were published before are flagged.

        Raises:
            ReasonMissing: without a word why.
        """
        _require_reason(why)
        with self._changing() as session:
            session.add(SystemChangeRow(system=system.strip(), at=at, by=by, why=why.strip()))
            self._log(session, SYSTEM_CHANGED, at, {"system": system.strip(), "why": why.strip(), "by": by})
            return SystemChange(system.strip(), at, by, why.strip())

    def _key_of(self, version_id: int) -> ArticleKey:
        with self._sessions.reading() as session:
            row = row_of(session, version_id)
            return ArticleKey(row.language, row.article)

    def _step(self, version_id: int, step: Step, change: str, by: str, at: datetime) -> Version:
        with self._changing() as session:
            row = row_of(session, version_id)
            _go(row, step, at)
            self._tell(session, row, change, by, at)
            return version_of(row)

    def _publish(self, session: Session, row: VersionRow, by: str, at: datetime) -> None:
        """What was published before is replaced first: two of one article are never published, not even meanwhile."""
        make_room(session, ArticleKey(row.language, row.article), at)
        _go(row, Step.PUBLISH, at)
        row.published_at = at
        self._tell(session, row, "published", by, at)


def make_room(session: Session, key: ArticleKey, at: datetime) -> None:
    """The version that is published now is replaced."""
    before = staged(session, key, Stage.PUBLISHED)
    if before is not None:
        before.stage, before.ended_at, before.changed_at, before.rev = Stage.REPLACED, at, at, before.rev + 1
        session.flush()


def new_row(
    session: Session,
    key: ArticleKey,
    text: str,
    article: Article,
    stage: Stage,
    by: str,
    at: datetime,
    why: str,
    origin: Origin,
) -> VersionRow:
    """A new version, flushed."""
    row = version_row(key, next_number(session, key), text, article, stage, by, at, why, origin)
    session.add(row)
    session.flush()
    return row


def version_row(
    key: ArticleKey,
    number: int,
    text: str,
    article: Article,
    stage: Stage,
    by: str,
    at: datetime,
    why: str,
    origin: Origin,
) -> VersionRow:
    return VersionRow(
        language=key.language,
        article=key.article,
        number=number,
        stage=stage,
        rev=1,
        text=text,
        author=by,
        writers=[by],
        why=why.strip(),
        origin=origin,
        created_at=at,
        changed_at=at,
        published_at=at if stage is Stage.PUBLISHED else None,
        **copied(article),
    )


def _go(row: VersionRow, step: Step, at: datetime) -> None:
    row.stage = after(Stage(row.stage), step)
    row.rev, row.changed_at = row.rev + 1, at
    if row.stage in (Stage.RETIRED, Stage.DROPPED):
        row.ended_at = at
    if step is Step.TAKE_BACK:
        row.reviewer = row.decided_at = row.publish_at = None


def _require_reason(text: str) -> None:
    if not text.strip():
        raise ReasonMissing
