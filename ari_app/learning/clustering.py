"""Questions without an answer, put together by what they are about."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.article import Article
from knowledge.clusters import LEAST, Group, examples_of, find_groups, group_of, phrasings_of
from knowledge.encoders import Encoder, FloatArray
from knowledge.near import NearTexts
from knowledge.store.learning_shapes import FoundCluster, Question

_TYPICAL = 5  # phrasings of an article beside its question, by which it is found to be near
_ASKING = ("how", "why", "what", "where", "when", "who", "which", "can", "could", "do", "does", "is", "are")
_ASKING_IN_CHINESE = ("怎么", "如何", "为什么", "什么", "哪", "吗", "能不能", "可以")


@dataclass(frozen=True, slots=True)
class Clustering:
    """`articles` are those in force in the language of the questions."""

    encoder: Encoder
    articles: Sequence[Article]

    def find(self, questions: Sequence[Question]) -> list[FoundCluster]:
        """Clusters of at least as many different questions as an article has phrasings. Where most of the questions
        that were in one are found together again, it is the same."""
        texts: dict[str, list[Question]] = {}
        for question in questions:
            texts.setdefault(question.text.casefold(), []).append(question)
        asked = [same[0].text for same in texts.values()]
        by_text = list(texts.values())
        if len(asked) < LEAST:
            return []
        rows = self.encoder.encode(asked)
        groups = _with_ids(rows, find_groups(rows), by_text)
        nearest, taken = self._nearest([group for _, group in groups]), self._taken()
        found = []
        for (id, group), article in zip(groups, nearest, strict=True):
            phrasings = phrasings_of(group, asked, rows, taken)
            if len(phrasings) >= LEAST:
                examples = examples_of(group, asked)
                question_ids = tuple(question.id for member in group.members for question in by_text[member])
                near, owner = (article.id, article.owner) if article else (None, None)
                title = _as_question(examples)
                found.append(FoundCluster(id, title, examples, phrasings, near, owner, question_ids))
        return found

    def _nearest(self, groups: Sequence[Group]) -> list[Article | None]:
        if not self.articles or not groups:
            return [None] * len(groups)
        typical = [(article.question, *article.phrasings[:_TYPICAL]) for article in self.articles]
        rows = self.encoder.encode([text for texts in typical for text in texts])
        starts = np.cumsum([0, *(len(texts) for texts in typical)])[:-1]
        cosines = np.maximum.reduceat(np.stack([group.middle for group in groups]) @ rows.T, starts, axis=1)
        return [self.articles[int(best)] for best in cosines.argmax(axis=1)]

    def _taken(self) -> NearTexts:
        taken = NearTexts()
        for article in self.articles:
            for text in (article.question, *article.phrasings):
                taken.add(text, article.id)
        return taken


def _with_ids(
    rows: FloatArray, groups: Iterable[Group], by_text: Sequence[Sequence[Question]]
) -> list[tuple[int | None, Group]]:
    """Groups with the cluster that most of their questions were in; those of one cluster are one group."""
    known: dict[int, list[int]] = {}
    new: list[Group] = []
    for group in groups:
        clusters = (question.cluster for member in group.members for question in by_text[member])
        counts = Counter(cluster for cluster in clusters if cluster is not None)
        if counts:
            known.setdefault(counts.most_common(1)[0][0], []).extend(group.members)
        else:
            new.append(group)
    return [*((id, group_of(rows, members)) for id, members in known.items()), *((None, group) for group in new)]


def _as_question(examples: Sequence[str]) -> str:
    """The most typical sentence that asks, else the most typical one, as a question is written."""
    text = next(filter(_asks, examples), examples[0])
    is_chinese = any("\u4e00" <= character <= "\u9fff" for character in text)
    return text[:1].upper() + text[1:].rstrip("?？.。!！ ") + ("？" if is_chinese else "?")


def _asks(text: str) -> bool:
    return text.casefold().startswith(tuple(f"{word} " for word in _ASKING)) or any(
        word in text for word in _ASKING_IN_CHINESE
    )
