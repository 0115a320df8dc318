"""Sentences about the same thing, found among many by their meaning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.cluster import HDBSCAN
from sklearn.decomposition import PCA
from threadpoolctl import threadpool_limits

from knowledge.encoders import FloatArray
from knowledge.near import NearTexts

MOST_PHRASINGS = 20
LEAST = 6
"""Different sentences; fewer make no article."""

_FEW = 60  # too few to know what is dense
_DIMENSIONS = 30
_NEIGHBOURS = 3  # that a sentence needs to be one of many: the default, as many as a cluster has, leaves half out
_OF_ONE_KIND = 0.7  # cosine from which few sentences belong together
_SAME_THING = 0.8  # cosine of two middles from which two clusters are one
_ABOUT_IT = 0.75  # cosine from which a sentence that was left out belongs to the middle of a cluster
_ALIKE = 0.9  # cosine from which one of two phrasings is enough
_FAR_OFF = 0.5  # cosine with the middle below which a sentence is not about it, though nothing else is nearer
_MOST_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Group:
    """The numbers of the sentences in it, the most typical first, and their `middle`, of unit length."""

    members: tuple[int, ...]
    middle: FloatArray


def find_groups(rows: FloatArray) -> list[Group]:
    """Groups of at least `LEAST` of these sentences, the largest first; `rows` (sentences, dimensions) are of unit
    length. Most may be in none: not everything that is said is said by many."""
    if len(rows) < LEAST:
        return []
    with threadpool_limits(1):
        found = _leaders(rows) if len(rows) < _FEW else _dense(rows)
    kept = (_near_middle(rows, members) for members in found)
    groups = [group_of(rows, members) for members in kept if len(members) >= LEAST]
    return sorted(groups, key=lambda group: -len(group.members))


def group_of(rows: FloatArray, members: Sequence[int]) -> Group:
    """The group of these sentences."""
    middle = _middle(rows[list(members)])
    typical = sorted(members, key=lambda member: -float(rows[member] @ middle))
    return Group(tuple(typical), middle)


def examples_of(group: Group, texts: Sequence[str]) -> tuple[str, ...]:
    """The most typical of its sentences, none of them nearly another."""
    return _different((texts[member] for member in group.members), _MOST_EXAMPLES)


def phrasings_of(group: Group, texts: Sequence[str], rows: FloatArray, taken: NearTexts) -> tuple[str, ...]:
    """Typical sentences, at most `MOST_PHRASINGS`, none of them much like another as long as there are others, and none
    nearly one of `taken`."""
    free = [member for member in group.members if next(taken.find(texts[member]), None) is None]
    chosen: list[int] = []
    for most_alike in (_ALIKE, 1.0):
        for member in free:
            is_new = member not in chosen and not (chosen and (rows[chosen] @ rows[member]).max() > most_alike)
            if is_new and len(chosen) < (MOST_PHRASINGS if most_alike < 1.0 else LEAST):
                chosen.append(member)
    return tuple(texts[member] for member in chosen)


def _different(texts: Iterable[str], most: int) -> tuple[str, ...]:
    seen = NearTexts()
    kept: list[str] = []
    for text in texts:
        if len(kept) < most and next(seen.find(text), None) is None:
            seen.add(text, "")
            kept.append(text)
    return tuple(kept)


def _dense(rows: FloatArray) -> list[list[int]]:
    size = max(LEAST, round(len(rows) ** 0.5 / 4))
    narrow = PCA(min(_DIMENSIONS, *rows.shape), random_state=0).fit_transform(rows)
    labels = HDBSCAN(
        min_cluster_size=size, min_samples=_NEIGHBOURS, cluster_selection_method="leaf", copy=True
    ).fit_predict(narrow)
    if labels.max() < 0:  # as where all is about one thing
        return _leaders(rows)
    return _with_left_out(rows, _joined(rows, labels))


def _joined(rows: FloatArray, labels: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Leaves of the tree that lie at the same place are one."""
    joined = labels.copy()
    while (count := joined.max() + 1) > 1:
        middles = np.stack([_middle(rows[joined == label]) for label in range(count)])
        alike = np.triu(middles @ middles.T, 1)
        one, other = np.unravel_index(alike.argmax(), alike.shape)
        if alike[one, other] < _SAME_THING:
            break
        joined[joined == other] = one
        joined[joined > other] -= 1
    return joined


def _with_left_out(rows: FloatArray, labels: npt.NDArray[np.intp]) -> list[list[int]]:
    middles = np.stack([_middle(rows[labels == label]) for label in range(labels.max() + 1)])
    cosines = rows @ middles.T
    nearest = cosines.argmax(axis=1)
    is_about = cosines[np.arange(len(rows)), nearest] >= _ABOUT_IT
    full = np.where((labels < 0) & is_about, nearest, labels)
    return [np.flatnonzero(full == label).tolist() for label in range(len(middles))]


def _leaders(rows: FloatArray) -> list[list[int]]:
    """Whoever has most others near takes them; then among those that are left."""
    near = rows @ rows.T >= _OF_ONE_KIND
    free = np.ones(len(rows), dtype=np.bool_)
    found: list[list[int]] = []
    while free.any():
        counts = (near & free).sum(axis=1) * free
        leader = int(counts.argmax())
        members = np.flatnonzero(near[leader] & free)
        if len(members) < LEAST:
            break
        found.append(members.tolist())
        free[members] = False
    return found


def _near_middle(rows: FloatArray, members: Sequence[int]) -> list[int]:
    middle = _middle(rows[list(members)])
    return [member for member in members if float(rows[member] @ middle) >= _FAR_OFF]


def _middle(rows: FloatArray) -> FloatArray:
    mean = rows.mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-6), dtype=np.float32)
