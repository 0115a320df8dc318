"""What the base knows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import func, or_, select

from knowledge.errors import ArticleNotFound
from knowledge.review import Stage
from knowledge.staleness import Flag, Outcome, flags
from knowledge.store.access import KnowledgeAccess, row_of
from knowledge.store.rows import comment_of, system_change_of, version_of
from knowledge.store.shapes import ArticleKey, Comment, Entry, SystemChange, Version, Wanted
from knowledge.store.tables import ArticleRow, CommentRow, SystemChangeRow, VersionRow

Outcomes = Mapping[ArticleKey, Outcome]
_ALL = Wanted()


class KnowledgeListing(KnowledgeAccess):
    def known(self) -> frozenset[ArticleKey]:
        """Every article of which there is a version, in whatever stage."""
        with self._sessions.reading() as session:
            return frozenset(
                ArticleKey(*row) for row in session.execute(select(ArticleRow.language, ArticleRow.article))
            )

    def is_known(self, key: ArticleKey) -> bool:
        with self._sessions.reading() as session:
            return session.get(ArticleRow, (key.language, key.article)) is not None

    def in_force(self, on: date) -> tuple[Version, ...]:
        """What the line speaks on that day, in the order of the keys."""
        published = select(VersionRow).where(
            VersionRow.stage == Stage.PUBLISHED,
            or_(VersionRow.valid_from.is_(None), VersionRow.valid_from <= on),
            or_(VersionRow.valid_until.is_(None), VersionRow.valid_until >= on),
        )
        with self._sessions.reading() as session:
            rows = session.scalars(published.order_by(VersionRow.language, VersionRow.article)).all()
            return tuple(map(version_of, rows))

    def entries(self, wanted: Wanted = _ALL, outcomes: Outcomes | None = None, on: date | None = None) -> list[Entry]:
        """One for each article, in the order of the keys; flags as of the day `on` (today)."""
        newest = (
            select(VersionRow.language, VersionRow.article, func.max(VersionRow.number).label("number"))
            .group_by(VersionRow.language, VersionRow.article)
            .subquery()
        )
        is_newest = (
            (VersionRow.language == newest.c.language)
            & (VersionRow.article == newest.c.article)
            & (VersionRow.number == newest.c.number)
        )
        either = select(VersionRow).outerjoin(newest, is_newest)
        either = either.where(or_(newest.c.number.is_not(None), VersionRow.stage == Stage.PUBLISHED))
        if wanted.language is not None:
            either = either.where(VersionRow.language == wanted.language)
        with self._sessions.reading() as session:
            rows = session.scalars(either.order_by(VersionRow.language, VersionRow.article, VersionRow.number)).all()
            versions = list(map(version_of, rows))
            counted = select(CommentRow.version_id, func.count()).group_by(CommentRow.version_id)
            comments = {version: count for version, count in session.execute(counted)}
        entries = _entries(versions, comments, self._flags_by_key(versions, outcomes or {}, on or _today()))
        return [entry for entry in entries if _is_wanted(entry, wanted)]

    def flags(self, key: ArticleKey, outcomes: Outcomes | None = None, on: date | None = None) -> tuple[Flag, ...]:
        """Why somebody should look at the article again, as of the day `on` (today); of what is published only."""
        found = self._flags_by_key(self.versions(key), outcomes or {}, on or _today())
        return found.get(key, ())

    def versions(self, key: ArticleKey) -> list[Version]:
        """The oldest first.

        Raises:
            ArticleNotFound: there is none.
        """
        of_key = select(VersionRow).where(VersionRow.language == key.language, VersionRow.article == key.article)
        with self._sessions.reading() as session:
            rows = session.scalars(of_key.order_by(VersionRow.number)).all()
            if not rows:
                raise ArticleNotFound(key)
            return list(map(version_of, rows))

    def version(self, version_id: int) -> Version:
        """Raises NotThere."""
        with self._sessions.reading() as session:
            return version_of(row_of(session, version_id))

    def comments(self, version_id: int) -> list[Comment]:
        """The oldest first."""
        of_version = select(CommentRow).where(CommentRow.version_id == version_id).order_by(CommentRow.id)
        with self._sessions.reading() as session:
            return list(map(comment_of, session.scalars(of_version).all()))

    def system_changes(self) -> list[SystemChange]:
        """The newest first."""
        with self._sessions.reading() as session:
            rows = session.scalars(select(SystemChangeRow).order_by(SystemChangeRow.id.desc())).all()
            return list(map(system_change_of, rows))

    def _flags_by_key(
        self, versions: Iterable[Version], outcomes: Outcomes, on: date
    ) -> dict[ArticleKey, tuple[Flag, ...]]:
        changed = {change.system.casefold(): change.at for change in reversed(self.system_changes())}
        return {
            version.key: flags(
                version.review,
                version.valid_until,
                version.published_at or version.changed_at,
                changed.get(version.system.casefold()),
                outcomes.get(version.key),
                on,
            )
            for version in versions
            if version.stage is Stage.PUBLISHED
        }


def _entries(
    versions: Iterable[Version], comments: Mapping[int, int], flagged: Mapping[ArticleKey, tuple[Flag, ...]]
) -> Iterator[Entry]:
    by_key: dict[ArticleKey, list[Version]] = {}
    for version in versions:
        by_key.setdefault(version.key, []).append(version)
    for key, own in by_key.items():
        published = next((version for version in own if version.stage is Stage.PUBLISHED), None)
        count = sum(comments.get(version.id, 0) for version in own)
        yield Entry(own[-1], published, flagged.get(key, ()), count)


def _is_wanted(entry: Entry, wanted: Wanted) -> bool:
    shown = entry.published or entry.newest
    asked = ((wanted.category, shown.category), (wanted.system, shown.system), (wanted.kind, shown.kind))
    return (
        all(want is None or want == has for want, has in (*asked, (wanted.owner, shown.owner)))
        and _is_for(wanted.audience, shown.audience)
        and _is_for(wanted.site, shown.sites)
        and (wanted.stage is None or wanted.stage in (entry.newest.stage, entry.published and entry.published.stage))
        and (wanted.flag is None or wanted.flag in entry.flags)
        and all(word in shown.text.casefold() for word in wanted.text.casefold().split())
    )


def _is_for(want: str | None, those: Sequence[str]) -> bool:
    return want is None or not those or want in those


def _today() -> date:
    return datetime.now(UTC).date()
