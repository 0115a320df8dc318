"""Sentences about the same thing, found among many. # 000-18"""

import numpy as np
import pytest
from knowledge_house import START, an_article

from ari_app.learning.clustering import Clustering
from knowledge.clusters import LEAST, find_groups
from knowledge.encoders import FloatArray
from knowledge.near import NearTexts
from knowledge.store.learning_shapes import Question


def bundles(sizes: list[int], noise: int, width: float = 0.02, dimensions: int = 64) -> FloatArray:
    """Rows about as many things as there are sizes, then rows about nothing in common."""
    dice = np.random.default_rng(7)
    middles = np.eye(dimensions)[: len(sizes)]
    about = [
        middle + width * dice.standard_normal((size, dimensions)) for middle, size in zip(middles, sizes, strict=True)
    ]
    rows = np.concatenate([*about, dice.standard_normal((noise, dimensions))])
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@pytest.mark.parametrize("sizes", [[10, 8], [60, 30, 25], [300]])
def test_each_thing_is_a_group(sizes: list[int]) -> None:
    groups = find_groups(bundles(sizes, noise=sum(sizes) // 5))
    assert [len(group.members) for group in groups] == sizes
    assert set(groups[0].members) == set(range(sizes[0]))


def test_too_few_are_none() -> None:
    assert find_groups(bundles([LEAST - 1], noise=0)) == []
    assert find_groups(bundles([], noise=50)) == find_groups(bundles([LEAST - 1], noise=40)) == []


class Letters:
    """`Encoder` by letters: good enough for sentences that share their words."""

    name = "letters"

    def encode(self, texts: list[str]) -> FloatArray:
        rows = np.zeros((len(texts), 512), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.casefold().rstrip("?").split():
                row[sum(map(ord, word)) % 512] += 1
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


BADGE = [f"the photo on my badge is {how}" for how in ("old", "wrong", "dark", "ugly", "gone", "torn", "upside down")]
OTHERS = ["where is the canteen", "my chair squeaks", "how much is lunch today", "it rains into the hall"]
ARTICLES = [an_article(), an_article(question="What is the badge for?", id="badge", owner="site team")]


def questions(texts: list[str], cluster: int | None = None) -> list[Question]:
    return [Question(number, text, f"call {number}", START, cluster) for number, text in enumerate(texts, 1)]


def test_a_cluster_with_its_nearest_article_and_its_owner() -> None:
    (found,) = Clustering(Letters(), ARTICLES).find(questions([*BADGE, *OTHERS, BADGE[0].upper()]))
    assert (found.id, found.nearest, found.owner) == (None, "badge", "site team")
    assert sorted(found.questions) == [1, 2, 3, 4, 5, 6, 7, 12]
    assert set(found.phrasings) == set(BADGE)
    assert found.question.endswith("?")
    assert len(found.examples) == 5


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("it is dark. where is the photo.", "It is dark. where is the photo?"),
        ("照片怎么换！", "照片怎么换？"),
    ],
)
def test_a_title_is_a_question(said: str, title: str) -> None:
    texts = [said, *(f"{said} {word}" for word in "abcdef")]
    (found,) = Clustering(Letters(), []).find(questions(texts))
    assert found.question == title


def test_what_is_found_again_keeps_its_id() -> None:
    old = questions(BADGE, cluster=4)
    new = [Question(20, "the photo on my badge is blue", "call 20", START, None)]
    (found,) = Clustering(Letters(), ARTICLES).find([*old, *new])
    assert (found.id, 20 in found.questions) == (4, True)


def test_what_another_article_has_is_no_phrasing() -> None:
    taken = an_article(phrasings=(*BADGE[:2], "one", "two", "three", "four"))
    assert Clustering(Letters(), [taken]).find(questions(BADGE)) == []  # too few are left


def test_where_there_is_no_article() -> None:
    (found,) = Clustering(Letters(), []).find(questions(BADGE))
    assert (found.nearest, found.owner) == (None, None)


def test_nearly_the_same_sentences_are_one_phrasing_while_there_are_others() -> None:
    texts = [*BADGE, *(f"please, {text}" for text in BADGE)]
    (found,) = Clustering(Letters(), []).find(questions(texts))
    near = NearTexts()
    for text in found.phrasings:
        assert list(near.find(text)) == []
        near.add(text, "")
