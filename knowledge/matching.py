"""Which target a text means, and whether to take it, to confirm it, or to ask again.

The one machinery behind menus, articles, `hotline try`, `hotline kb search` and `hotline kb eval`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from threadpoolctl import threadpool_limits

from knowledge.calibration import Belief, Calibration, Opinions, Phrasings, calibrate
from knowledge.encoded import RememberedEncoder
from knowledge.encoders import Encoder, load_encoders
from knowledge.errors import FitError
from knowledge.gate import Evidence, weigh
from knowledge.lexical import Lexical
from knowledge.memory import remember
from knowledge.opinion import Judgement
from knowledge.stacking import best_encoder
from knowledge.target import Target
from knowledge.wording import Wording

Outcome = Literal["accept", "confirm", "nomatch"]

# What the opinions count before it is learnt, by language; those that are not named, 1. Where every target has one
# phrasing only, nothing can be learnt: an English encoder then knows far better than the words what is meant, while
# Chinese words count by their sound, which survives a recognizer better than the characters that an encoder reads.
_WEIGHTS = {"en": {"words": 0.15, "use": 0.5}, "zh": {}}
_USUAL_WEIGHTS = {"words": 0.5}
_SURE = 0.85  # confidence from which the words alone decide, which is five times faster


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
    confirm: float = 0.15

    def outcome(self, confidence: float) -> Outcome:
        if confidence >= self.accept:
            return "accept"
        return "confirm" if confidence >= self.confirm else "nomatch"


@dataclass(frozen=True, slots=True)
class Learnt:
    """What fitting makes of the phrasings: all of a matcher but the encoders, which are too large to keep twice."""

    wording: Wording
    lexical: Lexical
    opinions: Opinions
    calibration: Calibration


class Matcher:
    """Ranks targets for what was said. Nothing changes after `fit`, so threads may share one."""

    def __init__(
        self, targets: Sequence[Target], learnt: Learnt, encoders: Sequence[Encoder], thresholds: Thresholds
    ) -> None:
        self._targets = targets
        self._wording = learnt.wording
        self._lexical = learnt.lexical
        self._encoders = encoders
        self._opinions = learnt.opinions
        self._calibration = learnt.calibration
        self._thresholds = thresholds

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
        texts, weights = [text for text, _ in said], [weight for _, weight in said]
        judgements = [self._opinions.words.judge(self._lexical.encode(texts))]
        evidence, confidence = self._believe(judgements, weights, self._calibration.words)
        if confidence < _SURE and self._encoders:
            encoded = zip(self._encoders, self._opinions.encoded, strict=True)
            judgements += [opinion.judge(encoder.encode(texts)) for encoder, opinion in encoded]
            evidence, confidence = self._believe(judgements, weights, self._calibration.all)
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

    def _believe(self, judgements: list[Judgement], weights: Sequence[float], belief: Belief) -> tuple[Evidence, float]:
        """What opinions say of an utterance, by its readings with these weights, and how sure that is."""
        evidence = weigh(judgements, belief.weights).pooled(weights)
        return evidence, float(belief.gate.confidence(evidence)[0])


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
    of_language = _WEIGHTS.get(language, _USUAL_WEIGHTS)
    weights = [of_language.get(name, 1.0) for name in (lexical.name, *(encoder.name for encoder in encoders))]
    encoded = tuple(encoder.encode(texts) for encoder in encoders)
    phrasings = Phrasings(lexical.encode(texts), encoded, labels, len(targets))
    with threadpool_limits(1):  # these matrices are small: on a busy machine several threads take ten times longer
        calibration = calibrate(phrasings, weights)
        opinions = phrasings.opinions(phrasings.affords_heads)
    return Learnt(wording, lexical, opinions, calibration)


def _check(targets: Sequence[Target]) -> None:
    if len(targets) < 2:
        raise FitError("at least two targets are needed")
    if mute := [target.id for target in targets if not target.phrasings]:
        raise FitError(f"no phrasing for {', '.join(mute)}")
    ids = [target.id for target in targets]
    if len(set(ids)) < len(ids):
        raise FitError(f"named twice: {', '.join(sorted({name for name in ids if ids.count(name) > 1}))}")
