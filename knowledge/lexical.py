"""The words themselves as features: tf-idf over words, word pairs and parts of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from knowledge.encoders import FloatArray
from knowledge.wording import pinyin

_DIMENSIONS = 300
_SHARE = 0.5**0.5  # of words and of their parts, so that a row has unit length


@dataclass(frozen=True, slots=True)
class WordRows:
    """A row for each text: all features, and the dense ones that they are condensed to."""

    whole: csr_matrix
    condensed: FloatArray

    def only(self, texts: npt.NDArray[np.generic]) -> WordRows:
        """Those of a mask or of indices."""
        return WordRows(self.whole[texts], self.condensed[texts])


class Lexical:
    """Words seen in the phrasings, by weight. Chinese counts by pinyin syllable, as it is heard.

    The features are also condensed to at most `_DIMENSIONS` dense ones, which loses little and learns ten times faster.
    """

    name = "words"

    def __init__(self, phrasings: Sequence[str]) -> None:
        kinds = (
            TfidfVectorizer(tokenizer=str.split, token_pattern=None, ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
        )
        said = [pinyin(text) for text in phrasings]
        self._kinds = tuple(kind.fit(said) for kind in kinds)
        whole = self._weigh(phrasings)
        condense = TruncatedSVD(min(_DIMENSIONS, *whole.shape), n_iter=2, random_state=0).fit(whole)
        # By row: a product with the transpose would copy it for every query.
        self._axes = np.ascontiguousarray(condense.components_.T, dtype=np.float32)

    def encode(self, texts: Sequence[str]) -> WordRows:
        """Rows of at most unit length: shorter, the more of a text's words are unknown."""
        whole = self._weigh(texts)
        return WordRows(whole, np.asarray(whole @ self._axes, dtype=np.float32))

    def _weigh(self, texts: Sequence[str]) -> csr_matrix:
        said = [pinyin(text) for text in texts]
        return _SHARE * hstack([kind.transform(said) for kind in self._kinds], format="csr", dtype=np.float32)
