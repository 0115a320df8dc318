"""Which target its words speak for, each word by itself: multinomial naive Bayes over weighted words (McCallum and
Nigam, A Comparison of Event Models for Naive Bayes Text Classification, 1998).

It needs no fit, and rare words count in full, of which a head on condensed words sees little.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from knowledge.encoders import FloatArray

_BLOCK = 256  # texts at once: what they come to is not sparse any more
_UNSEEN = 0.01  # as if each target's phrasings had so much of every word


class NaiveBayes:
    """Targets by the words of their phrasings."""

    def __init__(self, rows: csr_matrix, labels: npt.NDArray[np.intp], targets: int) -> None:
        """`rows` (phrasings, words) are not negative, and `labels` the numbers of their targets, below `targets`."""
        one = np.ones(len(labels), dtype=np.float32)
        said = csr_matrix((one, (np.arange(len(labels)), labels)), shape=(len(labels), targets))
        self._words = csr_matrix(rows.T @ said, dtype=np.float32)
        total = np.asarray(self._words.sum(axis=0), dtype=np.float32)[0]
        self._usual = np.log(_UNSEEN) - np.log(total + _UNSEEN * rows.shape[1])
        # What a word that was not said for a target counts is the same for all words: only the others are kept.
        self._words.data = np.log1p(self._words.data / _UNSEEN)

    def scores(self, rows: csr_matrix) -> FloatArray:
        """Logarithms of how probable the words of texts are for each target: (texts, targets)."""
        blocks = [rows[start : start + _BLOCK] for start in range(0, rows.shape[0], _BLOCK)]
        return np.concatenate([(block @ self._words).toarray() + block.sum(axis=1).A * self._usual for block in blocks])
