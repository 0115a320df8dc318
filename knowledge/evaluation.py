"""How well the matcher does on data brought along: `hotline kb eval`."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, Field, ValidationError
from sklearn.metrics import roc_auc_score

from knowledge.errors import EvaluationError
from knowledge.matching import Matcher, Ranking
from knowledge.target import Target

FALSE_ACCEPTS = 0.05
ACCURACY = 0.93
_DEPTH = 20  # of a ranking; a target further down counts as not found
_TELLING = re.compile(r"[^\W\d_]{3,}")


class _TargetLine(BaseModel):
    id: str
    phrasings: list[str] = Field(min_length=1)


class _QueryLine(BaseModel):
    text: str
    id: str | None


_Line = TypeVar("_Line", _TargetLine, _QueryLine)


@dataclass(frozen=True, slots=True)
class Query:
    """A text and the target it means; None means none of them."""

    text: str
    target: str | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares are 0…1. Recall and reciprocal rank are those of the queries in scope; what needs queries of a kind
    that the test lacks is None."""

    n: int
    in_scope: int
    out_of_scope: int
    recall_at_1: float | None
    recall_at_5: float | None
    mrr: float | None
    oos_auroc: float | None
    accuracy_at_5pct_false_accept: float | None
    oos_recall_at_93pct_accuracy: float | None
    """Of the queries out of scope those below the confidence from which 93 % of those in scope are right and taken."""
    fit_s: float
    ms_per_query_p50: float
    ms_per_query_p99: float


def read_targets(file: Path, language: str) -> tuple[Target, ...]:
    """One target a line: {"id", "phrasings": […]}. Raises EvaluationError naming file and line.

    A live target's name is one of its phrasings: the question of an article, the topic of an intent. Here the only
    name is the id, which counts in English, where it is made of words.
    """
    return tuple(Target(line.id, (*line.phrasings, *_name(line, language))) for line in _lines(file, _TargetLine))


def read_queries(file: Path) -> tuple[Query, ...]:
    """One query a line: {"text", "id": id or null}. Raises EvaluationError naming file and line."""
    return tuple(Query(line.text, line.id) for line in _lines(file, _QueryLine))


def evaluate(targets: Sequence[Target], queries: Sequence[Query], language: str) -> Figures:
    """Fit on `targets`, then ask all `queries`, of which there must be one.

    Raises:
        FitError: nothing can be learnt from the targets.
    """
    start = time.perf_counter()
    matcher = Matcher.fit(targets, language)
    fit_s = time.perf_counter() - start
    rankings: list[Ranking] = []
    seconds: list[float] = []
    for query in queries:
        start = time.perf_counter()
        rankings.append(matcher.rank([(query.text, 1.0)], limit=_DEPTH))
        seconds.append(time.perf_counter() - start)
    return figures(queries, rankings, seconds, fit_s)


def figures(queries: Sequence[Query], rankings: Sequence[Ranking], seconds: Sequence[float], fit_s: float) -> Figures:
    """What the rankings are worth; `seconds` are those that each took."""
    inside = np.array([query.target is not None for query in queries])
    confidence = np.array([ranking.candidates[0].confidence if ranking.candidates else 0.0 for ranking in rankings])
    place = np.array([_place(query, ranking) for query, ranking in zip(queries, rankings, strict=True)])[inside]
    has_both = inside.any() and not inside.all()
    return Figures(
        n=len(queries),
        in_scope=int(inside.sum()),
        out_of_scope=int((~inside).sum()),
        recall_at_1=_mean(place <= 1),
        recall_at_5=_mean(place <= 5),
        mrr=_mean(1 / place),
        oos_auroc=float(roc_auc_score(inside, confidence)) if has_both else None,
        accuracy_at_5pct_false_accept=(
            _mean((place <= 1) & (confidence[inside] > np.quantile(confidence[~inside], 1 - FALSE_ACCEPTS)))
            if has_both
            else None
        ),
        oos_recall_at_93pct_accuracy=_rejected(place <= 1, confidence[inside], confidence[~inside]),
        fit_s=fit_s,
        ms_per_query_p50=float(np.quantile(seconds, 0.5)) * 1000,
        ms_per_query_p99=float(np.quantile(seconds, 0.99)) * 1000,
    )


def _rejected(
    right: npt.NDArray[np.bool_], inside: npt.NDArray[np.floating], outside: npt.NDArray[np.floating]
) -> float | None:
    """The share of `outside` that is below the confidence from which `ACCURACY` of `inside` are right and taken."""
    needed = math.ceil(ACCURACY * len(right))
    taken = np.sort(inside[right])[::-1]
    if not needed <= len(taken) or not len(outside) or not needed:
        return None
    return float((outside < taken[needed - 1]).mean())


def _place(query: Query, ranking: Ranking) -> float:
    """From 1; infinite when not found."""
    ids = [candidate.target for candidate in ranking.candidates]
    return ids.index(query.target) + 1 if query.target in ids else float("inf")


def _mean(values: npt.NDArray[Any]) -> float | None:
    return float(values.mean()) if len(values) else None


def _name(line: _TargetLine, language: str) -> tuple[str, ...]:
    """The id as it is said, if its phrasings have a word of it too: "q17" and "faq_12" are no names."""
    said = " ".join(line.phrasings).casefold()
    if language != "en" or not set(_TELLING.findall(line.id.casefold())) & set(_TELLING.findall(said)):
        return ()
    return (" ".join(re.findall(r"[^\W_]+", line.id.casefold())),)


def _lines(file: Path, kind: type[_Line]) -> Iterator[_Line]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{file} cannot be read: {error}") from error
    if not text.strip():
        raise EvaluationError(f"{file} is empty")
    for number, line in enumerate(text.splitlines(), 1):
        try:
            yield kind.model_validate_json(line)
        except ValidationError as error:
            detail = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in detail["loc"])
            raise EvaluationError(f"{file}:{number}: {where or 'line'}: {detail['msg']}") from error
