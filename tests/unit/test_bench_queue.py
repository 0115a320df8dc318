"""`hotline bench queue`: simulated days, app_queue's hold time as the yardstick, the rows."""

from datetime import timedelta

from ari_app.acd.wait import Wait
from ari_app.bench.decision import AGENTS, WAITING, crowded_floor, time_decisions
from ari_app.bench.queue import wait_rows
from ari_app.bench.queue_day import AppQueue, Checked, Told, live_through


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


# D5
def test_app_queues_hold_time_is_its_exponential_average_of_waits() -> None:
    app_queue = AppQueue()
    for waited_s, hold_s in ((100.9, 100), (200, 125), (0, 93), (93, 93)):
        app_queue.note(waited_s)
        assert app_queue.hold_s == hold_s


def test_what_app_queue_announces_rises_once_it_is_exceeded() -> None:
    app_queue = AppQueue(hold_s=100)
    assert [app_queue.announces_s(seconds(waited_s)) for waited_s in (0, 60, 100, 160)] == [100, 40, 0, 60]


def test_a_day_is_the_same_for_the_same_seed() -> None:
    first = live_through(1, 0.5)
    assert first == live_through(1, 0.5)
    assert first.checked != live_through(2, 0.5).checked
    assert first.answered > 100
    assert all(one.truth_s > 0 for one in first.checked)


# D5
def test_on_busy_days_ours_is_nearer_to_the_truth_and_never_rises() -> None:
    days = [live_through(seed, 0.9) for seed in range(3)]
    assert all(day.gave_up > 0 for day in days)
    rows = {row.case: row for row in wait_rows("busy", [one for day in days for one in day.checked])}
    error = rows["busy: error of the wait, mean"]
    assert error.yardstick is not None
    assert error.ours < 0.8 * error.yardstick
    assert rows["busy: answered within the band"].ok
    assert rows["busy: rose though nothing changed"].ok


def checked(likely_s: float, app_queue_s: float, truth_s: float, rises: bool = False) -> Checked:
    wait = Wait(1, seconds(likely_s / 2), seconds(2 * likely_s), seconds(likely_s))
    return Checked(Told(0, wait, app_queue_s, rises, app_queue_rises=True), truth_s)


def test_the_rows_tell_the_errors_and_what_is_missed() -> None:
    rows = {row.case: row for row in wait_rows("x", [checked(60, 90, 80), checked(60, 150, 200)])}
    assert rows["x: true wait, mean"].ours == 140
    error = rows["x: error of the wait, mean"]
    assert (error.ours, error.yardstick, error.ratio, error.ok) == (80, 30, 2.667, False)
    assert (rows["x: answered within the band"].ours, rows["x: answered within the band"].ok) == (50, False)
    rose = rows["x: rose though nothing changed"]
    assert (rose.ours, rose.yardstick, rose.ok) == (0, 2, True)
    assert not {row.case: row for row in wait_rows("x", [checked(1, 1, 1, rises=True)])}[rose.case].ok


def test_the_crowded_floor_is_as_large_as_it_says() -> None:
    floor = crowded_floor()
    assert (len(floor.entries), len(floor.members)) == (WAITING, AGENTS)
    times = time_decisions(3)
    for trials in (times.offer_next_ms, times.next_change_ms, times.expected_wait_ms, times.sort_ms):
        assert len(trials) == 3
        assert min(trials) > 0
