"""What the knowledge base gives and takes."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from knowledge.article import Article, Kind, parse_article
from knowledge.errors import ArticleError
from knowledge.review import Stage
from knowledge.staleness import Flag

Origin = Literal["manual", "import", "learning", "cluster", "shipped"]


@dataclass(frozen=True, slots=True, order=True)
class ArticleKey:
    """An article's name: `str()` gives `en/vpn-slow`."""

    language: str
    article: str

    def __str__(self) -> str:
        return f"{self.language}/{self.article}"

    @property
    def file(self) -> Path:
        """Where it stands in a folder of articles."""
        return Path(self.language) / f"{self.article}.md"


@dataclass(frozen=True, slots=True)
class Version:
    """`text` is the whole document, and from `question` to `valid_until` what stands in it. `author` has written last,
    `writers` are all who have. `rev` grows with every save and step. `ended_at`: replaced, retired or dropped."""

    id: int
    key: ArticleKey
    number: int
    stage: Stage
    rev: int
    text: str
    question: str
    category: str
    system: str
    kind: Kind
    owner: str
    audience: tuple[str, ...]
    sites: tuple[str, ...]
    review: date
    valid_from: date | None
    valid_until: date | None
    author: str
    writers: tuple[str, ...]
    why: str
    origin: Origin
    created_at: datetime
    changed_at: datetime
    reviewer: str | None
    decided_at: datetime | None
    publish_at: datetime | None
    published_at: datetime | None
    ended_at: datetime | None

    def is_in_force(self, on: date) -> bool:
        return self.stage is Stage.PUBLISHED and (self.valid_from or on) <= on <= (self.valid_until or on)

    @property
    def content(self) -> Article:
        """Raises ArticleError where this release is stricter than the one that took it."""
        return read_article(self.key, self.text)


@dataclass(frozen=True, slots=True)
class Entry:
    """One article in a list; `comments` are those on its newest version and on the published one."""

    newest: Version
    published: Version | None
    flags: tuple[Flag, ...]
    comments: int

    @property
    def key(self) -> ArticleKey:
        return self.newest.key


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which articles; None (and the empty text) asks for nothing. `audience` is a label and `site` an id: what is for
    everybody, or for all, is for them too. `stage` is that of the newest version or the published one."""

    language: str | None = None
    text: str = ""
    category: str | None = None
    system: str | None = None
    kind: str | None = None
    audience: str | None = None
    site: str | None = None
    stage: Stage | None = None
    owner: str | None = None
    flag: Flag | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    id: int
    version_id: int
    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """`size` in bytes; `content` is empty in a list."""

    id: int
    key: ArticleKey
    name: str
    media_type: str
    sha256: str
    size: int
    at: datetime
    by: str
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class SystemChange:
    system: str
    at: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    added: tuple[ArticleKey, ...]
    changed: tuple[ArticleKey, ...]
    unchanged: tuple[ArticleKey, ...]


def read_article(key: ArticleKey, text: str) -> Article:
    """Raises ArticleError, with everything that is wrong with the text."""
    read = parse_article(text, key.file)
    if isinstance(read, Article):
        return read
    raise ArticleError(read)
