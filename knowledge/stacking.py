"""How much each source of evidence counts: learnt from phrasings held back (stacked generalization, Wolpert 1992)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from knowledge.encoders import FloatArray
from knowledge.opinion import Judgement, log_softmax

_SHARPNESS = 20.0  # of a cosine as the logarithm of a probability
_NEARNESS = 0.25
_HOLD = 100.0
"""Of the usual weights, for phrasings are typed, and callers are heard: to move one by 0.3, the trials must become e^9
times more probable."""
_STEPS = 60


def usual_weights(opinions: Sequence[float]) -> FloatArray:
    """Of all sources, by what the opinions count among each other: their mean, and some nearness."""
    return np.array([*(weight / sum(opinions) for weight in opinions), _NEARNESS], dtype=np.float32)


def best_encoder(judgements: Sequence[Judgement]) -> Judgement:
    """That of the first encoder; of the words where there is none."""
    return judgements[min(1, len(judgements) - 1)]


def sources(judgements: Sequence[Judgement]) -> FloatArray:
    """(sources, texts, targets): what each opinion says, and how near the nearest phrasing is for the best encoder."""
    near = np.float32(_SHARPNESS) * best_encoder(judgements).similarity
    return np.stack([*(judgement.log_probability for judgement in judgements), near])


def stacked(evidence: FloatArray, weights: FloatArray) -> FloatArray:
    """Natural logarithms of probabilities, (texts, targets), of the sources by their weights."""
    return log_softmax(np.tensordot(weights, evidence, axes=1))


def learn_weights(trials: Sequence[tuple[FloatArray, npt.NDArray[np.intp]]], usual: FloatArray) -> FloatArray:
    """Those, none below 0, that make the right targets of the trials (sources; numbers of the right targets) most
    probable, held near the usual ones: a few dozen texts move them little."""
    texts = sum(len(right) for _, right in trials)
    if not texts:
        return usual

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        off_usual = flat - usual
        value, slope = _HOLD * float(off_usual @ off_usual), 2 * _HOLD * off_usual
        for evidence, right in trials:
            said = stacked(evidence, flat.astype(np.float32))
            everyone = np.arange(len(right))
            value -= float(said[everyone, right].sum(dtype=np.float64))
            off = np.exp(said)
            off[everyone, right] -= 1.0
            slope += np.tensordot(evidence, off, axes=2)
        return value / texts, slope / texts

    bounds = [(0.0, None)] * len(usual)
    found = minimize(loss, usual, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": _STEPS})
    return np.asarray(found.x, dtype=np.float32)
