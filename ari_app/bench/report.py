"""The rows of `hotline bench turns` and `hotline bench calls`, as cli.md has them."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ari_app.bench.load import Load
from ari_app.bench.measure import percentile
from ari_app.bench.shares import Shares
from ari_app.bench.turns import NoiseVerdict, Trial

BARGE_IN_P95_MS = 180.0
TURN_P50_MS = 1200.0
TURN_P95_MS = 1800.0
ANSWER_P95_MS = 1000.0


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `limit` and `ok` only where an absolute limit is promised; a yardstick where there is one."""

    case: str
    ours: float
    unit: str
    limit: float | None = None
    ok: bool | None = None
    yardstick: float | None = None
    ratio: float | None = None
    yardstick_name: str | None = None


def turn_rows(trials: Sequence[Trial], shares: Sequence[Shares], verdicts: Sequence[NoiseVerdict]) -> list[Row]:
    """Barge-in and turn latencies by percentile, the median parts of a turn, and false barge-ins."""
    barge_ins = [trial.barge_in_s * 1000 for trial in trials if trial.barge_in_s is not None]
    answers = [answer for trial in trials for answer in trial.answers]
    turns = [answer.latency_s * 1000 for answer in answers]
    rows = [
        _most("trials with a measured barge-in", len(barge_ins), "calls"),
        *_percentiles("barge-in: onset to silence", barge_ins, p95=BARGE_IN_P95_MS),
        *_percentiles("turn: end of speech to next prompt", turns, p50=TURN_P50_MS, p95=TURN_P95_MS),
    ]
    for question in sorted({answer.question for answer in answers}):
        of_question = [answer.latency_s * 1000 for answer in answers if answer.question == question]
        rows += _percentiles(f"turn after {question}", of_question)
    for part in ("endpointing", "recognizer", "ours"):
        values = [getattr(share, f"{part}_s") * 1000 for share in shares]
        rows += [_most(f"share of {part}, p50", percentile(values, 50), "ms")] if values else []
    false = [verdict for verdict in verdicts if not verdict.went_on]
    rows.append(_most(f"false barge-ins on {len(verdicts)} noises", len(false), "prompts", limit=0))
    return rows


def call_rows(load: Load, tickets: int, solved: int, left: Mapping[str, int]) -> list[Row]:
    """What became of the calls of SIPp; `left` counts by kind what is still there in Asterisk afterwards."""
    return [
        _least("calls answered", len(load.answer_ms), "calls", load.placed),
        _least("calls that the line ended", load.completed, "calls", load.placed),
        _least("calls solved by keys", solved, "calls", load.placed),
        _least("tickets", tickets, "tickets", load.placed),
        *_percentiles("INVITE to answer", list(load.answer_ms), p95=ANSWER_P95_MS),
        *(_most(f"{kind} left", count, kind, limit=0) for kind, count in left.items()),
    ]


def document(name: str, rows: Sequence[Row]) -> dict[str, Any]:
    """The JSON document of a bench."""
    machine = {"cpus": os.cpu_count(), "load": round(os.getloadavg()[0], 1), "system": platform.platform()}
    return {"name": name, "machine": machine, "rows": [asdict(row) for row in rows]}


def _percentiles(case: str, values: list[float], p50: float | None = None, p95: float | None = None) -> list[Row]:
    if not values:
        return [_least(f"{case}: measured", 0, "values", 1)]
    return [
        _most(f"{case}, p50", percentile(values, 50), "ms", p50),
        _most(f"{case}, p95", percentile(values, 95), "ms", p95),
    ]


def _most(case: str, ours: float, unit: str, limit: float | None = None) -> Row:
    return Row(case, round(ours, 1), unit, limit, None if limit is None else ours <= limit)


def _least(case: str, ours: float, unit: str, limit: float) -> Row:
    return Row(case, round(ours, 1), unit, limit, ours >= limit)
