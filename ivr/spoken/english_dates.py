"""Days as they are said in English. A recognizer writes "March 3rd" as often as "the third of March"."""

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from ivr.spoken.calendar_days import coming, coming_date, coming_day_of_month, day_of, of_week

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
         "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty")  # fmt: skip
_FIRSTS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
           "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
           "twentieth")  # fmt: skip
_NUMBERS = {
    **{word: f"{value}" for value, word in enumerate(_ONES, start=1)},
    **{word: f"{value}th" for value, word in enumerate(_FIRSTS, start=1)},
    **{f"twenty {word}": f"{20 + value}" for value, word in enumerate(_ONES[:9], start=1)},
    **{f"twenty {word}": f"{20 + value}th" for value, word in enumerate(_FIRSTS[:9], start=1)},
    "thirty": "30",
    "thirtieth": "30th",
    "thirty one": "31",
    "thirty first": "31th",
}


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_MONTH_NUMBERS = {name[:length]: month for month, name in enumerate(_MONTHS, start=1) for length in (3, 4, len(name))}
_NUMBER = re.compile(rf"\b({_either(_NUMBERS)})\b")
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_MONTH = rf"(?P<month>{_either(_MONTH_NUMBERS)})"
_YEAR = r"(?:,? (?P<year>20\d\d))?"
_WEEKDAY = rf"(?P<weekday>{_either(_WEEKDAYS)})"
_RELATIVE = {"day after tomorrow": 2, "day before yesterday": -2, "tomorrow": 1, "today": 0, "yesterday": -1}
_WEEKS = {"next": 1, "this": 0, "last": -1}


def _named(found: re.Match[str], today: date) -> date | None:
    month, day, year = _MONTH_NUMBERS[found["month"]], int(found["day"]), found["year"]
    return day_of(int(year), month, day) if year else coming_date(month, day, today)


def _written(found: re.Match[str], today: date) -> date | None:
    month, day, year = int(found["month"]), int(found["day"]), found["year"]
    return day_of(int(year), month, day) if year else coming_date(month, day, today)


def _later(found: re.Match[str], today: date) -> date:
    count = int(found["count"]) if found["count"].isdigit() else 1
    return today + timedelta(days=count * (7 if found["unit"] == "week" else 1))


def _in_week(found: re.Match[str], today: date) -> date:
    return of_week(_WEEKDAYS.index(found["weekday"]), _WEEKS[found["which"]], today)


_WAYS: tuple[tuple[str, Callable[[re.Match[str], date], date | None]], ...] = (
    (r"(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)", _written),
    (rf"\b{_DAY} (?:day )?(?:of )?{_MONTH}\b{_YEAR}", _named),
    (rf"\b{_MONTH},? (?:the )?{_DAY}\b{_YEAR}", _named),
    (r"\b(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\b\.?(?: ?(?P<year>20\d\d))?", _written),
    (r"\b(?P<month>\d{1,2})/(?P<day>\d{1,2})\b(?:/(?P<year>20\d\d))?", _written),
    (rf"\b({_either(_RELATIVE)})\b", lambda found, today: today + timedelta(days=_RELATIVE[found[1]])),
    (r"\bin (?P<count>\d{1,3}|a) (?P<unit>day|week)s?\b", _later),
    (r"\b(?P<count>\d{1,3}|a) (?P<unit>day|week)s? from (?:now|today)\b", _later),
    (rf"\b(?P<which>next|this|last) (?:week )?(?:on )?{_WEEKDAY}\b", _in_week),
    (rf"\b{_WEEKDAY} (?:of )?(?P<which>next|this|last) week\b", _in_week),
    (rf"\b{_WEEKDAY}\b", lambda found, today: coming(_WEEKDAYS.index(found["weekday"]), today)),
    (r"\bthe (\d{1,2})(?:st|nd|rd|th)\b(?! of)", lambda found, today: coming_day_of_month(int(found[1]), today)),
)
"""The surest first. A written 3.4. is the third of April, 3/4 the fourth of March: so recognizers trained on American
English write what they hear."""


def english_date(text: str, today: date) -> date | None:
    """The first day that `text` (lower case) names."""
    plain = _NUMBER.sub(lambda found: _NUMBERS[found[1]], re.sub(r"(?<=ty)-(?=[a-z])", " ", text))
    for pattern, day in _WAYS:
        for found in re.finditer(pattern, plain):
            named = day(found, today)
            if named is not None:
                return named
    return None


def english_words(day: date) -> str:
    """ "Tuesday, the 3rd of March"."""
    ending = "th" if 10 < day.day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return f"{_WEEKDAYS[day.weekday()].title()}, the {day.day}{ending} of {_MONTHS[day.month - 1].title()}"
