"""What words make of a text: all of them together, and each by itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from knowledge.bayes import NaiveBayes
from knowledge.lexical import WordRows
from knowledge.opinion import FLOOR, Judgement, Opinion, log_softmax

_BY_ITSELF = np.float32(0.5)
"""What each word by itself counts beside the head, which sees all of them, but condensed: rare ones hardly."""


class LexicalOpinion:
    """A softmax head on condensed words, corrected by naive Bayes on all of them."""

    def __init__(self, rows: WordRows, labels: npt.NDArray[np.intp], targets: int, with_head: bool) -> None:
        """As `Opinion`. Phrasings are not compared with each other: what words are condensed to is learnt from them."""
        self._together = Opinion(rows.condensed, labels, targets, with_head, compares=False)
        self._by_itself = NaiveBayes(rows.whole, labels, targets)

    def judge(self, rows: WordRows) -> Judgement:
        judged = self._together.judge(rows.condensed)
        both = log_softmax(judged.log_probability + _BY_ITSELF * self._by_itself.scores(rows.whole))
        return replace(judged, log_probability=np.maximum(both, FLOOR))
