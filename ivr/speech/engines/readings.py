"""From an engine's raw texts and scores to readings with confidences."""

import math
import re
from dataclasses import dataclass

from ivr.conversation import Hypothesis

_SENTENCE = re.compile(r"[^.?!。?!]+[.?!。?!]*\s*")
_FEWEST_LOOPED = 8
"""Characters that a repeated sentence must have: "no, no" is speech, "Remote desktop is down." twice is a loop."""

_CLEAR = 0.1
"""What a reading without a rival is ahead of the last way to write it."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Confidence = logistic(bias + score · mean log-probability + lead · lead over the next different reading).

    Fitted so that it is the chance that the best reading is right word for word (Mandarin: right in sound).
    """

    bias: float
    score: float
    lead: float

    def confidence(self, score: float, lead: float) -> float:
        return 1 / (1 + math.exp(-(self.bias + self.score * score + self.lead * lead)))


def readings(texts: tuple[str, ...], scores: tuple[float, ...], calibration: Calibration) -> tuple[Hypothesis, ...]:
    """The different readings, best first; texts that differ only in case and punctuation are one.

    What the best reading's confidence leaves is shared among the others by likelihood, none above the best.
    """
    kept: dict[str, tuple[str, float]] = {}
    for text, score in zip(texts, scores, strict=True):
        text = without_loop(text)
        key = _essence(text)
        if key and key not in kept:
            kept[key] = (text, score)
    if not kept:
        return ()
    (best, score), *others = kept.values()
    lead = score - (others[0][1] if others else min(scores) - _CLEAR)
    confidence = calibration.confidence(score, lead)
    weights = [math.exp(other * len(text.split())) for text, other in others]
    shares = [min(confidence, (1 - confidence) * weight / sum(weights)) for weight in weights]
    return (
        Hypothesis(best, round(confidence, 3)),
        *(Hypothesis(text, round(share, 3)) for (text, _), share in zip(others, shares, strict=True)),
    )


def without_loop(text: str) -> str:
    """`text` without the sentences that merely repeat the first, whole or cut off: decoders loop that way."""
    sentences = [match.group() for match in _SENTENCE.finditer(text)]
    if len(sentences) < 2:
        return text
    first = _essence(sentences[0])
    if len(first) < _FEWEST_LOOPED:
        return text
    rest = [_essence(sentence) for sentence in sentences[1:]]
    if all(sentence == first for sentence in rest[:-1]) and first.startswith(rest[-1]):
        return sentences[0].strip()
    return text


def _essence(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.lower()).strip()
