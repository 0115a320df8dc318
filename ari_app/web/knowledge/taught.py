"""What the pages show of what calls teach: phrasings to be decided, what was learnt, questions without an answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ari_app.web.knowledge.parts import Place, path_of
from knowledge.review import OPEN, Stage
from knowledge.store.learning_shapes import Cluster, LearntPhrasing, Proposal
from knowledge.store.shapes import ArticleKey, Entry, Version


@dataclass(frozen=True, slots=True)
class ToDecide:
    """What is proposed for one article."""

    path: str
    question: str
    proposals: Sequence[Proposal]


@dataclass(frozen=True, slots=True)
class Learnt:
    key: ArticleKey
    path: str
    question: str
    phrasing: LearntPhrasing


@dataclass(frozen=True, slots=True)
class Found:
    """A cluster, and what became of it: `drafted` is the version that was made, if it was not given up."""

    cluster: Cluster
    drafted: Version | None

    @property
    def was_published(self) -> bool:
        return self.drafted is not None and self.drafted.published_at is not None

    @property
    def path(self) -> str | None:
        """Of what was made."""
        if self.drafted is None:
            return None
        path = path_of(self.drafted.key)
        return f"{path}/{self.drafted.number}" if self.drafted.stage in OPEN else path


def by_article(proposals: Sequence[Proposal], entries: Mapping[ArticleKey, Entry]) -> Iterator[ToDecide]:
    by_key: dict[ArticleKey, list[Proposal]] = {}
    for proposal in proposals:
        by_key.setdefault(proposal.key, []).append(proposal)
    return (ToDecide(path_of(key), question_of(key, entries), of_key) for key, of_key in by_key.items())


def lately(entries: Mapping[ArticleKey, Entry], language: str, place: Place) -> Iterator[Learnt]:
    """The latest first, of the articles whose last version came of learning."""
    versions = [entry.published for entry in entries.values() if entry.published is not None]
    taught = [one for one in versions if one.origin == "learning" and language in ("", one.key.language)]
    taught.sort(key=lambda version: version.published_at or version.changed_at, reverse=True)
    return (learnt for version in taught for learnt in learnt_of(version, place))


def learnt_of(version: Version, place: Place) -> Iterator[Learnt]:
    """All that the article has learnt from calls, the latest first."""
    for phrasing in place.desk.learning.learnt(version.key):
        yield Learnt(version.key, path_of(version.key), version.question, phrasing)


def found_of(cluster: Cluster, place: Place) -> Found:
    drafted = place.base.version(cluster.draft) if cluster.draft is not None else None
    return Found(cluster, drafted if drafted is not None and drafted.stage is not Stage.DROPPED else None)


def question_of(key: ArticleKey, entries: Mapping[ArticleKey, Entry]) -> str:
    entry = entries.get(key)
    return (entry.published or entry.newest).question if entry is not None else str(key)
