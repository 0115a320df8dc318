"""Everything about learning from calls that commands and pages need."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from knowledge.article import article_text
from knowledge.errors import ArticleError, ModelError, NotThere, Problem
from knowledge.learning import with_phrasings
from knowledge.review import Stage
from knowledge.staleness import Outcome
from knowledge.store import ArticleKey, KnowledgeBase, Version
from knowledge.store.learning_shapes import Cluster, LearntPhrasing, Proposal
from tickets.metrics.answers import COUNTED, AnswerLog, Effect, answers_in
from tickets.store import Store

TryOut = Callable[[Mapping[ArticleKey, str]], tuple[Problem, ...]]
"""What the line would refuse these documents for."""

_LOOKED_BACK = timedelta(days=90)


@dataclass(slots=True)
class Learning:
    """`by` is a user, `at` an aware UTC time. Every method raises StoreError when the database does not answer."""

    store: Store
    base: KnowledgeBase
    try_out: TryOut
    _outcomes: "_Outcomes" = field(init=False)

    def __post_init__(self) -> None:
        self._outcomes = _Outcomes(self.store)

    def proposals(self, language: str | None = None) -> list[Proposal]:
        """Those that wait for somebody's decision, the doubtful ones last, then by how many calls."""
        return self.base.proposals(language)

    def accept(self, ids: Sequence[int], by: str, at: datetime) -> list[Version]:
        """Each article gets its phrasings, in a new version by the line published at once; `by` has reviewed it.
        All or nothing. Takes seconds: the line tries it out first.

        Raises:
            NotThere: one of them does not wait any more.
            OpenVersion: somebody works on one of the articles.
            ArticleError: the line would refuse it; carries the problems.
        """
        self._require_taken(self.base.learning(ids))
        return self.base.accept(ids, by, at)

    def reject(self, ids: Sequence[int], by: str, at: datetime) -> None:
        """They are never proposed again. Raises NotThere where one does not wait any more."""
        self.base.reject(ids, by, at)

    def learnt(self, key: ArticleKey) -> list[LearntPhrasing]:
        """What of the article's phrasings was learnt from calls, the newest first."""
        return self.base.learnt(key)

    def withdraw(self, key: ArticleKey, text: str, by: str, at: datetime) -> Version:
        """The article unlearns the phrasing: a new version without it is published, and it is never proposed again.

        Raises:
            NotThere: the article has not learnt it.
            OpenVersion: somebody works on the article.
            ArticleError: the line would refuse it.
        """
        self._require_taken({key: self.base.unlearning(key, text)})
        return self.base.withdraw(key, text, by, at)

    def clusters(self, language: str | None = None) -> list[Cluster]:
        """Those that were found, the largest first."""
        return self.base.clusters(language)

    def find_clusters(self, since: datetime, now: datetime, language: str) -> list[Cluster]:
        """Look for them among the questions without an answer since then; what is found again grows, and its id stays.
        Takes seconds, for 10 000 questions a minute.

        Raises:
            ModelError: no encoder of the language is installed.
        """
        from ari_app.learning.clustering import Clustering  # its libraries take a second, and hundreds of megabytes
        from knowledge.encoders import load_encoders

        encoders = load_encoders(language)
        if not encoders:
            raise ModelError(
                f"no encoder for '{language}' is installed, so questions cannot be compared: see `hotline doctor`"
            )
        in_force = self.base.in_force(now.date())
        articles = [version.content for version in in_force if version.key.language == language]
        found = Clustering(encoders[0], articles).find(self.base.questions(language, since))
        self.base.keep_clusters(language, found)
        return self.base.clusters(language)

    def make_draft(self, cluster_id: int, by: str, at: datetime) -> Version:
        """A draft of the article that is missing, routed to the owner of the nearest one; to one that was made before
        and is a draft still, the phrasings that came since are added.

        Raises:
            NotThere: there is no such cluster, or no article from which it could take category and owner.
            EditConflict: somebody has saved that draft in this very moment.
        """
        from ari_app.learning.drafting import draft_of, new_key

        cluster = self.base.cluster(cluster_id)
        drafted = self.base.version(cluster.draft) if cluster.draft is not None else None
        if drafted is not None and drafted.stage is Stage.DRAFT:
            has = {phrasing.casefold() for phrasing in drafted.content.phrasings}
            added = [phrasing for phrasing in cluster.phrasings if phrasing.casefold() not in has]
            text = with_phrasings(drafted.text, drafted.key.file, added) if added else drafted.text
            return self.base.edit(drafted.id, text, drafted.rev, by, at)
        if drafted is not None and drafted.stage is not Stage.DROPPED:
            return drafted
        key = drafted.key if drafted is not None else new_key(cluster, self.base.is_known)
        article = draft_of(cluster, self._model(cluster).content, key.article, at.date())
        why = f"{cluster.count} questions without an answer"
        version = self.base.draft(article_text(article), key, by, at, why, origin="cluster")
        self.base.note_draft(cluster.id, version.id)
        return version

    def effect(self, of: ArticleKey | Cluster, at: datetime | None = None) -> Effect:
        """What changed at `at` (when the article, or that which was made of the cluster, was first published) for calls
        that were told the article, and of a cluster also for those that asked its questions; three months back.

        Raises:
            NotThere: it was never published, and no moment is given.
        """
        key = self._key_of(of) if isinstance(of, Cluster) else of
        calls = self.base.calls_of(of.id) if isinstance(of, Cluster) else frozenset[str]()
        at = at or self._published_at(key)
        log = answers_in(self.store.events.since(at - _LOOKED_BACK, COUNTED))
        return log.effect((key.language, key.article) if key is not None else None, calls, at)

    def outcomes(self, now: datetime) -> dict[ArticleKey, Outcome]:
        """How often somebody has said lately whether an article helps, and how often it did: by that articles are
        flagged. Quick but for the first time."""
        return self._outcomes.lately(now)

    def _require_taken(self, texts: Mapping[ArticleKey, str]) -> None:
        if problems := self.try_out(texts):
            raise ArticleError(problems)

    def _model(self, cluster: Cluster) -> Version:
        if cluster.nearest is not None:
            for version in reversed(self.base.versions(ArticleKey(cluster.language, cluster.nearest))):
                if version.published_at is not None:
                    return version
        raise NotThere(f"article in '{cluster.language}' from which a draft could take category and owner")

    def _key_of(self, cluster: Cluster) -> ArticleKey | None:
        return self.base.version(cluster.draft).key if cluster.draft is not None else None

    def _published_at(self, key: ArticleKey | None) -> datetime:
        versions = self.base.versions(key) if key is not None else []
        published = [version.published_at for version in versions if version.published_at is not None]
        if not published:
            raise NotThere("published version: say from when on")
        return min(published)


@dataclass(slots=True)
class _Outcomes:
    """Follows the log, so that a page need not read months of it; begins anew each day, for old calls to be
    forgotten."""

    store: Store
    _log: AnswerLog = field(default_factory=AnswerLog)
    _began_at: datetime | None = None
    _read_to: tuple[datetime, int] | None = None
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def lately(self, now: datetime) -> dict[ArticleKey, Outcome]:
        with self._turn:
            if self._began_at is None or now - self._began_at > timedelta(days=1):
                self._log, self._began_at, self._read_to = AnswerLog(), now, None
            since, last = self._read_to or (now - _LOOKED_BACK, 0)
            for event in self.store.events.since(since, COUNTED):
                if event.id > last:
                    self._log.take(event)
                    self._read_to = max(since, event.at), event.id
            answers = self._log.by_article()
        return {ArticleKey(*key): Outcome(one.judged, one.helped + one.liked) for key, one in answers.items()}
