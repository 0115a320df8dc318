"""Files that belong to an article, whatever its version."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.attachment import require_attachable
from knowledge.errors import NotThere
from knowledge.store.access import KnowledgeAccess, newest_of
from knowledge.store.rows import attachment_of
from knowledge.store.shapes import ArticleKey, Attachment
from knowledge.store.tables import AttachmentRow


class KnowledgeAttaching(KnowledgeAccess):
    def attach(self, key: ArticleKey, name: str, media_type: str, content: bytes, by: str, at: datetime) -> Attachment:
        """A file of the same name is replaced.

        Raises:
            ArticleNotFound; AttachmentRefused: too large, empty, or not what may be attached.
        """
        require_attachable(name, media_type, content)
        with self._changing() as session:
            newest = newest_of(session, key)
            of_key = (AttachmentRow.language == key.language, AttachmentRow.article == key.article)
            row = session.scalar(select(AttachmentRow).where(*of_key, AttachmentRow.name == name))
            row = row or AttachmentRow(language=key.language, article=key.article, name=name)
            row.media_type, row.content, row.size = media_type, content, len(content)
            row.sha256, row.at, row.by = hashlib.sha256(content).hexdigest(), at, by
            session.add(row)
            session.flush()
            self._tell(session, newest, "attached", by, at, {"file": name})
            return attachment_of(row)

    def attachments(self, key: ArticleKey) -> list[Attachment]:
        """By name, without their contents."""
        of_key = (AttachmentRow.language == key.language, AttachmentRow.article == key.article)
        with self._sessions.reading() as session:
            rows = session.scalars(select(AttachmentRow).where(*of_key).order_by(AttachmentRow.name)).all()
            return [attachment_of(row) for row in rows]

    def attachment(self, attachment_id: int) -> Attachment:
        """With its content. Raises NotThere."""
        with self._sessions.reading() as session:
            row = _row_of(session, attachment_id)
            return attachment_of(row, row.content)

    def detach(self, attachment_id: int, by: str, at: datetime) -> None:
        """Raises NotThere."""
        with self._changing() as session:
            row = _row_of(session, attachment_id)
            newest = newest_of(session, ArticleKey(row.language, row.article))
            session.delete(row)
            self._tell(session, newest, "detached", by, at, {"file": row.name})


def _row_of(session: Session, attachment_id: int) -> AttachmentRow:
    row = session.get(AttachmentRow, attachment_id)
    if row is None:
        raise NotThere(f"attachment with the id {attachment_id}")
    return row
