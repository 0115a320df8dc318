"""The words themselves as features: tf-idf over words, word pairs and parts of words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

from knowledge.encoders import FloatArray
from knowledge.wording import pinyin

_DIMENSIONS = 300


class Lexical:
    """Words seen in the phrasings, by weight. Chinese counts by pinyin syllable, as it is heard.

    The features are turned into at most `_DIMENSIONS` dense ones, which loses little and learns ten times faster.
    """

    name = "words"

    def __init__(self, phrasings: Sequence[str]) -> None:
        self._weigh = FeatureUnion(
            [
                (
                    "words",
                    TfidfVectorizer(tokenizer=str.split, token_pattern=None, ngram_range=(1, 2), sublinear_tf=True),
                ),
                ("parts", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)),
            ],
            transformer_weights={"words": 0.5**0.5, "parts": 0.5**0.5},
        )
        weighed = self._weigh.fit_transform([pinyin(text) for text in phrasings])
        self._condense = TruncatedSVD(min(_DIMENSIONS, *weighed.shape), n_iter=2, random_state=0)
        self._condense.fit(weighed)

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Rows of at most unit length: shorter, the more of a text's words are unknown."""
        weighed = self._weigh.transform([pinyin(text) for text in texts])
        return np.asarray(self._condense.transform(weighed), dtype=np.float32)
