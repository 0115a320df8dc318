"""Erlang C against the test vectors of the formulas' note (D11)."""

import math

import pytest

from tickets.metrics.erlang import Load, agents_needed, asa_s, occupancy, rostered, service_level, waiting_share

THIRTY = Load(calls_per_h=30, aht_s=300)


FIVE_MINUTES = [(3, 0.7022, 0.3208), (4, 0.3199, 0.7106), (5, 0.1304, 0.8896), (6, 0.0474, 0.9624)]
AT_80_20 = [(199, 9, 0.9062, 0.7999), (153.5, 7, 0.8772, 0.7182)]


@pytest.mark.parametrize(("agents", "waits", "level"), FIVE_MINUTES)
def test_thirty_calls_an_hour_of_five_minutes(agents: int, waits: float, level: float) -> None:
    assert waiting_share(agents, THIRTY) == pytest.approx(waits, abs=5e-5)
    assert service_level(agents, THIRTY, 20) == pytest.approx(level, abs=5e-5)


def test_the_mean_wait() -> None:
    assert asa_s(5, THIRTY) == pytest.approx(15.6, abs=0.05)
    assert occupancy(5, THIRTY) == 0.5


@pytest.mark.parametrize(("aht_s", "needed", "level", "level_of_fewer"), AT_80_20)
def test_a_hundred_calls_an_hour_at_80_20(aht_s: float, needed: int, level: float, level_of_fewer: float) -> None:
    load = Load(100, aht_s)
    assert agents_needed(load) == needed
    assert service_level(needed, load, 20) == pytest.approx(level, abs=5e-5)
    assert service_level(needed - 1, load, 20) == pytest.approx(level_of_fewer, abs=5e-5)


def test_too_few_agents_never_catch_up() -> None:
    assert (waiting_share(2, THIRTY), service_level(2, THIRTY, 20), asa_s(2, THIRTY)) == (1, 0, math.inf)


def test_a_hundred_agents_are_reckoned_with_too() -> None:
    """The formula as it is written divides numbers of 150 digits."""
    load = Load(1100, 300)
    assert 0 < waiting_share(100, load) < 1
    assert math.isclose(waiting_share(100, load), _as_written(100, load.erlangs), rel_tol=1e-9)


def test_shrinkage() -> None:
    assert rostered(9, 0.3) == 13


def _as_written(agents: int, a: float) -> float:
    top = a**agents / math.factorial(agents) * agents / (agents - a)
    return top / (sum(a**k / math.factorial(k) for k in range(agents)) + top)
