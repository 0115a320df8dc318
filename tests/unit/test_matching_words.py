"""What words say for a target, each by itself. # 000-16"""

import numpy as np
import pytest
from scipy.sparse import csr_matrix, random_array
from sklearn.naive_bayes import MultinomialNB

from knowledge.bayes import NaiveBayes
from knowledge.lexical import Lexical
from knowledge.lexical_opinion import LexicalOpinion


def _rows(texts: int, words: int, seed: int) -> csr_matrix:
    return csr_matrix(random_array((texts, words), density=0.2, rng=np.random.default_rng(seed), dtype=np.float32))


def test_scores_are_those_of_another_naive_bayes() -> None:
    labels = np.repeat(np.arange(7), 6)
    phrasings, texts = _rows(42, 90, seed=1), _rows(300, 90, seed=2)
    other = MultinomialNB(alpha=0.01, fit_prior=False).fit(phrasings, labels)
    expected = other.predict_joint_log_proba(texts) - other.class_log_prior_
    assert NaiveBayes(phrasings, labels, 7).scores(texts) == pytest.approx(expected, abs=1e-3)


def test_a_target_without_phrasings_and_a_text_without_known_words_are_judged_too() -> None:
    scores = NaiveBayes(_rows(4, 30, seed=1), np.array([0, 0, 2, 2]), 3).scores(csr_matrix((1, 30), dtype=np.float32))
    assert scores.tolist() == [[0.0, 0.0, 0.0]]
    known, unknown = np.array([0, 2]), 1
    lexical = Lexical(["the printer jams", "paper in the printer", "the screen is dark", "no picture on the screen"])
    opinion = LexicalOpinion(lexical.encode(["the printer jams", "the screen is dark"]), known, 3, with_head=True)
    said = opinion.judge(lexical.encode(["printer", "screen", "xylophone"])).log_probability
    assert said.argmax(axis=1)[:2].tolist() == [0, 2]
    assert (said[:, unknown] < said[:, known].min(axis=1)).all()
