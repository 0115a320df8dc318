"""What one kind of features makes of a text: how probable each target is, and how near its nearest phrasing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from knowledge.encoders import FloatArray

_FLOOR = np.float32(1e-9)
_INVERSE_REGULARISATION = 20.0  # rows have unit length, so the weights must be free to grow

Rows = Any  # a dense or a scipy.sparse matrix of rows of unit length; scipy has no types


@dataclass(frozen=True, slots=True)
class Judgement:
    """Both of shape (texts, targets): natural logarithms of probabilities, and cosines."""

    log_probability: FloatArray
    similarity: FloatArray


class Opinion:
    """A softmax head and the phrasings themselves, on one kind of features."""

    def __init__(self, rows: Rows, labels: npt.NDArray[np.intp], targets: int) -> None:
        """Learn from `rows`; `labels` are the numbers of their targets, in rising order, all below `targets`.

        A target without rows is never thought probable.
        """
        self._head = LogisticRegression(C=_INVERSE_REGULARISATION, max_iter=300, tol=1e-3)
        self._head.fit(rows, labels)
        self._rows = rows
        self._known, self._starts = np.unique(labels, return_index=True)
        self._targets = targets

    def judge(self, rows: Rows) -> Judgement:
        probability = np.zeros((rows.shape[0], self._targets), dtype=np.float32)
        probability[:, self._known] = self._head.predict_proba(rows)
        cosine = rows @ self._rows.T
        dense = np.asarray(cosine if isinstance(cosine, np.ndarray) else cosine.toarray(), dtype=np.float32)
        similarity = np.zeros_like(probability)
        similarity[:, self._known] = np.maximum.reduceat(dense, self._starts, axis=1)
        return Judgement(np.log(np.maximum(probability, _FLOOR)), similarity)
