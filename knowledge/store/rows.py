"""Between rows and values."""

from dataclasses import fields
from typing import Any

from knowledge.article import Article
from knowledge.review import Stage
from knowledge.store.shapes import ArticleKey, Attachment, Comment, SystemChange, Version
from knowledge.store.tables import AttachmentRow, CommentRow, SystemChangeRow, VersionRow

_LISTS = frozenset({"audience", "sites", "writers"})


def version_of(row: VersionRow) -> Version:
    values: dict[str, Any] = {
        field.name: getattr(row, field.name) for field in fields(Version) if field.name not in ("key", "stage")
    }
    values |= {name: tuple(values[name]) for name in _LISTS}
    return Version(key=ArticleKey(row.language, row.article), stage=Stage(row.stage), **values)


def copied(article: Article) -> dict[str, Any]:
    """The columns of a version that repeat what stands in its text."""
    return {
        "question": article.question,
        "category": article.category,
        "system": article.system,
        "kind": article.kind,
        "owner": article.owner,
        "audience": list(article.audience),
        "sites": list(article.sites),
        "review": article.review,
        "valid_from": article.valid_from,
        "valid_until": article.valid_until,
    }


def comment_of(row: CommentRow) -> Comment:
    return Comment(row.id, row.version_id, row.at, row.by, row.text)


def attachment_of(row: AttachmentRow, content: bytes = b"") -> Attachment:
    key = ArticleKey(row.language, row.article)
    return Attachment(row.id, key, row.name, row.media_type, row.sha256, row.size, row.at, row.by, content)


def system_change_of(row: SystemChangeRow) -> SystemChange:
    return SystemChange(row.system, row.at, row.by, row.why)
