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
_SHARE = 0.5**0.5  # of words and of their parts, so that a row has unit length


class Lexical:
    """Words seen in the phrasings, by weight. Chinese counts by pinyin syllable, as it is heard.

    The features are turned into at most `_DIMENSIONS` dense ones, which loses little and learns ten times faster.
    """

    name = "words"

    def __init__(self, phrasings: Sequence[str]) -> None:
        weigh = FeatureUnion(
            [
                (
                    "words",
                    TfidfVectorizer(tokenizer=str.split, token_pattern=None, ngram_range=(1, 2), sublinear_tf=True),
                ),
                ("parts", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)),
            ],
            transformer_weights={"words": _SHARE, "parts": _SHARE},
        )
        weighed = weigh.fit_transform([pinyin(text) for text in phrasings])
        condense = TruncatedSVD(min(_DIMENSIONS, *weighed.shape), n_iter=2, random_state=0).fit(weighed)
        # By row, and a part for each kind of features: a product with the transpose would copy it for every query.
        axes, first = np.ascontiguousarray(condense.components_.T), 0
        self._parts = []
        for _, features in weigh.transformer_list:
            last = first + len(features.vocabulary_)
            self._parts.append((features, axes[first:last] * _SHARE))
            first = last

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Rows of at most unit length: shorter, the more of a text's words are unknown."""
        said = [pinyin(text) for text in texts]
        condensed = sum(features.transform(said) @ axes for features, axes in self._parts)
        return np.asarray(condensed, dtype=np.float32)
