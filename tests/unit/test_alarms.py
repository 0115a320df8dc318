"""Alarms: who is told of what, when, and what a night without calls means. # 002-9 002-10 002-13"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from ari_app.alarms.rules import MONITOR, Notice, Standings, look
from dialplan.monitor import Alarm, Measure, MonitorFile, Threshold

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
ALARM: Mapping[str, Any] = {
    "name": {"en": "Long wait"},
    "text": {"en": "{value} s"},
    "measure": "longest_wait_s",
    "limit": 100,
    "for_s": 60,
    "again_after_min": 30,
}


def rules(to: Mapping[str, Any] | None = None, receivers: Mapping[str, Any] | None = None, **alarm: Any) -> MonitorFile:
    named = {name: {"email": f"{name}@example.org", **card} for name, card in (receivers or {}).items()}
    return MonitorFile.model_validate({"receivers": named, "alarms": {"wait": {**ALARM, "to": to or {}, **alarm}}})


def told(file: MonitorFile, values: Sequence[tuple[float, float | None]]) -> list[tuple[float, str, bool]]:
    """At which second who was told, and whether that it is over; `values` are seconds with what is measured then."""
    standings: Standings = {}
    came = []
    for second, value in values:
        at = START + timedelta(seconds=second)
        standings, notices = look(file, standings, lambda _, value=value: value, at, datetime.time)  # type: ignore[misc]
        came += [(second, notice.receiver, notice.is_over) for notice in notices]
    return came


def steady(value: float | None, since: float, until: float, step: float = 5) -> list[tuple[float, float | None]]:
    return [(since + i * step, value) for i in range(int((until - since) / step))]


def test_it_is_told_once_it_has_stood_for_a_while_and_once_it_is_over_for_as_long() -> None:
    values = [*steady(120, 0, 300), *steady(10, 300, 600)]
    assert told(rules(), values) == [(60, MONITOR, False), (360, MONITOR, True)]


def test_a_value_that_wavers_is_not_told() -> None:
    assert told(rules(), [(second, 120 if second % 40 < 20 else 10) for second in range(0, 1800, 5)]) == []


def test_as_long_as_it_stands_it_is_told_again_in_the_set_time() -> None:
    seconds = [second for second, _, _ in told(rules(), steady(120, 0, 4000))]
    assert seconds == [60, 60 + 1800, 60 + 3600]


def test_each_receiver_has_his_own_limit() -> None:
    file = rules(to={"anna": {"limit": 200}, "bob": {}}, receivers={"anna": {}, "bob": {}})
    assert told(file, steady(150, 0, 200)) == [(60, MONITOR, False), (60, "bob", False)]
    assert (60, "anna", False) in told(file, steady(250, 0, 200))


def test_in_quiet_hours_nothing_is_told_and_what_still_stands_afterwards_is() -> None:
    file = rules(to={"anna": {}, "bob": {}}, receivers={"anna": {"quiet": "22:00-08:10"}, "bob": {}})
    came = told(file, steady(120, 0, 700))
    assert came == [(60, MONITOR, False), (60, "bob", False), (600, "anna", False)]


def test_what_nobody_was_told_is_not_over_for_him_either() -> None:
    file = rules(to={"anna": {}}, receivers={"anna": {"quiet": "07:00-09:00"}})
    values = [*steady(120, 0, 300), *steady(10, 300, 600)]
    assert [name for _, name, _ in told(file, values)] == [MONITOR, MONITOR]


def test_within_an_hour_a_receiver_gets_no_more_than_he_wants() -> None:
    file = rules(to={"anna": {}}, receivers={"anna": {"per_hour": 2}}, again_after_min=10)
    seconds = [second for second, name, _ in told(file, steady(120, 0, 7200)) if name == "anna"]
    assert seconds == [60, 660, 3660, 4260]


def test_the_limit_of_messages_is_one_for_all_alarms() -> None:
    file = rules(to={"anna": {}}, receivers={"anna": {"per_hour": 1}})
    second = Alarm.model_validate({**ALARM, "to": {"anna": {}}})
    both = file.model_copy(update={"alarms": {**file.alarms, "other": second}})
    assert [name for _, name, _ in told(both, steady(120, 0, 100))].count("anna") == 1


def test_what_is_not_known_changes_nothing() -> None:
    values = [*steady(120, 0, 100), *steady(None, 100, 400), *steady(10, 400, 600)]
    assert told(rules(), values) == [(60, MONITOR, False), (460, MONITOR, True)]


@pytest.mark.parametrize(
    ("measure", "value", "level"),
    [
        (Measure.WAITING, 4, "ok"),
        (Measure.WAITING, 5, "warn"),
        (Measure.WAITING, 10, "bad"),
        (Measure.READY_AGENTS, 11, "ok"),
        (Measure.READY_AGENTS, 10, "warn"),
        (Measure.READY_AGENTS, 0, "bad"),
        (Measure.ACCESS_RATE, None, "ok"),
    ],
)
def test_how_a_figure_is_shown(measure: Measure, value: float | None, level: str) -> None:
    low, high = (10, 5) if measure.is_bad_when_low else (5, 10)
    file = MonitorFile(thresholds={measure: Threshold(warn=low, bad=high)})
    assert file.level("service-desk", measure, value) == level


def test_a_group_has_thresholds_of_its_own() -> None:
    general, own = Threshold(warn=5, bad=10), Threshold(warn=1, bad=2)
    file = MonitorFile(thresholds={Measure.WAITING: general}, group_thresholds={"vip": {Measure.WAITING: own}})
    assert [file.level(group, Measure.WAITING, 3) for group in ("vip", "others", None)] == ["bad", "ok", "ok"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"text": {"en": "{minutes}"}}, "'{minutes}' is not known here"),
        ({"text": {"en": "50 % {"}}, "a brace is written twice"),
        ({"measure": "moonlight"}, "Input should be"),
    ],
)
def test_an_alarm_that_could_not_be_told_is_refused(change: Mapping[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem.replace("{", r"\{").replace("}", r"\}")):
        rules(**change)


def test_a_receiver_needs_a_way_to_reach_him() -> None:
    with pytest.raises(ValidationError, match="how is he told"):
        MonitorFile.model_validate({"receivers": {"anna": {}}})


def test_a_notice_tells_what_was_measured() -> None:
    _, notices = look(rules(for_s=0), {}, lambda _: 123.0, START, lambda _: time(12))
    assert notices == [Notice("wait", MONITOR, 123.0, 100, is_over=False)]
