"""The words themselves as features: tf-idf over words, word pairs and parts of words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
from sklearn.pipeline import FeatureUnion  # type: ignore[import-untyped]
from sklearn.preprocessing import normalize  # type: ignore[import-untyped]

from knowledge.wording import pinyin


class Lexical:
    """Words seen in the phrasings, by weight. Chinese counts by pinyin syllable, as it is heard.

    `encode` returns a sparse matrix with rows of unit length.
    """

    name = "words"

    def __init__(self, phrasings: Sequence[str]) -> None:
        self._features = FeatureUnion(
            [
                (
                    "words",
                    TfidfVectorizer(tokenizer=str.split, token_pattern=None, ngram_range=(1, 2), sublinear_tf=True),
                ),
                ("parts", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)),
            ]
        )
        self._features.fit([pinyin(text) for text in phrasings])

    def encode(self, texts: Sequence[str]) -> Any:
        return normalize(self._features.transform([pinyin(text) for text in texts]))
