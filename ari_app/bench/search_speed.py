"""`hotline bench search`, its part "speed": time and memory of the matcher with many articles, each number of them in
processes of its own that have one core.

The articles are made up: each has the phrasings of a shipped one with a product's name of its own in them. Asked are
phrasings that were not learnt.
"""

import os
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from ari_app.bench.search import Progress, token_set_ratio
from knowledge.encoders import load_encoders
from knowledge.library import load_library
from knowledge.matching import Matcher
from knowledge.target import Target

COUNTS = (100, 1_000, 10_000)
QUERIES = 200
_SYLLABLES = ("ba", "co", "du", "fi", "ga", "lo", "mi", "ne", "po", "ri", "su", "ta", "vo", "xi", "ze")
_SEED = 6
_ASKED_OF_YARDSTICK = 50

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Warm:
    """What a process sees that learns and asks: `refit_s` is learning once more with one new phrasing, `yardstick_ms`
    what token_set_ratio takes for the same queries; `rss_mb` is its memory before it learns anything again."""

    fit_s: float
    refit_s: float
    rss_mb: float
    query_ms: Sequence[float]
    yardstick_ms: Sequence[float]


@dataclass(frozen=True, slots=True)
class Speed:
    """Of so many articles; `cold_s` is what a new process takes until it has ranked its first query by what was learnt
    before, with the imports of Python's libraries."""

    articles: int
    phrasings: int
    warm: Warm
    cold_s: float


def measure_speed(articles: Path, counts: Sequence[int], progress: Progress) -> list[Speed]:
    """For each number of articles. Raises ArticleError when the shipped ones have errors."""
    shipped = [target.phrasings for target in load_library(articles).targets("en")]
    return [_speed(shipped, count, progress) for count in counts]


def _speed(shipped: Sequence[Sequence[str]], count: int, progress: Progress) -> Speed:
    progress(f"{count} articles: learning, asking, learning again")
    targets, queries = made_up(shipped, count)
    with TemporaryDirectory(prefix="hotline-search-") as folder:
        warm = _alone(_warm, targets, queries, Path(folder))
        progress(f"{count} articles: a new process")
        began = time.perf_counter()
        _alone(_cold, targets, queries, Path(folder))
        cold_s = time.perf_counter() - began
    return Speed(count, sum(len(target.phrasings) for target in targets), warm, cold_s)


def made_up(shipped: Sequence[Sequence[str]], count: int) -> tuple[list[Target], list[str]]:
    """So many targets, and `QUERIES` texts that mean one of them and were not learnt; the same in every run."""
    chance = random.Random(_SEED)  # noqa: S311
    targets, spare = [], []
    for number in range(count):
        name = "".join(chance.choices(_SYLLABLES, k=3))
        said = [f"{phrasing} {name}" for phrasing in shipped[number % len(shipped)]]
        targets.append(Target(f"article:{number}", tuple(said[:-1])))
        spare.append(said[-1])
    return targets, chance.sample(spare, min(QUERIES, count))


def _alone(work: Callable[..., Result], *arguments: object) -> Result:
    """What `work` returns in a new process."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(work, *arguments).result()


def _warm(targets: Sequence[Target], queries: Sequence[str], folder: Path) -> Warm:
    _keep_to_one_core()
    load_encoders("en")
    fit_s, matcher = _timed(partial(Matcher.fit, targets, "en", kept=folder))
    matcher.rank([(queries[0], 1.0)])
    query_ms = [1000 * _timed(partial(matcher.rank, [(query, 1.0)]))[0] for query in queries]
    rss_mb = _resident_mb()
    with token_set_ratio(targets) as find:
        yardstick_ms = [1000 * _timed(partial(find, query))[0] for query in queries[:_ASKED_OF_YARDSTICK]]
    changed = [Target(targets[0].id, (*targets[0].phrasings, "a phrasing that nobody said before")), *targets[1:]]
    refit_s, _ = _timed(partial(Matcher.fit, changed, "en", kept=folder))
    return Warm(fit_s, refit_s, rss_mb, query_ms, yardstick_ms)


def _cold(targets: Sequence[Target], queries: Sequence[str], folder: Path) -> None:
    _keep_to_one_core()
    Matcher.fit(targets, "en", kept=folder).rank([(queries[0], 1.0)])


def _keep_to_one_core() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result
