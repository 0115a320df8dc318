"""Phrasings learnt from calls: proposed, decided, in the article, withdrawn."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from knowledge.errors import NotThere, OpenVersion
from knowledge.learning import LINE, with_phrasings, without_phrasing
from knowledge.review import OPEN, Stage
from knowledge.store.access import KnowledgeAccess, staged
from knowledge.store.learning_shapes import LearntPhrasing, Meant, Proposal
from knowledge.store.learning_tables import PhrasingCallRow, PhrasingRow
from knowledge.store.reviewing import make_room, new_row
from knowledge.store.rows import version_of
from knowledge.store.shapes import ArticleKey, Version, read_article
from knowledge.store.tables import VersionRow

PHRASING_DECIDED = "phrasing_decided"
"""The kind of events that are written here."""

Decision = Literal["accepted", "rejected", "withdrawn"]
_PROPOSED = "proposed"
_LONGEST_FORM = 500


class KnowledgePhrasings(KnowledgeAccess):
    def proposals(self, language: str | None = None) -> list[Proposal]:
        """What waits for a decision: the doubtful ones last, then by how many calls show it."""
        with self._sessions.reading() as session:
            found = [proposal for _, proposal in _with_calls(session, PhrasingRow.state == _PROPOSED)]
        wanted = (one for one in found if language in (None, one.language))
        return sorted(wanted, key=lambda one: (one.doubtful, -one.calls, one.key, one.id))

    def learnt(self, key: ArticleKey) -> list[LearntPhrasing]:
        """What of the article's phrasings was learnt, the newest first."""
        of_key = (PhrasingRow.language == key.language, PhrasingRow.article == key.article)
        with self._sessions.reading() as session:
            found = _with_calls(session, *of_key, PhrasingRow.state == "accepted")
            learnt = [
                LearntPhrasing(proposal, row.decided_at, row.decided_by or LINE)
                for row, proposal in found
                if row.decided_at is not None
            ]
        return sorted(learnt, key=lambda one: (one.at, one.proposal.id), reverse=True)

    def learning(self, ids: Sequence[int]) -> dict[ArticleKey, str]:
        """What the articles would say with these proposals taken.

        Raises:
            NotThere: one does not wait any more, or its article is not published any more.
            OpenVersion: somebody works on one of the articles.
        """
        with self._sessions.reading() as session:
            by_key = _by_key(_waiting(session, ids))
            published = _published(session, by_key)
            return {key: _with(published[key], key, rows) for key, rows in by_key.items()}

    def accept(self, ids: Sequence[int], by: str, at: datetime) -> list[Version]:
        """Each article says so in a new version by the line, published and reviewed by `by`; all or nothing. Raises
        what `learning` does."""
        with self._changing() as session:
            by_key = _by_key(_waiting(session, ids))
            published = _published(session, by_key)
            versions = []
            for key, rows in by_key.items():
                text, why = _with(published[key], key, rows), "; ".join(f"learnt: {row.text}" for row in rows)
                versions.append(self._publish_learnt(session, key, text, why, by, at))
                for row in rows:
                    self._decide(session, row, "accepted", by, at)
            return versions

    def reject(self, ids: Sequence[int], by: str, at: datetime) -> None:
        """They are never proposed again. Raises NotThere."""
        with self._sessions.writing() as session:
            for row in _waiting(session, ids):
                self._decide(session, row, "rejected", by, at)

    def unlearning(self, key: ArticleKey, text: str) -> str:
        """What the article would say without this phrasing. Raises what `withdraw` does."""
        with self._sessions.reading() as session:
            _learnt_row(session, key, text)
            return _without(_published(session, [key])[key], key, text)

    def withdraw(self, key: ArticleKey, text: str, by: str, at: datetime) -> Version:
        """The article does without this phrasing from now on, in a version by the line that `by` has reviewed.

        Raises:
            NotThere: the article has not learnt it, or does not have it any more, or is not published.
            OpenVersion: somebody works on the article.
            ArticleError: too few phrasings would be left.
        """
        with self._changing() as session:
            row = _learnt_row(session, key, text)
            left = _without(_published(session, [key])[key], key, text)
            version = self._publish_learnt(session, key, left, f"unlearnt: {text}", by, at)
            self._decide(session, row, "withdrawn", by, at)
            return version

    def _publish_learnt(self, session: Session, key: ArticleKey, text: str, why: str, by: str, at: datetime) -> Version:
        make_room(session, key, at)
        row = new_row(session, key, text, read_article(key, text), Stage.PUBLISHED, LINE, at, why, "learning")
        row.reviewer, row.decided_at = by, at
        self._tell(session, row, "published", by, at, {"origin": "learning"})
        return version_of(row)

    def _decide(self, session: Session, row: PhrasingRow, decision: Decision, by: str, at: datetime) -> None:
        row.state, row.decided_at, row.decided_by = decision, at, by
        of_phrasing = {"language": row.language, "article": row.article, "phrasing": row.text}
        self._log(session, PHRASING_DECIDED, at, {**of_phrasing, "decision": decision, "by": by})


def propose(session: Session, meant: Meant, most: int) -> PhrasingRow | None:
    """The row of the sentence, or of one in nearly the same words, in whatever state; None where the article is not
    published, or has `most` phrasings together with those that wait."""
    from knowledge.near import NearTexts, near_form  # its dictionaries take time that who opens a base seldom needs

    key = meant.key
    published = staged(session, key, Stage.PUBLISHED)
    if published is None:
        return None
    of_key = select(PhrasingRow).where(PhrasingRow.language == key.language, PhrasingRow.article == key.article)
    rows = session.scalars(of_key).all()
    near = NearTexts()
    for row in rows:
        near.add(row.text, str(row.id))
    for _, id in near.find(meant.text):
        return session.get(PhrasingRow, int(id))
    waiting = sum(row.state == _PROPOSED for row in rows)
    if len(read_article(key, published.text).phrasings) + waiting >= most:
        return None
    row = PhrasingRow(
        language=key.language,
        article=key.article,
        text=meant.text,
        form=" ".join(near_form(meant.text))[:_LONGEST_FORM],
        state=_PROPOSED,
        is_doubtful=meant.is_doubtful,
        nearest=meant.nearest,
    )
    session.add(row)
    session.flush()
    return row


def _with_calls(session: Session, *conditions: ColumnElement[bool]) -> list[tuple[PhrasingRow, Proposal]]:
    calls = (
        select(
            PhrasingCallRow.phrasing_id,
            func.count().label("calls"),
            func.min(PhrasingCallRow.at).label("first"),
            func.max(PhrasingCallRow.at).label("last"),
        )
        .group_by(PhrasingCallRow.phrasing_id)
        .subquery()
    )
    rows = session.execute(
        select(PhrasingRow, calls.c.calls, calls.c.first, calls.c.last)
        .join(calls, calls.c.phrasing_id == PhrasingRow.id)
        .where(*conditions)
    )
    return [(row, _proposal(row, count, first, last)) for row, count, first, last in rows]


def _proposal(row: PhrasingRow, calls: int, first_at: datetime, last_at: datetime) -> Proposal:
    return Proposal(row.id, row.language, row.article, row.text, calls, row.is_doubtful, row.nearest, first_at, last_at)


def _waiting(session: Session, ids: Sequence[int]) -> list[PhrasingRow]:
    rows = []
    for id in dict.fromkeys(ids):
        row = session.get(PhrasingRow, id)
        if row is None or row.state != _PROPOSED:
            raise NotThere(f"proposal {id} that waits")
        rows.append(row)
    return rows


def _learnt_row(session: Session, key: ArticleKey, text: str) -> PhrasingRow:
    of_key = select(PhrasingRow).where(PhrasingRow.language == key.language, PhrasingRow.article == key.article)
    row = session.scalar(of_key.where(PhrasingRow.text == text, PhrasingRow.state == "accepted"))
    if row is None:
        raise NotThere(f"phrasing “{text}” that {key} has learnt")
    return row


def _by_key(rows: Iterable[PhrasingRow]) -> dict[ArticleKey, list[PhrasingRow]]:
    by_key: dict[ArticleKey, list[PhrasingRow]] = {}
    for row in rows:
        by_key.setdefault(ArticleKey(row.language, row.article), []).append(row)
    return by_key


def _published(session: Session, keys: Iterable[ArticleKey]) -> Mapping[ArticleKey, VersionRow]:
    """Raises OpenVersion, NotThere."""
    keys = list(keys)
    if open_ones := [key for key in keys if staged(session, key, *OPEN) is not None]:
        raise OpenVersion(open_ones)
    found = {key: row for key in keys if (row := staged(session, key, Stage.PUBLISHED)) is not None}
    for key in keys:
        if key not in found:
            raise NotThere(f"published version of {key}")
    return found


def _with(row: VersionRow, key: ArticleKey, learnt: Iterable[PhrasingRow]) -> str:
    has = {phrasing.casefold() for phrasing in read_article(key, row.text).phrasings}
    return with_phrasings(row.text, key.file, [one.text for one in learnt if one.text.casefold() not in has])


def _without(row: VersionRow, key: ArticleKey, text: str) -> str:
    if text not in read_article(key, row.text).phrasings:
        raise NotThere(f"phrasing “{text}” in {key} any more")
    return without_phrasing(row.text, key.file, text)
