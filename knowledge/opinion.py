"""What one kind of features makes of a text: how probable each target is, how near its nearest phrasing, and how far
the text stands apart from all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from knowledge.crowd import Crowd
from knowledge.encoders import FloatArray

FLOOR = np.float32(np.log(1e-9))
_INVERSE_REGULARISATION = 100.0  # rows have unit length, so the weights must be free to grow
_STEPS = 40  # of the fit, from the targets' middles: more changes what it says of its own phrasings only
_START = 12.0  # length of a head's weights at the start, about what they grow to
_SHARPNESS = 15.0  # of the nearest phrasing and of the middle, where there is no head
_BLOCK = 256  # texts compared with all phrasings at once


@dataclass(frozen=True, slots=True)
class Judgement:
    """The first two of shape (texts, targets): natural logarithms of probabilities, and cosines; `isolation`
    (knowledge/crowd.py) of shape (texts)."""

    log_probability: FloatArray
    similarity: FloatArray
    isolation: FloatArray

    def only(self, texts: npt.NDArray[np.intp]) -> Judgement:
        return Judgement(self.log_probability[texts], self.similarity[texts], self.isolation[texts])


class Opinion:
    """A softmax head and the phrasings themselves, on one kind of features."""

    def __init__(
        self, rows: FloatArray, labels: npt.NDArray[np.intp], targets: int, with_head: bool, compares: bool
    ) -> None:
        """Learn from `rows`; `labels` are the numbers of their targets, in rising order, all below `targets`.

        A target without rows is never thought probable. Without a head, which takes too long to learn for thousands
        of targets, what counts is how near the nearest phrasing of a target is, and the middle of them all. `compares`
        phrasings with each other, so that a text's isolation is told by theirs.
        """
        self._columns = np.ascontiguousarray(rows.T)  # one text is compared with them twice as fast as with rows
        self._crowd = Crowd(rows, compares)
        self._known, self._starts, numbers, counts = np.unique(
            labels, return_index=True, return_inverse=True, return_counts=True
        )
        self._targets = targets
        sums = np.add.reduceat(rows, self._starts, axis=0)
        middles = np.asarray(sums / counts[:, np.newaxis], dtype=np.float32)
        if with_head:
            self._weights, self._bias = _fit_head(rows, numbers, middles - middles.mean(axis=0))
        else:
            self._weights, self._bias = np.float32(_SHARPNESS) * middles / _lengths(middles), None

    def judge(self, rows: FloatArray) -> Judgement:
        blocks = [self._compare(rows[start : start + _BLOCK]) for start in range(0, len(rows), _BLOCK)]
        cosine, isolation = (np.concatenate(part) for part in zip(*blocks, strict=True))
        scores = rows @ self._weights.T + (_SHARPNESS * cosine if self._bias is None else self._bias)
        log_probability = np.full((len(rows), self._targets), FLOOR)
        log_probability[:, self._known] = np.maximum(log_softmax(scores), FLOOR)
        similarity = np.zeros_like(log_probability)
        similarity[:, self._known] = cosine
        return Judgement(log_probability, similarity, isolation)

    def _compare(self, rows: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The cosine of each known target's nearest phrasing, and the isolation."""
        cosine = rows @ self._columns
        return np.maximum.reduceat(cosine, self._starts, axis=1), self._crowd.isolation(cosine)


def _fit_head(
    rows: FloatArray, numbers: npt.NDArray[np.intp], middles: FloatArray
) -> tuple[FloatArray, FloatArray | None]:
    """Weights (targets, dimensions) and biases (targets) of a softmax regression.

    It takes a fixed number of steps: scikit-learn's measure of convergence shrinks with the number of targets, and
    with 150 of them it may stop before the first step.
    """
    classes, dimensions = middles.shape
    everyone = np.arange(len(rows))
    start = np.hstack([_START * middles / max(float(_lengths(middles).mean()), 1e-6), np.zeros((classes, 1))])

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        head = flat.astype(np.float32).reshape(classes, dimensions + 1)
        said = log_softmax(rows @ head[:, :-1].T + head[:, -1])
        off = np.exp(said)
        off[everyone, numbers] -= 1.0
        slope = np.hstack([off.T @ rows + head[:, :-1] / _INVERSE_REGULARISATION, off.sum(axis=0)[:, np.newaxis]])
        penalty = float((head[:, :-1] ** 2).sum()) / (2 * _INVERSE_REGULARISATION)
        value = penalty - float(said[everyone, numbers].sum(dtype=np.float64))
        return value / len(rows), slope.ravel().astype(np.float64) / len(rows)

    found = minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS, "gtol": 1e-7})
    head = found.x.astype(np.float32).reshape(classes, dimensions + 1)
    return head[:, :-1], head[:, -1]


def _lengths(rows: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-6), dtype=np.float32)


def log_softmax(scores: FloatArray) -> FloatArray:
    """By row the natural logarithms of probabilities that are proportional to the scores' exponentials."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), dtype=np.float32)
