"""Which target a text means, and whether to take it, to confirm it, or to ask again.

The one machinery behind menus, articles, `hotline try`, `hotline kb search` and `hotline kb eval`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from knowledge.encoded import RememberedEncoder
from knowledge.encoders import Encoder, FloatArray, load_encoders
from knowledge.errors import FitError
from knowledge.gate import Gate, best_encoder, weigh
from knowledge.lexical import Lexical
from knowledge.memory import remember
from knowledge.opinion import Judgement, Opinion
from knowledge.target import Target
from knowledge.wording import Wording

Outcome = Literal["accept", "confirm", "nomatch"]

# Of the words' opinion in the mean, where those of the encoders count 1. Chinese words count by their sound, which
# survives a recognizer better than the characters that an encoder reads, and there is one encoder only.
_WEIGHT_OF_WORDS = {"zh": 1.5}
_USUAL_WEIGHT_OF_WORDS = 0.5
_FOLDS = 5
_ENOUGH_TO_CALIBRATE = 3000
_MOST_ASKED = 4000  # of the phrasings held back at once
_MOST_FOR_HEADS = 3_000_000  # phrasings times targets: beyond, learning heads takes minutes
_NEARNESS = (0.25, 0.5, 0.0)  # to choose from by the phrasings held back; the first of equal ones
_NEARNESS_OF_FEW = 0.5  # where nothing can be held back


@dataclass(frozen=True, slots=True)
class Candidate:
    """`confidence` is 0…1; for the best one it is the probability of being right."""

    target: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates, best first, and what to do with the best. Without words there are no candidates. `nearest` is the
    target that has the nearest phrasing; "" where that is chatter."""

    outcome: Outcome
    candidates: tuple[Candidate, ...]
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Confidence from which the best target is taken, and from which it is confirmed by a question."""

    accept: float = 0.55
    confirm: float = 0.2

    def outcome(self, confidence: float) -> Outcome:
        if confidence >= self.accept:
            return "accept"
        return "confirm" if confidence >= self.confirm else "nomatch"


@dataclass(frozen=True, slots=True)
class _Phrasings:
    """All phrasings of all targets, then chatter, as rows of each kind of features; `labels` number their targets,
    and `targets` is the label of chatter."""

    rows: tuple[FloatArray, ...]
    labels: npt.NDArray[np.intp]
    targets: int

    def opinions(self, chosen: npt.NDArray[np.bool_]) -> list[Opinion]:
        with_head = len(self.labels) * self.targets <= _MOST_FOR_HEADS
        return [Opinion(rows[chosen], self.labels[chosen], self.targets + 1, with_head) for rows in self.rows]


@dataclass(frozen=True, slots=True)
class Learnt:
    """What fitting makes of the phrasings: all of a matcher but the encoders, which are too large to keep twice."""

    wording: Wording
    lexical: Lexical
    opinions: tuple[Opinion, ...]
    weights: tuple[float, ...]
    nearness: float
    gate: Gate


class Matcher:
    """Ranks targets for what was said. Nothing changes after `fit`, so threads may share one."""

    def __init__(
        self, targets: Sequence[Target], learnt: Learnt, encoders: Sequence[Encoder], thresholds: Thresholds
    ) -> None:
        self._targets = targets
        self._wording = learnt.wording
        self._features = (learnt.lexical, *encoders)
        self._opinions = learnt.opinions
        self._gate = learnt.gate
        self._thresholds = thresholds
        self._weights = learnt.weights
        self._nearness = learnt.nearness

    @classmethod
    def fit(
        cls,
        targets: Sequence[Target],
        language: str,
        *,
        names: Iterable[str] = (),
        chatter: Sequence[str] = (),
        thresholds: Thresholds | None = None,
        encoders: Sequence[Encoder] | None = None,
        kept: Path | None = None,
    ) -> Matcher:
        """Learn `targets`; takes seconds for a few hundred phrasings, most of it for encoding them.

        `names` of systems and products are also found when slightly misheard. `chatter` are sentences that mean
        none of the targets, and from which others of their kind are known. `encoders` default to those of
        the language that are installed; with none, words alone decide. What was learnt is kept in the folder
        `kept`, where there is one, and not learnt again from the same targets; nor is a text encoded again.

        Raises:
            FitError: fewer than two targets, one without a phrasing, or one named twice.
        """
        _check(targets)
        encoders = load_encoders(language) if encoders is None else encoders
        names = tuple(names)
        remembered = encoders if kept is None else [RememberedEncoder(encoder, kept) for encoder in encoders]
        learning = partial(_learn, targets, language, names, chatter, remembered)
        material = (targets, language, names, tuple(chatter), [encoder.name for encoder in encoders])
        learnt = learning() if kept is None else remember(kept, repr(material), learning)
        return cls(targets, learnt, encoders, thresholds or Thresholds())

    def rank(self, readings: Sequence[tuple[str, float]], limit: int = 5) -> Ranking:
        """The `limit` best targets for the readings (text and weight > 0) of one utterance."""
        said = [(self._wording.normalise(text), weight) for text, weight in readings]
        said = [(text, weight) for text, weight in said if text]
        if not said:
            return Ranking("nomatch", ())
        judgements = self._judge([text for text, _ in said])
        weights = [weight for _, weight in said]
        evidence = weigh(judgements, self._weights, self._nearness).pooled(weights)
        confidence = float(self._gate.confidence(evidence)[0])
        log_probability = evidence.log_probability[0, :-1]
        best = np.argsort(-log_probability)[:limit]
        share = np.exp(log_probability[best] - log_probability[best[0]])
        candidates = tuple(
            Candidate(self._targets[index].id, confidence * float(part))
            for index, part in zip(best, share, strict=True)
        )
        similarity = np.average(best_encoder(judgements).similarity, axis=0, weights=weights)
        nearest = int(similarity.argmax())
        name = self._targets[nearest].id if nearest < len(self._targets) else ""
        return Ranking(self._thresholds.outcome(confidence), candidates, name)

    def _judge(self, texts: list[str]) -> list[Judgement]:
        return [
            opinion.judge(feature.encode(texts))
            for feature, opinion in zip(self._features, self._opinions, strict=True)
        ]


def _learn(
    targets: Sequence[Target],
    language: str,
    names: Iterable[str],
    chatter: Sequence[str],
    encoders: Sequence[Encoder],
) -> Learnt:
    wording = Wording.of((text for target in targets for text in target.phrasings), names)
    said = [*(target.phrasings for target in targets), chatter]
    texts = [wording.normalise(text) for texts in said for text in texts]
    labels = np.repeat(np.arange(len(said)), [len(texts) for texts in said])
    lexical = Lexical(texts)
    features = (lexical, *encoders)
    weights = (_WEIGHT_OF_WORDS.get(language, _USUAL_WEIGHT_OF_WORDS), *(1.0 for _ in encoders))
    phrasings = _Phrasings(tuple(feature.encode(texts) for feature in features), labels, len(targets))
    with threadpool_limits(1):  # these matrices are small: on a busy machine several threads take ten times longer
        nearness, gate = _calibrate(phrasings, weights)
        opinions = phrasings.opinions(np.ones(len(labels), dtype=np.bool_))
    return Learnt(wording, lexical, tuple(opinions), weights, nearness, gate)


def _check(targets: Sequence[Target]) -> None:
    if len(targets) < 2:
        raise FitError("at least two targets are needed")
    if mute := [target.id for target in targets if not target.phrasings]:
        raise FitError(f"no phrasing for {', '.join(mute)}")
    ids = [target.id for target in targets]
    if len(set(ids)) < len(ids):
        raise FitError(f"named twice: {', '.join(sorted({name for name in ids if ids.count(name) > 1}))}")


def _calibrate(phrasings: _Phrasings, weights: Sequence[float]) -> tuple[float, Gate]:
    """Choose the weight of nearness, and learn the gate, from phrasings held back: some of each target, and all of
    others, which are then out of scope."""
    trials = list(_trials(phrasings))
    nearness = _choose_nearness(trials, weights, phrasings.targets)
    evidence = [weigh(judgements, weights, nearness) for judgements, _, _ in trials]
    right = [of_trial.best() == labels for of_trial, (_, labels, _) in zip(evidence, trials, strict=True)]
    return nearness, Gate(evidence, right)


_Trial = tuple[list[Judgement], npt.NDArray[np.intp], npt.NDArray[np.bool_]]
"""What is thought of the phrasings held back, their labels, and whether others of their target were learnt."""


def _trials(phrasings: _Phrasings) -> Iterator[_Trial]:
    labels = phrasings.labels
    place = np.arange(len(labels)) - np.searchsorted(labels, labels)  # of a phrasing within its target
    folds = _FOLDS if len(labels) <= _ENOUGH_TO_CALIBRATE else 1
    for fold in range(folds):
        held_back = ((labels + fold) % _FOLDS == 0) | ((place + labels // _FOLDS) % _FOLDS == fold)
        if not held_back.any() or len(np.unique(labels[~held_back])) < 2:
            continue
        opinions = phrasings.opinions(~held_back)
        asked = np.flatnonzero(held_back)
        asked = asked[:: -(-len(asked) // _MOST_ASKED)]
        judgements = [opinion.judge(rows[asked]) for opinion, rows in zip(opinions, phrasings.rows, strict=True)]
        yield judgements, labels[asked], np.isin(labels[asked], labels[~held_back])


def _choose_nearness(trials: Sequence[_Trial], weights: Sequence[float], targets: int) -> float:
    """That with which most of the phrasings held back have the right target in the top place."""
    if not any((known & (labels < targets)).any() for _, labels, known in trials):
        return _NEARNESS_OF_FEW

    def right(nearness: float) -> int:
        return sum(
            int((weigh(judgements, weights, nearness).best() == labels)[known].sum())
            for judgements, labels, known in trials
        )

    return max(_NEARNESS, key=right)
