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
