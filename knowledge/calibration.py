"""What is learnt from phrasings held back: how much nearness counts, and how far the best target is to be believed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.encoders import FloatArray
from knowledge.gate import Evidence, Gate, weigh
from knowledge.opinion import Judgement, Opinion

_FOLDS = 5
_ENOUGH = 3000  # phrasings of which one fold tells what five would
_MOST_ASKED = 4000  # of the phrasings held back at once
_MOST_FOR_HEADS = 3_000_000  # phrasings times targets: beyond, learning heads takes minutes
_NEARNESS = 0.25
_OTHER_NEARNESS = (0.5, 0.0)
_NEARNESS_OF_FEW = 0.5  # where nothing can be held back


@dataclass(frozen=True, slots=True)
class Phrasings:
    """All phrasings of all targets, then chatter, as rows of each kind of features, of which the words are the first;
    `labels` number their targets, and `targets` is the label of chatter."""

    rows: tuple[FloatArray, ...]
    labels: npt.NDArray[np.intp]
    targets: int

    def opinions(self, chosen: npt.NDArray[np.bool_] | None = None) -> list[Opinion]:
        """Of each kind of features, learnt from the chosen phrasings, else from all. Those of the words are not
        compared with each other: what words are turned into is learnt from these very phrasings."""
        with_head = len(self.labels) * self.targets <= _MOST_FOR_HEADS
        labels = self.labels if chosen is None else self.labels[chosen]
        return [
            Opinion(rows if chosen is None else rows[chosen], labels, self.targets + 1, with_head, compares=index > 0)
            for index, rows in enumerate(self.rows)
        ]


@dataclass(frozen=True, slots=True)
class Calibration:
    """The weight of nearness, the gate of all opinions together, and that of the words' alone."""

    nearness: float
    gate: Gate
    gate_of_words: Gate


@dataclass(frozen=True, slots=True)
class _Trial:
    """What is thought of the phrasings held back, their labels, and whether others of their target were learnt."""

    judgements: list[Judgement]
    labels: npt.NDArray[np.intp]
    is_known: npt.NDArray[np.bool_]


def calibrate(phrasings: Phrasings, weights: Sequence[float]) -> Calibration:
    """Learn from phrasings held back: some of each target, and all of others, which are then out of scope."""
    trials = list(_trials(phrasings))
    nearness = _choose_nearness(trials, weights, phrasings.targets)

    def gate(opinions: int) -> Gate:
        evidence = [weigh(trial.judgements[:opinions], weights[:opinions], nearness) for trial in trials]
        return Gate(evidence, [_is_right(one, trial) for one, trial in zip(evidence, trials, strict=True)])

    return Calibration(nearness, gate(len(weights)), gate(1))


def _trials(phrasings: Phrasings) -> Iterator[_Trial]:
    labels = phrasings.labels
    place = np.arange(len(labels)) - np.searchsorted(labels, labels)  # of a phrasing within its target
    folds = _FOLDS if len(labels) <= _ENOUGH else 1
    for fold in range(folds):
        held_back = ((labels + fold) % _FOLDS == 0) | ((place + labels // _FOLDS) % _FOLDS == fold)
        if not held_back.any() or len(np.unique(labels[~held_back])) < 2:
            continue
        opinions = phrasings.opinions(~held_back)
        asked = np.flatnonzero(held_back)
        asked = asked[:: -(-len(asked) // _MOST_ASKED)]
        judgements = [opinion.judge(rows[asked]) for opinion, rows in zip(opinions, phrasings.rows, strict=True)]
        yield _Trial(judgements, labels[asked], np.isin(labels[asked], labels[~held_back]))


def _choose_nearness(trials: Sequence[_Trial], weights: Sequence[float], targets: int) -> float:
    """The usual one, unless another brings more of the phrasings held back to their targets, and not by a few: by more
    than the square root of the number on which the two differ, which is what chance does one time in six."""
    if not any((trial.is_known & (trial.labels < targets)).any() for trial in trials):
        return _NEARNESS_OF_FEW

    def right(nearness: float) -> npt.NDArray[np.bool_]:
        return np.concatenate(
            [_is_right(weigh(trial.judgements, weights, nearness), trial)[trial.is_known] for trial in trials]
        )

    usual = right(_NEARNESS)
    chosen, most = _NEARNESS, 0
    for nearness in _OTHER_NEARNESS:
        other = right(nearness)
        gain = int(other.sum()) - int(usual.sum())
        if gain > max(most, float(np.sqrt((other != usual).sum()))):
            chosen, most = nearness, gain
    return chosen


def _is_right(evidence: Evidence, trial: _Trial) -> npt.NDArray[np.bool_]:
    return np.asarray(evidence.best() == trial.labels, dtype=np.bool_)
