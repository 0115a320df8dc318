"""Days in what was said, and said again. `dateparser` reads written dates, not spoken ones (DECISIONS.md)."""

import unicodedata
from datetime import date

from ivr.spoken.calendar_days import coming_date
from ivr.spoken.english_dates import english_date, english_words
from ivr.spoken.mandarin_dates import mandarin_date, mandarin_words

_READ = {"en": english_date, "zh": mandarin_date}
_WORDS = {"en": english_words, "zh": mandarin_words}
_MONTH_FIRST = {"zh"}
"""Languages whose speakers key in the month before the day."""


def date_in(text: str, language: str, today: date) -> date | None:
    """The day that `text` names, or None. A day without a year is the next of its name; "next Tuesday" is the one of
    next week."""
    return _READ.get(language, english_date)(unicodedata.normalize("NFKC", text).casefold(), today)


def keyed_date(digits: str, language: str, today: date) -> date | None:
    """The next day that four digits name: day and month, or month and day, as the language puts them."""
    if len(digits) != 4 or not digits.isdecimal():
        return None
    first, second = int(digits[:2]), int(digits[2:])
    month, day = (first, second) if language in _MONTH_FIRST else (second, first)
    return coming_date(month, day, today)


def date_in_words(day: date, language: str) -> str:
    """The day as it is read back, without the year; languages without a reader of their own get the ISO date."""
    words = _WORDS.get(language)
    return words(day) if words else day.isoformat()
