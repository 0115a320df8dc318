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


@dataclass(frozen=True, slots=True)
class Evidence:
    """What all opinions say together: (texts, targets) and, of how clear that is, (texts, signs)."""

    log_probability: FloatArray
    signs: FloatArray


def weigh(judgements: Sequence[Judgement], weights: Sequence[float]) -> Evidence:
    """The weighted mean of the opinions' log-probabilities, normalised, and the signs of its clearness."""
    mean = np.average([judgement.log_probability for judgement in judgements], axis=0, weights=weights)
    log_probability = mean - np.logaddexp.reduce(mean, axis=1, keepdims=True)
    best = log_probability.argmax(axis=1)
    ordered = np.sort(log_probability, axis=1)
    signs = [
        ordered[:, -1],
        ordered[:, -1] - ordered[:, -2],
        -(np.exp(log_probability) * log_probability).sum(axis=1),
        np.mean([judgement.log_probability.argmax(axis=1) == best for judgement in judgements], axis=0),
    ]
    texts = np.arange(len(best))
    for judgement in judgements:
        of_best = judgement.similarity[texts, best]
        others = judgement.similarity.copy()
        others[texts, best] = 0.0
        signs += [of_best, judgement.similarity.max(axis=1), of_best - others.max(axis=1)]
    return Evidence(np.asarray(log_probability, dtype=np.float32), np.stack(signs, axis=1).astype(np.float32))


class Gate:
    """Turns signs into the probability that the best target is right."""

    def __init__(self, signs: FloatArray, is_right: npt.NDArray[np.bool_]) -> None:
        self._model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
        self._model.fit(signs, is_right)

    def confidence(self, signs: FloatArray) -> FloatArray:
        """For each text the probability, 0…1, that its best target is right."""
        return np.asarray(self._model.predict_proba(signs)[:, 1], dtype=np.float32)
