"""The rows of `hotline bench pop`."""

from ari_app.bench.pop import Pop, pop_rows


def test_the_limit_is_for_the_slow_ones_and_the_parts_make_up_the_whole() -> None:
    quick = [Pop(1000.0, 1030.0, 1031.0, 1120.0, 1150.0)] * 19
    rows = {row.case: row for row in pop_rows([*quick, Pop(1000.0, 1030.0, 1031.0, 1500.0, 1600.0)])}
    assert (rows["offer to pop, p95"].ours, rows["offer to pop, p95"].ok) == (150.0, True)
    assert (rows["offer to pop, longest"].ours, rows["offer to pop, longest"].ok) == (600.0, False)
    parts = [row.ours for case, row in rows.items() if case.startswith("of it")]
    assert parts == [30.0, 1.0, 89.0, 30.0]
