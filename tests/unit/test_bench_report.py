"""The rows of the benches: figures, limits and what counts as missed."""

from datetime import UTC, datetime, timedelta

from ari_app.bench.load import Load
from ari_app.bench.report import Row, call_rows, document, turn_rows
from ari_app.bench.restart import Restart, restart_rows
from ari_app.bench.shares import Shares
from ari_app.bench.turns import Answer, NoiseVerdict, Trial

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def trial(barge_in_s: float | None, *latencies_s: float) -> Trial:
    answers = (Answer("yes or no", "id", latency, NOW, NOW + timedelta(seconds=latency)) for latency in latencies_s)
    return Trial(barge_in_s, tuple(answers))


def row(rows: list[Row], case: str) -> Row:
    return next(row for row in rows if row.case == case)


# 000-24
def test_turns_within_their_limits() -> None:
    trials = [trial(0.1 + 0.004 * number, 0.9, 1.3) for number in range(20)]
    rows = turn_rows(trials, [Shares(0.64, 0.3, 0.1)], [NoiseVerdict("click 1", went_on=True)])
    assert row(rows, "barge-in: onset to silence, p95").ours == 172.0
    assert row(rows, "turn: end of speech to next prompt, p50").ours == 900.0
    assert row(rows, "share of recognizer, p50").ours == 300.0
    assert [row.ok for row in rows if row.limit is not None] == [True] * 4


# 000-24
def test_missed_limits_and_missing_values_are_not_ok() -> None:
    verdicts = [NoiseVerdict("cough 1", went_on=False, why="the prompt did not go on")]
    rows = turn_rows([trial(0.3, 2.0), trial(None)], [], verdicts)
    assert row(rows, "barge-in: onset to silence, p95").ok is False
    assert row(rows, "turn: end of speech to next prompt, p95").ok is False
    assert row(rows, "false barge-ins on 1 noises").ok is False
    nothing = turn_rows([trial(None)], [], [])
    assert row(nothing, "barge-in: onset to silence: measured").ok is False


# 000-6
def test_a_lost_call_a_missing_ticket_and_a_leak_are_not_ok() -> None:
    load = Load(placed=5, completed=4, failed=1, answer_ms=(4.0,) * 5)
    rows = call_rows(load, tickets=4, solved=5, left={"channels": 1, "bridges": 0})
    missed = {row.case for row in rows if row.ok is False}
    assert missed == {"calls that the line ended", "tickets", "channels left"}


def test_the_document_has_the_fields_of_the_contract() -> None:
    made = document("calls", [Row("case", 1.0, "ms")])
    assert made["name"] == "calls"
    assert {"case", "ours", "yardstick", "ratio", "unit", "limit", "ok", "yardstick_name"} == set(made["rows"][0])
    assert made["machine"]["cpus"] >= 1


# 000-24
def test_a_restart_is_held_against_its_limit_and_the_imports_alone() -> None:
    (quick,) = restart_rows(Restart(2400.0, (900.0, 800.0, 1000.0)))
    assert (quick.ok, quick.yardstick, quick.ratio) == (True, 900.0, 2.67)
    (slow,) = restart_rows(Restart(3100.0, (900.0,)))
    assert slow.ok is False
