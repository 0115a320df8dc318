"""Business calendars against a clock that is changed twice a year. # 000-17, 001-24"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialplan.calendar import WEEKDAYS, is_open, next_opening
from dialplan.hours import Calendar, Holiday

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = {day: ("08:00-18:00",) for day in ("mon", "tue", "wed", "thu")} | {"fri": ("08:00-12:00", "13:00-17:00")}


def calendar(
    opening: Mapping[str, tuple[str, ...]],
    holidays: Mapping[date, tuple[str, ...]] | None = None,
    zone: str = "Europe/Berlin",
) -> Calendar:
    closed = {day: Holiday(name={"en": "a day"}, open=spans) for day, spans in (holidays or {}).items()}
    return Calendar.model_validate({"zone": zone, "open": opening, "holidays": closed})


def local(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23T07:59:59", False),  # a Monday
        ("2026-11-23T08:00:00", True),
        ("2026-11-23T17:59:59", True),
        ("2026-11-23T18:00:00", False),
        ("2026-11-27T12:30:00", False),  # the lunch break of a Friday
        ("2026-11-28T10:00:00", False),  # a Saturday
    ],
)
def test_a_week(at: str, expected: bool) -> None:
    assert is_open(calendar(OFFICE), local(at)) is expected


def test_a_moment_of_any_zone_is_read_as_local_time() -> None:
    assert is_open(calendar(OFFICE), datetime(2026, 11, 23, 7, 0, tzinfo=UTC))  # 08:00 in Berlin
    assert not is_open(calendar(OFFICE), datetime(2026, 7, 20, 16, 0, tzinfo=UTC))  # 18:00 in summer
    shanghai = calendar({"mon": ("09:00-18:00",)}, zone="Asia/Shanghai")
    assert is_open(shanghai, local("2026-11-23T02:00:00"))


def test_a_holiday_is_closed_or_has_its_own_hours() -> None:
    days = calendar(OFFICE, {date(2026, 12, 24): ("08:00-12:00",), date(2026, 12, 25): ()})
    assert is_open(days, local("2026-12-24T11:00:00"))
    assert not is_open(days, local("2026-12-24T13:00:00"))
    assert not is_open(days, local("2026-12-25T10:00:00"))
    assert next_opening(days, local("2026-12-24T12:00:00")) == local("2026-12-28T08:00:00")


def test_overlapping_spans_and_the_end_of_the_day() -> None:
    overlapping = calendar({"sat": ("10:00-14:00", "12:00-24:00"), "sun": ("00:00-02:00",)})
    assert is_open(overlapping, local("2026-11-28T13:00:00"))
    assert is_open(overlapping, local("2026-11-28T23:59:59"))
    assert is_open(overlapping, local("2026-11-29T00:00:00"))
    assert not is_open(overlapping, local("2026-11-29T02:00:00"))


def test_the_hour_that_comes_twice() -> None:
    """On 2026-10-25 at 03:00 the clock goes back to 02:00."""
    at_night = calendar({"sun": ("01:00-02:15",)})
    assert is_open(at_night, local("2026-10-25T02:10:00", fold=0))
    assert not is_open(at_night, local("2026-10-25T02:20:00", fold=0))
    opening = next_opening(at_night, local("2026-10-25T02:20:00", fold=0))
    assert opening is not None
    assert (opening.astimezone(UTC), opening.fold) == (datetime(2026, 10, 25, 1, 0, tzinfo=UTC), 1)


def test_the_hour_that_never_comes() -> None:
    """On 2027-03-28 at 02:00 the clock goes forward to 03:00."""
    midnight = local("2027-03-28T00:00:00")
    assert next_opening(calendar({"sun": ("02:30-05:00",)}), midnight) == local("2027-03-28T03:00:00")
    assert next_opening(calendar({"sun": ("02:00-03:00",)}), midnight) == local("2027-04-04T02:00:00")


def test_one_that_is_open_opens_now_and_one_that_never_is_never() -> None:
    now = local("2026-11-23T10:00:00")
    assert next_opening(calendar(OFFICE), now) == now
    assert next_opening(calendar({}), now) is None
    assert next_opening(calendar({"mon": ("18:00-08:00",)}), now) is None
    assert next_opening(calendar({}, {date(2026, 1, 1): ("08:00-12:00",)}), now) is None
    only_new_year = calendar({}, {date(2030, 1, 1): ("08:00-12:00",)})
    assert next_opening(only_new_year, now) == local("2030-01-01T08:00:00")


def test_the_answer_is_local_time() -> None:
    opening = next_opening(calendar(OFFICE), datetime(2026, 11, 22, tzinfo=UTC))
    assert opening is not None
    assert opening.isoformat() == "2026-11-23T08:00:00+01:00"


@st.composite
def spans(draw: st.DrawFn) -> str:
    begin = draw(st.integers(0, 95)) * 15
    end = draw(st.integers(begin // 15 + 1, 96)) * 15
    return f"{begin // 60:02}:{begin % 60:02}-{end // 60:02}:{end % 60:02}"


# Near the changes of the clock of 2026 and 2027, in zones that change at different hours, by different steps, or never.
NEAR_A_CHANGE = st.sampled_from([datetime(2026, 10, 24, tzinfo=UTC), datetime(2027, 3, 27, tzinfo=UTC)])
calendars = st.builds(
    calendar,
    st.dictionaries(st.sampled_from(WEEKDAYS), st.lists(spans(), max_size=3).map(tuple), max_size=7),
    st.dictionaries(st.dates(date(2026, 10, 24), date(2026, 10, 30)), st.lists(spans(), max_size=1).map(tuple)),
    st.sampled_from(["Europe/Berlin", "Asia/Shanghai", "America/Santiago", "Australia/Lord_Howe", "Asia/Beirut"]),
)


@settings(max_examples=40)
@given(calendars, NEAR_A_CHANGE, st.integers(0, 4 * 24 * 60 * 60))
def test_the_next_opening_is_the_first_open_minute(plan: Calendar, near: datetime, seconds: int) -> None:
    at = near + timedelta(seconds=seconds)
    opening = next_opening(plan, at)
    first = next((minute for minute in each_minute(at, days=3) if is_open(plan, minute)), None)
    if first is not None:
        assert opening is not None
        assert opening.timestamp() == first.timestamp()
    elif opening is not None:
        assert opening.timestamp() >= at.timestamp() + timedelta(days=3).total_seconds() - 60
        assert is_open(plan, opening)


def each_minute(at: datetime, days: int) -> list[datetime]:
    """`at`, and the beginnings of the minutes after it."""
    next_minute = at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return [at, *(next_minute + timedelta(minutes=number) for number in range(days * 24 * 60))]
