"""What the matcher decides by words alone, and what it learns from phrasings held back. # 000-16, 001-22"""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from knowledge.calibration import Phrasings, calibrate
from knowledge.crowd import Crowd
from knowledge.encoders import FloatArray
from knowledge.lexical import WordRows
from knowledge.matching import Matcher
from knowledge.stacking import learn_weights, usual_weights
from knowledge.target import Target

TICKETS = (
    Target("single", ("a single to london", "single ticket please", "one way only", "a single for today")),
    Target("return", ("a return to london", "return ticket please", "there and back", "a return for today")),
    Target("season", ("a season ticket", "season ticket please", "for the whole month", "a season for students")),
)


class Sums:
    """Encodes a text by its length and first letter, badly, and notes what it was asked."""

    name = "sums"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> FloatArray:
        self.asked += texts
        rows = np.array([[len(text), ord(text[0]) % 7 + 1, 1.0] for text in texts], dtype=np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@pytest.mark.parametrize(("text", "encoded"), [("there and back", []), ("the weather", ["the weather"])])
def test_no_encoder_is_asked_where_words_alone_are_sure(text: str, encoded: list[str]) -> None:
    encoder = Sums()
    matcher = Matcher.fit(TICKETS, "en", encoders=[encoder])
    encoder.asked.clear()
    matcher.rank([(text, 1.0)])
    assert encoder.asked == encoded


def _circle(*degrees: float) -> FloatArray:
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_isolation_is_told_by_how_near_the_phrasings_around_are_to_each_other() -> None:
    """Five degrees beside phrasings a degree apart stands apart; beside such that are ten degrees apart it does not."""
    dense, sparse = _circle(0, 1, 2, 3, 4, 5), _circle(0, 10, 20, 30, 40, 50)
    beside_dense = Crowd(dense, compared=True).isolation(_circle(10) @ dense.T)
    beside_sparse = Crowd(sparse, compared=True).isolation(_circle(15) @ sparse.T)
    assert beside_dense[0] > 0 > beside_sparse[0]


def test_not_compared_isolation_is_how_far_the_nearest_phrasings_are() -> None:
    phrasings = _circle(0, 60)
    near, far = Crowd(phrasings, compared=False).isolation(_circle(30, 90) @ phrasings.T)
    assert near == pytest.approx(-np.cos(np.radians(30)), abs=1e-6)
    assert far == pytest.approx(-(np.cos(np.radians(30)) + 0.0) / 2, abs=1e-6)


def _clumped(rng: np.random.Generator, targets: int, clumps: int, sayings: int) -> Phrasings:
    """Targets that are said in `clumps` ways far from each other, each `sayings` times nearly alike: nearness to a
    phrasing tells the target, a straight boundary does not."""
    middles = rng.normal(size=(targets, clumps, 4))
    rows = (middles[:, :, np.newaxis] + rng.normal(scale=0.05, size=(targets, clumps, sayings, 4))).reshape(-1, 4)
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    words = WordRows(csr_matrix(rows.shape, dtype=np.float32), rows)
    return Phrasings(words, (rows,), np.repeat(np.arange(targets), clumps * sayings), targets)


def test_nearness_counts_more_where_it_brings_more_to_their_targets() -> None:
    rng = np.random.default_rng(7)
    said_in_many_ways = _clumped(rng, targets=12, clumps=8, sayings=6)
    said_in_one_way = _clumped(rng, targets=6, clumps=1, sayings=8)
    many, one = (calibrate(phrasings, (1.0, 1.0)).all.weights[-1] for phrasings in (said_in_many_ways, said_in_one_way))
    assert many > 0.5 > one


def _told(rng: np.random.Generator, texts: int) -> tuple[FloatArray, NDArray[np.intp]]:
    """Two sources of evidence on ten targets: one that is right nine times in ten, and one that knows nothing."""
    right = rng.integers(0, 10, texts)
    named = np.where(rng.random(texts) < 0.9, right, rng.integers(0, 10, texts))
    knowing, guessing = np.full((texts, 10), -4.0), rng.normal(scale=3.0, size=(texts, 10))
    knowing[np.arange(texts), named] = -0.2
    return np.stack([knowing, guessing]).astype(np.float32), right


def test_a_source_that_knows_nothing_is_not_listened_to_after_hundreds_of_texts_but_after_a_few() -> None:
    usual = np.array([0.5, 0.5], dtype=np.float32)
    many, few = (learn_weights([_told(np.random.default_rng(3), texts)], usual) for texts in (1000, 3))
    assert many[1] < 0.1 < 0.5 < many[0]
    assert few[1] > 0.2


def test_what_makes_the_right_ones_less_probable_weighs_nothing_and_never_less() -> None:
    evidence, right = _told(np.random.default_rng(3), 500)
    lying = np.stack([evidence[0], -evidence[0]])
    assert learn_weights([(lying, right)], np.array([0.5, 0.5], dtype=np.float32))[1] == 0.0


def test_without_texts_weights_stay_as_usual() -> None:
    usual = usual_weights((1.0, 3.0))
    assert usual.tolist() == [0.25, 0.75, 0.25]
    assert learn_weights([], usual).tolist() == usual.tolist()
