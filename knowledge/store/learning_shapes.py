"""What the base has learnt from calls, and what it has been asked without knowing an answer."""

from dataclasses import dataclass
from datetime import datetime

from knowledge.store.shapes import ArticleKey


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sentence, masked, that so many `calls` show to mean the article. `nearest` is the article that has the nearest
    phrasing, if it was looked for; it is `doubtful` where that is another one."""

    id: int
    language: str
    article: str
    text: str
    calls: int
    doubtful: bool
    nearest: str | None
    first_at: datetime
    last_at: datetime

    @property
    def key(self) -> ArticleKey:
        return ArticleKey(self.language, self.article)


@dataclass(frozen=True, slots=True)
class LearntPhrasing:
    """A proposal that was taken: by `by` (a user, or line)."""

    proposal: Proposal
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """Questions about one thing that no article answers, `count` of them. `examples` are the most typical ones,
    `phrasings` those that a draft gets. `nearest` is the article whose phrasings are nearest, `owner` whose it is.
    `draft` is the id of the version that was made of it."""

    id: int
    language: str
    question: str
    examples: tuple[str, ...]
    phrasings: tuple[str, ...]
    count: int
    nearest: str | None
    owner: str | None
    draft: int | None
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Meant:
    """A sentence of which a call shows that it means the article."""

    key: ArticleKey
    text: str
    nearest: str | None
    is_doubtful: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A sentence that got no answer."""

    language: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lesson:
    """All that one call has shown; texts are masked."""

    call_id: str
    at: datetime
    meant: tuple[Meant, ...]
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question without an answer, and the cluster that it is in."""

    id: int
    text: str
    call_id: str
    at: datetime
    cluster: int | None


@dataclass(frozen=True, slots=True)
class FoundCluster:
    """As `Cluster`; `id` is None of one that is new, `questions` are the ids of all that are in it."""

    id: int | None
    question: str
    examples: tuple[str, ...]
    phrasings: tuple[str, ...]
    nearest: str | None
    owner: str | None
    questions: tuple[int, ...]
