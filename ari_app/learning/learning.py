"""Everything about learning from calls that commands and pages need."""

from collections.abc import Sequence
from datetime import datetime

from ari_app.settings import Settings
from knowledge.store import ArticleKey, KnowledgeBase, Version
from knowledge.store.learning_shapes import Cluster, LearntPhrasing, Proposal
from tickets.metrics.answers import Effect
from tickets.store import Store


class Learning:
    """`by` is a user, `at` an aware UTC time. Every method raises StoreError when the database does not answer."""

    def __init__(self, store: Store, base: KnowledgeBase, settings: Settings) -> None:
        self._store = store
        self._base = base
        self._settings = settings

    def proposals(self, language: str | None = None) -> list[Proposal]:
        """Those that wait for somebody's decision, the doubtful ones last, then by how many calls."""
        raise NotImplementedError

    def accept(self, ids: Sequence[int], by: str, at: datetime) -> list[Version]:
        """Each article gets its phrasings, in a new version by "line" that is published at once; `by` has reviewed it.
        All or nothing. Takes about two seconds: what the line would refuse is not taken.

        Raises:
            NotThere: one of them does not wait any more.
            OpenVersion: somebody works on one of the articles.
            ArticleError: the line would refuse it; carries the problems.
        """
        raise NotImplementedError

    def reject(self, ids: Sequence[int], by: str, at: datetime) -> None:
        """They are never proposed again. Raises NotThere where one does not wait any more."""
        raise NotImplementedError

    def learnt(self, key: ArticleKey) -> list[LearntPhrasing]:
        """What of the article's phrasings was learnt from calls, the newest first."""
        raise NotImplementedError

    def withdraw(self, key: ArticleKey, text: str, by: str, at: datetime) -> Version:
        """The article unlearns the phrasing: a new version without it is published, and it is never proposed again.

        Raises:
            NotThere: the article has not learnt it.
            OpenVersion: somebody works on the article.
            ArticleError: the line would refuse it.
        """
        raise NotImplementedError

    def clusters(self, language: str | None = None) -> list[Cluster]:
        """Those that were found, the largest first."""
        raise NotImplementedError

    def find_clusters(self, since: datetime, now: datetime, language: str) -> list[Cluster]:
        """Look for them among the questions without an answer since then; what is found again grows, and its id stays.
        Takes seconds, for 10 000 questions a minute.

        Raises:
            ModelError: no encoder of the language is installed.
        """
        raise NotImplementedError

    def make_draft(self, cluster_id: int, by: str, at: datetime) -> Version:
        """A draft of the article that is missing, routed to the owner of the nearest one; to one that was made before
        and is a draft still, the phrasings that came since are added.

        Raises:
            NotThere: there is no such cluster, or no article from which it could take category and owner.
        """
        raise NotImplementedError

    def effect(self, of: ArticleKey | Cluster, at: datetime | None = None) -> Effect:
        """What changed at `at` (when the article, or that which was made of the cluster, was first published) for calls
        that were told the article, and of a cluster also for those that asked its questions.

        Raises:
            NotThere: it was never published, and no moment is given.
        """
        raise NotImplementedError
