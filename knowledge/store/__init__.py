from knowledge.store.base import KnowledgeBase
from knowledge.store.shapes import (
    ArticleKey,
    Attachment,
    Comment,
    Entry,
    ImportReport,
    Origin,
    SystemChange,
    Version,
    Wanted,
)

__all__ = [
    "ArticleKey",
    "Attachment",
    "Comment",
    "Entry",
    "ImportReport",
    "KnowledgeBase",
    "Origin",
    "SystemChange",
    "Version",
    "Wanted",
]
