"""`hotline bench queue`: how honest the expected wait is, and how long a decision takes."""

from collections.abc import Callable, Sequence
from statistics import mean

from ari_app.bench.decision import AGENTS, WAITING, time_decisions
from ari_app.bench.measure import percentile
from ari_app.bench.queue_day import Checked, live_through
from ari_app.bench.report import Row

LOADS = (0.7, 0.9, 1.1)
"""Callers as a share of what the agents can do: calm, busy, more than they can."""
IN_BAND_PERCENT = 75.0
DECISION_SORTS = 10.0
"""A decision may take as long as putting the callers into order so many times."""
_TRIALS = 100

_APP_QUEUE = "app_queue's hold time"
_SORT = "sorting the callers"


def queue_rows(days: int, progress: Callable[[str], None]) -> list[Row]:
    """`days` simulated days at each load, then the decisions."""
    rows: list[Row] = []
    for load in LOADS:
        lived = [live_through(seed, load) for seed in range(days)]
        progress(
            f"load {load:.0%}: {sum(day.answered for day in lived)} calls answered, "
            f"{sum(day.gave_up for day in lived)} callers gave up"
        )
        rows += wait_rows(f"load {load:.0%}", [one for day in lived for one in day.checked])
    return rows + _decision_rows()


def wait_rows(case: str, checked: Sequence[Checked]) -> list[Row]:
    """What callers were told against what came true; ours must be nearer than app_queue's, and must never rise."""
    ours = mean(abs(one.told.wait.likely.total_seconds() - one.truth_s) for one in checked)
    theirs = mean(abs(one.told.app_queue_s - one.truth_s) for one in checked)
    in_band = 100 * mean(_is_in_band(one) for one in checked)
    rises, their_rises = (sum(flags) for flags in zip(*(_rises(one) for one in checked), strict=True))
    return [
        _row(f"{case}: callers asked", len(checked), "answers"),
        _row(f"{case}: true wait, mean", mean(one.truth_s for one in checked), "s"),
        _row(f"{case}: error of the wait, mean", ours, "s", theirs, _APP_QUEUE, theirs),
        Row(f"{case}: answered within the band", round(in_band, 1), "%", IN_BAND_PERCENT, in_band >= IN_BAND_PERCENT),
        _row(f"{case}: rose though nothing changed", rises, "answers", their_rises, _APP_QUEUE, 0),
    ]


def _decision_rows() -> list[Row]:
    times = time_decisions(_TRIALS)
    crowd = f"{WAITING} waiting, {AGENTS} agents"
    decision_ms, sort_ms = percentile(times.offer_next_ms, 50), percentile(times.sort_ms, 50)
    named = (("next change", times.next_change_ms), ("expected wait of the last", times.expected_wait_ms))
    return [
        _row(f"{crowd}: decision, p50", decision_ms, "ms", sort_ms, _SORT, DECISION_SORTS * sort_ms),
        _row(f"{crowd}: decision, p95", percentile(times.offer_next_ms, 95), "ms"),
        *(_row(f"{crowd}: {name}, p50", percentile(trials, 50), "ms", sort_ms, _SORT) for name, trials in named),
    ]


def _is_in_band(one: Checked) -> bool:
    return one.told.wait.low.total_seconds() <= one.truth_s <= one.told.wait.high.total_seconds()


def _rises(one: Checked) -> tuple[bool, bool]:
    return one.told.rises, one.told.app_queue_rises


def _row(
    case: str,
    ours: float,
    unit: str,
    yardstick: float | None = None,
    yardstick_name: str | None = None,
    limit: float | None = None,
) -> Row:
    """Ours must be at most `limit`, where there is one."""
    return Row(
        case,
        round(ours, 2),
        unit,
        None if limit is None else round(limit, 2),
        None if limit is None else ours <= limit,
        None if yardstick is None else round(yardstick, 2),
        round(ours / yardstick, 3) if yardstick else None,
        yardstick_name,
    )
