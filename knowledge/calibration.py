"""What is learnt from phrasings held back: how much each source of evidence counts, and how far to believe the best
target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.encoders import FloatArray
from knowledge.gate import Gate, weigh
from knowledge.lexical import WordRows
from knowledge.lexical_opinion import LexicalOpinion
from knowledge.opinion import Judgement, Opinion
from knowledge.stacking import learn_weights, sources, usual_weights

_FOLDS = 5
_ENOUGH = 3000  # phrasings of which one fold tells what five would
_MOST_ASKED = 4000  # of the phrasings held back at once
_MOST_FOR_HEADS = 3_000_000  # phrasings times targets
_MOST_CELLS = 10_000_000  # phrasings held back times targets, of which weights are learnt


@dataclass(frozen=True, slots=True)
class Phrasings:
    """All phrasings of all targets, then chatter, as words and as rows of each encoder; `labels` number their targets,
    and `targets` is the label of chatter."""

    words: WordRows
    encoded: tuple[FloatArray, ...]
    labels: npt.NDArray[np.intp]
    targets: int

    def only(self, chosen: npt.NDArray[np.generic]) -> Phrasings:
        """Those of a mask or of indices."""
        encoded = tuple(rows[chosen] for rows in self.encoded)
        return Phrasings(self.words.only(chosen), encoded, self.labels[chosen], self.targets)

    @property
    def affords_heads(self) -> bool:
        """Learning them takes seconds, not minutes."""
        return len(self.labels) * self.targets <= _MOST_FOR_HEADS

    def opinions(self, with_heads: bool) -> Opinions:
        """Learnt from these."""
        about = (self.labels, self.targets + 1, with_heads)
        encoded = tuple(Opinion(rows, *about, compares=True) for rows in self.encoded)
        return Opinions(LexicalOpinion(self.words, *about), encoded)


@dataclass(frozen=True, slots=True)
class Opinions:
    """That of the words, and of each encoder."""

    words: LexicalOpinion
    encoded: tuple[Opinion, ...]

    def judge(self, phrasings: Phrasings) -> list[Judgement]:
        encoded = zip(self.encoded, phrasings.encoded, strict=True)
        return [self.words.judge(phrasings.words), *(opinion.judge(rows) for opinion, rows in encoded)]


@dataclass(frozen=True, slots=True)
class Belief:
    """What opinions come to: the weights of their sources (knowledge/stacking.py), and the gate."""

    weights: FloatArray
    gate: Gate


@dataclass(frozen=True, slots=True)
class Calibration:
    """What is believed of all opinions together, and of the words alone."""

    all: Belief
    words: Belief


@dataclass(frozen=True, slots=True)
class _Trial:
    """What is thought of the phrasings held back, their labels, and whether others of their target were learnt."""

    judgements: list[Judgement]
    labels: npt.NDArray[np.intp]
    is_known: npt.NDArray[np.bool_]


def calibrate(phrasings: Phrasings, weights: Sequence[float]) -> Calibration:
    """Learn from phrasings held back: some of each target, and all of others, which are then out of scope. `weights`
    are what the opinions count among each other before anything is learnt."""
    trials = list(_trials(phrasings))
    return Calibration(_belief(trials, weights, len(weights)), _belief(trials, weights, 1))


def _belief(trials: Sequence[_Trial], weights: Sequence[float], opinions: int) -> Belief:
    """Of the first so many opinions."""
    learnt = learn_weights([_known(trial, opinions) for trial in trials], usual_weights(weights[:opinions]))
    evidence = [weigh(trial.judgements[:opinions], learnt) for trial in trials]
    return Belief(
        learnt, Gate(evidence, [one.best() == trial.labels for one, trial in zip(evidence, trials, strict=True)])
    )


def _known(trial: _Trial, opinions: int) -> tuple[FloatArray, npt.NDArray[np.intp]]:
    """Of the phrasings held back of whose targets others were learnt, as many as fit: their sources and labels."""
    known = np.flatnonzero(trial.is_known)
    most = max(1, _MOST_CELLS // trial.judgements[0].log_probability.shape[1])
    known = known[:: max(1, -(-len(known) // most))]
    return sources([judgement.only(known) for judgement in trial.judgements[:opinions]]), trial.labels[known]


def _trials(phrasings: Phrasings) -> Iterator[_Trial]:
    labels = phrasings.labels
    place = np.arange(len(labels)) - np.searchsorted(labels, labels)  # of a phrasing within its target
    folds = _FOLDS if len(labels) <= _ENOUGH else 1
    for fold in range(folds):
        held_back = ((labels + fold) % _FOLDS == 0) | ((place + labels // _FOLDS) % _FOLDS == fold)
        if not held_back.any() or len(np.unique(labels[~held_back])) < 2:
            continue
        opinions = phrasings.only(~held_back).opinions(phrasings.affords_heads)
        asked = np.flatnonzero(held_back)
        asked = asked[:: -(-len(asked) // _MOST_ASKED)]
        judgements = opinions.judge(phrasings.only(asked))
        yield _Trial(judgements, labels[asked], np.isin(labels[asked], labels[~held_back]))
