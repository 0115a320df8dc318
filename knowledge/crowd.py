"""How far a text stands apart from all phrasings, as a local outlier factor tells it: compared with how near these are
to each other (Breunig and others, LOF: Identifying Density-Based Local Outliers, 2000)."""

from __future__ import annotations

import numpy as np

from knowledge.encoders import FloatArray

_NEIGHBOURS = 5
_MOST = 20_000  # phrasings: beyond, comparing each with all others takes minutes
_BLOCK = 256  # phrasings compared with all others at once


class Crowd:
    """Of each phrasing the mean cosine of its nearest others: high where many are said alike."""

    def __init__(self, rows: FloatArray, compared: bool) -> None:
        """`rows` of unit length. Not compared with each other, or too many for it, isolation is only how far a text is
        from the nearest of them."""
        self._closeness = np.zeros(len(rows), dtype=np.float32)
        others = min(_NEIGHBOURS, len(rows) - 1)
        if not compared or others < 1 or len(rows) > _MOST:
            return
        for start in range(0, len(rows), _BLOCK):
            block = np.arange(start, min(start + _BLOCK, len(rows)))
            cosine = rows[block] @ rows.T
            cosine[block - start, block] = -1.0  # itself
            self._closeness[block] = np.partition(cosine, -others, axis=1)[:, -others:].mean(axis=1)

    def isolation(self, cosine: FloatArray) -> FloatArray:
        """Of texts by their cosines with all phrasings, (texts, phrasings): how much farther each is from its nearest
        phrasings than these are from theirs, (texts)."""
        nearest = np.argpartition(cosine, -min(_NEIGHBOURS, cosine.shape[1]), axis=1)[:, -_NEIGHBOURS:]
        around = np.take_along_axis(cosine, nearest, axis=1).mean(axis=1)
        return np.asarray(self._closeness[nearest].mean(axis=1) - around, dtype=np.float32)
