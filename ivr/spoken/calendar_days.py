"""Days by what is said of them: a weekday, a day of the month, a day of the year. Weeks begin on Monday."""

from datetime import date, timedelta


def coming(weekday: int, today: date) -> date:
    """The next `weekday` (0 is Monday) after today: on a Sunday "on Sunday" is in a week."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def of_week(weekday: int, weeks: int, today: date) -> date:
    """The `weekday` of this week (0), of the next (1), of the last (-1)."""
    return today + timedelta(days=weekday - today.weekday() + 7 * weeks)


def coming_day_of_month(day: int, today: date) -> date | None:
    """The next day with this number, today among them; None when there is none within two months."""
    year, month = today.year, today.month
    for _ in range(3):
        found = day_of(year, month, day)
        if found is not None and found >= today:
            return found
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return None


def coming_date(month: int, day: int, today: date) -> date | None:
    """The next day of this name, today among them; None when there is no such day (a leap day: within four years)."""
    years = (day_of(today.year + years, month, day) for years in range(5))
    return next((found for found in years if found is not None and found >= today), None)


def day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
