"""How far the best target is to be believed: a small logistic model over how clear the evidence is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from knowledge.encoders import FloatArray
from knowledge.opinion import Judgement

_SHARPNESS = 20.0  # of a cosine as the logarithm of a probability
_UNKNOWN = -20.7  # all opinions' floor: a target that none of them has learnt
_OF_BEST = slice(4, None, 3)  # where `weigh` puts each opinion's cosine of the best target


@dataclass(frozen=True, slots=True)
class Evidence:
    """What all opinions say together: (texts, targets) and, of how clear that is, (texts, signs)."""

    log_probability: FloatArray
    signs: FloatArray


def weigh(judgements: Sequence[Judgement], weights: Sequence[float], nearness: float, targets: int) -> Evidence:
    """The weighted mean of the opinions' log-probabilities, normalised, and the signs of its clearness.

    `nearness` is the weight of how near the nearest phrasing is for the best encoder, beside that mean.

    The best is one of the first `targets`; a column after them is chatter, which only takes from their clearness.
    """
    mean = np.average([judgement.log_probability for judgement in judgements], axis=0, weights=weights)
    near = nearness * _SHARPNESS * best_encoder(judgements).similarity
    mean = mean + np.where(mean > _UNKNOWN, near, 0.0)
    log_probability = mean - np.logaddexp.reduce(mean, axis=1, keepdims=True)
    best = log_probability[:, :targets].argmax(axis=1)
    texts = np.arange(len(best))
    rivals = log_probability.copy()
    rivals[texts, best] = -np.inf
    signs = [
        log_probability[texts, best],
        log_probability[texts, best] - rivals.max(axis=1),
        -(np.exp(log_probability) * log_probability).sum(axis=1),
        np.mean([judgement.log_probability.argmax(axis=1) == best for judgement in judgements], axis=0),
    ]
    for judgement in judgements:
        of_best = judgement.similarity[texts, best]
        others = judgement.similarity.copy()
        others[texts, best] = 0.0
        signs += [of_best, judgement.similarity.max(axis=1), of_best - others.max(axis=1)]
    of_targets = np.asarray(log_probability[:, :targets], dtype=np.float32)
    return Evidence(of_targets, np.stack(signs, axis=1).astype(np.float32))


def best_encoder(judgements: Sequence[Judgement]) -> Judgement:
    """That of the first encoder; of the words where there is none."""
    return judgements[min(1, len(judgements) - 1)]


class Gate:
    """Turns signs into the probability that the best target is right.

    Where there is nothing to learn from (every target has one phrasing only), the nearest cosine stands in for it.
    """

    def __init__(self, signs: Sequence[FloatArray], is_right: Sequence[npt.NDArray[np.bool_]]) -> None:
        """Learn from trials: the signs of their texts, and whether the best target was right."""
        self._model = None
        if any(trial.any() for trial in is_right) and not all(trial.all() for trial in is_right):
            self._model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
            self._model.fit(np.concatenate(signs), np.concatenate(is_right))

    def confidence(self, signs: FloatArray) -> FloatArray:
        """For each text the probability, 0…1, that its best target is right."""
        if self._model is None:
            return np.asarray(signs[:, _OF_BEST].mean(axis=1).clip(0.0, 1.0), dtype=np.float32)
        return np.asarray(self._model.predict_proba(signs)[:, 1], dtype=np.float32)
