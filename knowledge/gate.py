"""How far the best target is to be believed: a small logistic model over how clear the evidence is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from knowledge.encoders import FloatArray
from knowledge.opinion import Judgement
from knowledge.stacking import sources, stacked


@dataclass(frozen=True, slots=True)
class Evidence:
    """What all opinions say together, each a row for a text.

    Over all targets and chatter: `log_probability`; `votes`, the share of opinions for which a target is the best;
    `closeness`, the mean cosine of its nearest phrasing. `isolation` has a column for each encoder; where there is
    none, for the words.
    """

    log_probability: FloatArray
    votes: FloatArray
    closeness: FloatArray
    isolation: FloatArray

    def pooled(self, weights: Sequence[float]) -> Evidence:
        """One row for all texts, which are readings of one utterance: the probability of a target is the mean of what
        it is by each of them, so readings that disagree make none of their targets probable. Isolation is the median:
        a reading that is nonsense among good ones does not count, nor a good one among nonsense."""
        share = np.asarray(weights, dtype=np.float64) / np.sum(weights)
        log_probability = np.logaddexp.reduce(self.log_probability + np.log(share)[:, np.newaxis], axis=0)
        votes, closeness = (np.average(part, axis=0, weights=share) for part in (self.votes, self.closeness))
        isolation = np.quantile(self.isolation, 0.5, axis=0, weights=share, method="inverted_cdf")
        return Evidence(*(part[np.newaxis] for part in (log_probability, votes, closeness, isolation)))

    def best(self) -> npt.NDArray[np.intp]:
        """The most probable target of each text; never chatter, which only takes from its clearness."""
        return np.asarray(self.log_probability[:, :-1].argmax(axis=1), dtype=np.intp)

    def signs(self) -> FloatArray:
        """How clear the best target is: (texts, signs)."""
        best, texts = self.best(), np.arange(len(self.log_probability))
        rivals = self.log_probability.copy()
        rivals[texts, best] = -np.inf
        of_best = self.log_probability[texts, best]
        entropy = -(np.exp(self.log_probability) * self.log_probability).sum(axis=1)
        clear = np.stack([of_best, of_best - rivals.max(axis=1), entropy, self.votes[texts, best]], axis=1)
        return np.hstack([clear, self.isolation]).astype(np.float32)


def weigh(judgements: Sequence[Judgement], weights: FloatArray) -> Evidence:
    """The opinions and their nearness by the weights (knowledge/stacking.py), and what else the opinions say."""
    log_probability = stacked(sources(judgements), weights)
    votes = np.zeros(log_probability.shape, dtype=np.float32)
    for judgement in judgements:
        votes[np.arange(len(votes)), judgement.log_probability.argmax(axis=1)] += 1 / len(judgements)
    closeness = np.mean([judgement.similarity for judgement in judgements], axis=0)
    isolation = np.stack([judgement.isolation for judgement in judgements[1:] or judgements], axis=1)
    return Evidence(log_probability, votes, closeness, isolation)


class Gate:
    """Turns evidence into the probability that the best target is right.

    Where there is nothing to learn from (every target has one phrasing only), the nearest cosine stands in for it.
    """

    def __init__(self, trials: Sequence[Evidence], is_right: Sequence[npt.NDArray[np.bool_]]) -> None:
        """Learn from trials: the evidence of their texts, and whether the best target was right."""
        self._weights: FloatArray | None = None
        if any(trial.any() for trial in is_right) and not all(trial.all() for trial in is_right):
            scale, model = StandardScaler(), LogisticRegression(max_iter=1000)
            model.fit(
                scale.fit_transform(np.concatenate([trial.signs() for trial in trials])), np.concatenate(is_right)
            )
            self._weights = model.coef_[0] / scale.scale_  # by hand: their own prediction takes a millisecond
            self._bias = float(model.intercept_[0] - scale.mean_ @ self._weights)

    def confidence(self, evidence: Evidence) -> FloatArray:
        """For each text the probability, 0…1, that its best target is right."""
        if self._weights is None:
            closeness = evidence.closeness[np.arange(len(evidence.closeness)), evidence.best()]
            return np.asarray(closeness.clip(0.0, 1.0), dtype=np.float32)
        return np.asarray(expit(evidence.signs() @ self._weights + self._bias), dtype=np.float32)
