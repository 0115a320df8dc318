"""Shares and means; None where nothing was there to count."""

from datetime import timedelta


def share(part: int, whole: int) -> float | None:
    return part / whole if whole > 0 else None


def mean_s(whole: timedelta, count: int) -> float | None:
    """In seconds."""
    return whole.total_seconds() / count if count else None
