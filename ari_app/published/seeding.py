"""The articles that are shipped come into the knowledge base: each once, when the base does not know it yet."""

from datetime import datetime
from pathlib import Path

from knowledge.learning import LINE
from knowledge.store import ArticleKey, KnowledgeBase


def seed(base: KnowledgeBase, shipped: Path, at: datetime) -> tuple[ArticleKey, ...]:
    """Publish what the folder `shipped` has and the base has no version of, whatever became of that since; what was
    added is returned. At `at` (aware UTC).

    Raises:
        ArticleError: some are no articles; then none is taken.
        OSError: the folder cannot be read; StoreError: the database does not answer.
    """
    files = {ArticleKey(file.parent.name, file.stem): file for file in sorted(shipped.glob("*/*.md"))}
    known = base.known()
    # Bytes and not text: line ends stay as they are in the file.
    texts = {key: file.read_bytes().decode() for key, file in files.items() if key not in known}
    return base.import_texts(texts, LINE, at, publish=True, origin="shipped").added if texts else ()
