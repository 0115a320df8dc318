"""Many articles at once: an import, or those that are shipped."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.article import Article, parse_article
from knowledge.errors import ArticleError, OpenVersion, Problem
from knowledge.review import OPEN, Stage
from knowledge.store.access import KnowledgeAccess
from knowledge.store.reviewing import make_room, version_row
from knowledge.store.shapes import ArticleKey, ImportReport, Origin
from knowledge.store.tables import ArticleRow, VersionRow


class KnowledgeImporting(KnowledgeAccess):
    def import_texts(
        self, texts: Mapping[ArticleKey, str], by: str, at: datetime, publish: bool, origin: Origin
    ) -> ImportReport:
        """Each text as a new version of its article, published or as a draft, in one transaction. What the article's
        version in force says already (or, of drafts, its open one) makes none.

        Raises:
            ArticleError: some are no articles; carries every problem of all of them.
            OpenVersion: drafts are wanted, and somebody is working on some of the articles.
        """
        articles = _read(texts)
        stage, change = (Stage.PUBLISHED, "published") if publish else (Stage.DRAFT, "drafted")
        with self._changing() as session:
            there = _texts_by_stage(session)
            if not publish:
                _require_closed(texts, there)
            unchanged = tuple(key for key in texts if texts[key] in _said(there.get(key, {}), publish))
            numbers = _last_numbers(session)
            added = tuple(key for key in texts if key not in numbers)
            settled = {*unchanged, *added}
            changed = tuple(key for key in texts if key not in settled)
            # Few statements for all of them: a line that starts for the first time waits for it.
            session.add_all(ArticleRow(language=key.language, article=key.article) for key in added)
            session.flush()
            if publish:
                for key in changed:
                    make_room(session, key, at)
            for key in (*added, *changed):
                number = numbers.get(key, 0) + 1
                row = version_row(key, number, texts[key], articles[key], stage, by, at, "", origin)
                session.add(row)
                self._tell(session, row, change, by, at, {"origin": origin})
        return ImportReport(added, changed, unchanged)


def _read(texts: Mapping[ArticleKey, str]) -> dict[ArticleKey, Article]:
    problems: list[Problem] = []
    articles: dict[ArticleKey, Article] = {}
    for key, text in texts.items():
        read = parse_article(text, key.file)
        if isinstance(read, Article):
            articles[key] = read
        else:
            problems += read
    if problems:
        raise ArticleError(tuple(problems))
    return articles


def _texts_by_stage(session: Session) -> dict[ArticleKey, dict[str, str]]:
    """Of what is published, and of what is being worked on."""
    current = select(VersionRow.language, VersionRow.article, VersionRow.stage, VersionRow.text)
    found: dict[ArticleKey, dict[str, str]] = {}
    for language, article, stage, text in session.execute(
        current.where(VersionRow.stage.in_([*OPEN, Stage.PUBLISHED]))
    ):
        found.setdefault(ArticleKey(language, article), {})[stage] = text
    return found


def _last_numbers(session: Session) -> dict[ArticleKey, int]:
    """Of every article's versions."""
    last = select(VersionRow.language, VersionRow.article, func.max(VersionRow.number))
    rows = session.execute(last.group_by(VersionRow.language, VersionRow.article))
    return {ArticleKey(language, article): number for language, article, number in rows}


def _said(by_stage: Mapping[str, str], publish: bool) -> set[str]:
    return {text for stage, text in by_stage.items() if stage == Stage.PUBLISHED or not publish}


def _require_closed(texts: Mapping[ArticleKey, str], there: Mapping[ArticleKey, Mapping[str, str]]) -> None:
    open_ones = [
        key
        for key, text in texts.items()
        if any(stage in OPEN for stage in there.get(key, {})) and text not in _said(there[key], publish=False)
    ]
    if open_ones:
        raise OpenVersion(open_ones)
