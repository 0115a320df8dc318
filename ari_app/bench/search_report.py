"""The rows of `hotline bench search`."""

from collections.abc import Sequence
from dataclasses import replace

from ari_app.bench.measure import percentile
from ari_app.bench.report import Row
from ari_app.bench.search import Quality
from ari_app.bench.search_speed import Speed
from knowledge.evaluation import Figures

QUERY_P50_MS = 20.0
QUERY_P50_OF_ARTICLES = 1000
_YARDSTICK_OF_SPEED = "rapidfuzz token_set_ratio, p50"


def quality_rows(measured: Sequence[Quality]) -> list[Row]:
    """Of every set: right in the first place beside each yardstick; with queries out of scope also what is right and
    taken where 5 % of those are taken, and how many of them are rejected where 93 % are right and taken."""
    rows: list[Row] = []
    for quality in measured:
        questions, ours = quality.questions, quality.ours
        for name, theirs in quality.yardsticks.items():
            rows += _beside(
                f"{questions.name}: first place", ours.recall_at_1, questions.first, theirs.recall_at_1, name
            )
        rows += _alone(f"{questions.name}: first five", ours.recall_at_5)
        for name, theirs in quality.yardsticks.items():
            rows += _beside(
                f"{questions.name}: right, 5 % false accepts",
                ours.accuracy_at_5pct_false_accept,
                questions.at_5_percent,
                theirs.accuracy_at_5pct_false_accept,
                name,
            )
        if ours.out_of_scope:
            rows += _alone(f"{questions.name}: rejected at 93 % right", _rejected(ours), questions.rejected)
    return rows


def speed_rows(measured: Sequence[Speed]) -> list[Row]:
    """Of every number of articles: a query, learning, memory, the first query of a new process."""
    rows: list[Row] = []
    for speed in measured:
        case, warm = f"{speed.articles} articles, {speed.phrasings} phrasings", speed.warm
        yardstick = percentile(list(warm.yardstick_ms), 50)
        for percent in (50, 99):
            ours = percentile(list(warm.query_ms), percent)
            limit = QUERY_P50_MS if percent == 50 and speed.articles == QUERY_P50_OF_ARTICLES else None
            ok = None if limit is None else ours <= limit
            beside = round(yardstick, 2), round(ours / yardstick, 2), _YARDSTICK_OF_SPEED
            rows.append(Row(f"{case}: query, p{percent}", round(ours, 1), "ms", limit, ok, *beside))
        rows += [
            Row(f"{case}: learning", round(warm.fit_s, 1), "s"),
            Row(
                f"{case}: learning with one new phrasing",
                round(warm.refit_s, 1),
                "s",
                yardstick=round(warm.fit_s, 1),
                ratio=round(warm.refit_s / warm.fit_s, 2),
                yardstick_name="learning anew",
            ),
            Row(f"{case}: memory of the process", round(warm.rss_mb, 1), "MB"),
            Row(f"{case}: new process to first ranking", round(speed.cold_s, 1), "s"),
        ]
    return rows


def _rejected(figures: Figures) -> float:
    """Nothing, where 93 % are not reached however much is accepted."""
    return figures.oos_recall_at_93pct_accuracy or 0.0


def _alone(case: str, ours: float | None, goal: float | None = None) -> list[Row]:
    if ours is None:
        return []
    limit = None if goal is None else round(100 * goal, 1)
    return [Row(case, round(100 * ours, 1), "%", limit, None if goal is None else ours >= goal)]


def _beside(case: str, ours: float | None, goal: float | None, theirs: float | None, name: str) -> list[Row]:
    if ours is None or theirs is None:
        return []
    row = _alone(case, ours, goal)[0]
    ratio = round(ours / theirs, 2) if theirs else None
    return [replace(row, yardstick=round(100 * theirs, 1), ratio=ratio, yardstick_name=name)]
