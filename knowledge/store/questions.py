"""What calls have shown, call by call; questions without an answer, and their clusters."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from knowledge.errors import NotThere
from knowledge.store.access import KnowledgeAccess
from knowledge.store.learning_shapes import Cluster, FoundCluster, Lesson, Question
from knowledge.store.learning_tables import ClusterRow, LearningPlaceRow, PhrasingCallRow, QuestionRow
from knowledge.store.phrasings import propose

_AT_ONCE = 500
"""A database takes only so many values in one statement."""


class KnowledgeQuestions(KnowledgeAccess):
    def learning_place(self) -> int:
        """The id of the event up to which the log was read."""
        with self._sessions.reading() as session:
            return session.scalar(select(LearningPlaceRow.event_id)) or 0

    def learn(self, lessons: Sequence[Lesson], read_to: int, most: int) -> None:
        """Keep what calls have shown, and that the log was read so far. What a call has shown before is replaced; an
        article gets no more proposals than make it `most` phrasings."""
        with self._sessions.writing() as session:
            for lesson in lessons:
                _learn(session, lesson, most)
            place = session.get(LearningPlaceRow, 1)
            if place is not None:
                place.event_id = read_to

    def questions(self, language: str, since: datetime) -> list[Question]:
        """Those without an answer since then, the oldest first."""
        wanted = select(QuestionRow).where(QuestionRow.language == language, QuestionRow.at >= since)
        with self._sessions.reading() as session:
            rows = session.scalars(wanted.order_by(QuestionRow.id)).all()
            return [Question(row.id, row.text, row.call_id, row.at, row.cluster_id) for row in rows]

    def clusters(self, language: str | None = None) -> list[Cluster]:
        """The largest first."""
        with self._sessions.reading() as session:
            found = [_cluster(row) for row in session.execute(_COUNTED)]
        wanted = (cluster for cluster in found if language in (None, cluster.language))
        return sorted(wanted, key=lambda cluster: (-cluster.count, cluster.id))

    def cluster(self, cluster_id: int) -> Cluster:
        """Raises NotThere."""
        with self._sessions.reading() as session:
            row = session.execute(_COUNTED.where(ClusterRow.id == cluster_id)).one_or_none()
            if row is None:
                raise NotThere(f"cluster {cluster_id}")
            return _cluster(row)

    def calls_of(self, cluster_id: int) -> frozenset[str]:
        """The calls in which its questions were asked."""
        of_cluster = select(QuestionRow.call_id).where(QuestionRow.cluster_id == cluster_id)
        with self._sessions.reading() as session:
            return frozenset(session.scalars(of_cluster))

    def keep_clusters(self, language: str, found: Sequence[FoundCluster]) -> None:
        """New ones, and what has come to those that are known. A question stays in the cluster that it is in."""
        with self._sessions.writing() as session:
            for one in found:
                row = session.get(ClusterRow, one.id) if one.id is not None else None
                if row is None:
                    row = ClusterRow(language=language)
                    session.add(row)
                row.question, row.nearest, row.owner = one.question, one.nearest, one.owner
                row.examples, row.phrasings = list(one.examples), list(one.phrasings)
                session.flush()
                for start in range(0, len(one.questions), _AT_ONCE):
                    some = QuestionRow.id.in_(one.questions[start : start + _AT_ONCE])
                    is_new = QuestionRow.cluster_id.is_(None)
                    session.execute(update(QuestionRow).where(some, is_new).values(cluster_id=row.id))

    def note_draft(self, cluster_id: int, version_id: int) -> None:
        """That version was made of the cluster."""
        with self._sessions.writing() as session:
            row = session.get(ClusterRow, cluster_id)
            if row is None:
                raise NotThere(f"cluster {cluster_id}")
            row.draft_id = version_id


_COUNTED = (
    select(ClusterRow, func.count(), func.min(QuestionRow.at), func.max(QuestionRow.at))
    .join(QuestionRow, QuestionRow.cluster_id == ClusterRow.id)
    .group_by(ClusterRow.id)
)


def _cluster(counted: Row[ClusterRow, int, datetime, datetime]) -> Cluster:
    row, count, first_at, last_at = counted
    texts = tuple(row.examples), tuple(row.phrasings)
    return Cluster(
        row.id, row.language, row.question, *texts, count, row.nearest, row.owner, row.draft_id, first_at, last_at
    )


def _learn(session: Session, lesson: Lesson, most: int) -> None:
    for meant in lesson.meant:
        row = propose(session, meant, most)
        if row is not None and session.get(PhrasingCallRow, (row.id, lesson.call_id)) is None:
            session.add(PhrasingCallRow(phrasing_id=row.id, call_id=lesson.call_id, at=lesson.at))
    known = session.scalars(select(QuestionRow).where(QuestionRow.call_id == lesson.call_id)).all()
    asked = {(one.language, one.text): one for one in lesson.asked}
    for question in known:
        if asked.pop((question.language, question.text), None) is None:
            session.delete(question)
    for one in asked.values():
        session.add(QuestionRow(language=one.language, call_id=lesson.call_id, at=one.at, text=one.text))
    session.flush()
