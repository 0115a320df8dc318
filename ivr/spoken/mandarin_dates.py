"""Days as they are said in Mandarin."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from ivr.spoken.calendar_days import coming, coming_date, coming_day_of_month, day_of, of_week
from ivr.spoken.cardinals import readings
from ivr.spoken.mandarin_digits import mandarin_tokens

_WEEKDAYS = "一二三四五六日"
_RELATIVE = {"大后天": 3, "后天": 2, "明天": 1, "明日": 1, "今天": 0, "今日": 0, "昨天": -1, "大前天": -3, "前天": -2}
_WEEKS = {"下下": 2, "下": 1, "这": 0, "本": 0, "上": -1}
_YEARS = {"今年": 0, "明年": 1, "后年": 2}

_NUMERALS = r"零〇一二两三四五六七八九十0-9"
_NUMBER = rf"[{_NUMERALS}]{{1,6}}"
_WEEK = r"(?:周|星期|礼拜)"


def _value(numeral: str) -> int:
    """Of 二十三 as of 23; 二〇二七 is a year, 0 is no number at all."""
    return int(next(readings(list(mandarin_tokens(numeral, by_sound=False))), "0"))


def _named(found: re.Match[str], today: date) -> date | None:
    month, day, year = _value(found["month"]), _value(found["day"]), found["year"]
    if not year:
        return coming_date(month, day, today)
    return day_of(today.year + _YEARS[year] if year in _YEARS else _value(year[:-1]), month, day)


def _weekday(found: re.Match[str], today: date) -> date:
    weekday = 6 if found["weekday"] in "日天7" else _value(found["weekday"]) - 1
    which = found["which"]
    return of_week(weekday, _WEEKS[which], today) if which else coming(weekday, today)


def _later(found: re.Match[str], today: date) -> date:
    return today + timedelta(days=_value(found["count"]) * (1 if found["unit"] == "天" else 7))


_WAYS: tuple[tuple[str, Callable[[re.Match[str], date], date | None]], ...] = (
    (r"(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)", lambda found, today: day_of(*map(int, found.groups()))),
    (rf"(?P<year>今年|明年|后年|{_NUMBER}年)?的?(?P<month>{_NUMBER})月份?(?P<day>{_NUMBER})[号日]?", _named),
    (r"(?P<year>)(?P<month>\d{1,2})[./](?P<day>\d{1,2})", _named),
    (rf"(?P<count>[{_NUMERALS}]{{1,3}})(?P<unit>天|个?{_WEEK})(?:之后|以后|后)", _later),
    ("|".join(sorted(_RELATIVE, key=len, reverse=True)), lambda found, today: today + timedelta(_RELATIVE[found[0]])),
    (rf"(?P<which>下下|[下这本上])?个?{_WEEK}的?(?P<weekday>[一二三四五六日天1-7])", _weekday),
    (rf"(?<![月份{_NUMERALS}])({_NUMBER})[号日]", lambda found, today: coming_day_of_month(_value(found[1]), today)),
)
"""The surest first."""


def mandarin_date(text: str, today: date) -> date | None:
    """The first day that `text` (lower case) names."""
    plain = re.sub(r"\s", "", text)
    for pattern, day in _WAYS:
        for found in re.finditer(pattern, plain):
            named = day(found, today)
            if named is not None:
                return named
    return None


def mandarin_words(day: date) -> str:
    """ "3月3号，星期二"."""
    return f"{day.month}月{day.day}号，星期{_WEEKDAYS[day.weekday()]}"
