"""Days in what was said, and said again. # 001-7, 000-9"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.spoken.dates import date_in, date_in_words, keyed_date

SUNDAY = date(2026, 11, 22)
MONDAY = date(2026, 11, 23)

days_to_come = st.integers(0, 364).map(lambda days: SUNDAY + timedelta(days=days))

ENGLISH = [
    ("today", "2026-11-22"),
    ("Tomorrow, please.", "2026-11-23"),
    ("the day after tomorrow", "2026-11-24"),
    ("yesterday", "2026-11-21"),
    ("the day before yesterday", "2026-11-20"),
    ("on Friday", "2026-11-27"),
    ("sunday", "2026-11-29"),
    ("next Tuesday", "2026-11-24"),
    ("Tuesday next week", "2026-11-24"),
    ("this Friday", "2026-11-20"),
    ("last Friday", "2026-11-13"),
    ("in three days", "2026-11-25"),
    ("in 2 weeks", "2026-12-06"),
    ("a week from now", "2026-11-29"),
    ("in a week", "2026-11-29"),
    ("the third of March", "2027-03-03"),
    ("March the third", "2027-03-03"),
    ("March 3rd, 2027", "2027-03-03"),
    ("3 March", "2027-03-03"),
    ("Mar 3", "2027-03-03"),
    ("third march", "2027-03-03"),
    ("the twenty fifth of December", "2026-12-25"),
    ("twenty-fifth of december", "2026-12-25"),
    ("December twenty five", "2026-12-25"),
    ("the thirty-first of January", "2027-01-31"),
    ("the 25th", "2026-11-25"),
    ("the first", "2026-12-01"),
    ("the thirty first", "2026-12-31"),
    ("22 November", "2026-11-22"),
    ("3.3.", "2027-03-03"),
    ("3.12.2026", "2026-12-03"),
    ("12/3", "2026-12-03"),
    ("2027-01-05", "2027-01-05"),
    ("February 29th", "2028-02-29"),
    ("I may need it on the second of May", "2027-05-02"),
    ("I need it by Wednesday at the latest, thanks", "2026-11-25"),
]

MANDARIN = [
    ("今天", "2026-11-22"),
    ("明天就要。", "2026-11-23"),
    ("后天", "2026-11-24"),
    ("大后天", "2026-11-25"),
    ("昨天", "2026-11-21"),
    ("前天", "2026-11-20"),
    ("星期五", "2026-11-27"),
    ("周日", "2026-11-29"),
    ("礼拜天", "2026-11-29"),
    ("下周二", "2026-11-24"),
    ("下个星期二", "2026-11-24"),
    ("下下周一", "2026-11-30"),
    ("这周五", "2026-11-20"),
    ("上周三", "2026-11-11"),
    ("三天后", "2026-11-25"),
    ("两周后", "2026-12-06"),
    ("两个星期以后", "2026-12-06"),
    ("十天之后", "2026-12-02"),
    ("三月三号", "2027-03-03"),
    ("三月三日", "2027-03-03"),
    ("3月3号", "2027-03-03"),
    ("3 月 3 号", "2027-03-03"),
    ("十二月二十五号", "2026-12-25"),
    ("十二月二十五", "2026-12-25"),
    ("十一月二十二号", "2026-11-22"),
    ("明年三月三号", "2027-03-03"),
    ("二零二七年三月三号", "2027-03-03"),
    ("2027年3月3日", "2027-03-03"),
    ("25号", "2026-11-25"),
    ("二十五号", "2026-11-25"),
    ("一号", "2026-12-01"),
    ("3.3", "2027-03-03"),
    ("我下周二需要", "2026-11-24"),
    ("２月２９号", "2028-02-29"),
]


@pytest.mark.parametrize(("text", "day"), ENGLISH)
def test_english(text: str, day: str) -> None:
    assert date_in(text, "en", SUNDAY) == date.fromisoformat(day)


@pytest.mark.parametrize(("text", "day"), MANDARIN)
def test_mandarin(text: str, day: str) -> None:
    assert date_in(text, "zh", SUNDAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("next Tuesday", "en", "2026-12-01"),
        ("Tuesday", "en", "2026-11-24"),
        ("this Tuesday", "en", "2026-11-24"),
        ("下周二", "zh", "2026-12-01"),
        ("周二", "zh", "2026-11-24"),
        ("这个星期二", "zh", "2026-11-24"),
    ],
)
def test_weeks_begin_on_monday(text: str, language: str, day: str) -> None:
    assert date_in(text, language, MONDAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "en"),
        ("no idea", "en"),
        ("as soon as possible", "en"),
        ("31st of February", "en"),
        ("the 45th", "en"),
        ("13.13.", "en"),
        ("442315", "en"),
        ("2026-13-40", "en"),
        ("in 99999999999999 days", "en"),
        ("in 9999999 weeks", "en"),
        ("", "zh"),
        ("不知道", "zh"),
        ("尽快", "zh"),
        ("二月三十号", "zh"),
        ("四四二三一五", "zh"),
        ("九千九百九十九万天后", "zh"),
    ],
)
def test_no_day(text: str, language: str) -> None:
    assert date_in(text, language, SUNDAY) is None


@pytest.mark.parametrize(
    ("day", "language", "words"),
    [
        (date(2027, 3, 3), "en", "Wednesday, the 3rd of March"),
        (date(2026, 12, 1), "en", "Tuesday, the 1st of December"),
        (date(2026, 12, 11), "en", "Friday, the 11th of December"),
        (date(2026, 12, 22), "en", "Tuesday, the 22nd of December"),
        (date(2027, 3, 3), "zh", "3月3号，星期三"),
        (date(2026, 11, 22), "zh", "11月22号，星期日"),
        (date(2027, 3, 3), "ja", "2027-03-03"),
    ],
)
def test_read_back(day: date, language: str, words: str) -> None:
    assert date_in_words(day, language) == words


@given(days_to_come, st.sampled_from(["en", "zh"]))
def test_what_is_read_back_is_understood(day: date, language: str) -> None:
    assert date_in(date_in_words(day, language), language, SUNDAY) == day


@given(days_to_come)
def test_a_day_is_keyed_as_it_is_said(day: date) -> None:
    assert keyed_date(f"{day:%d%m}", "en", SUNDAY) == day
    assert keyed_date(f"{day:%m%d}", "zh", SUNDAY) == day


@pytest.mark.parametrize("digits", ["", "3", "303", "0000", "3113", "99999", "12*4"])
def test_keys_that_are_no_day(digits: str) -> None:
    assert keyed_date(digits, "en", SUNDAY) is None


@given(st.text(max_size=60), st.sampled_from(["en", "zh", "ja"]))
def test_any_text_is_read(text: str, language: str) -> None:
    found = date_in(text, language, SUNDAY)
    assert found is None or isinstance(found, date)
