"""The place in the queue and the expected wait, as a caller hears them: no more exact than anybody knows."""

from datetime import timedelta

from ivr.conversation import Prompt
from ivr.desk import ExpectedWait
from ivr.spoken.quantities import amount_in_words, number_in_words

TOLD_MINUTES = (*range(1, 11), 15, 20, 25, 30, 40, 50, 60)
"""Waits are told in these; the longer they are the less exact."""


def wait_prompts(expected: ExpectedWait, language: str) -> tuple[Prompt, ...]:
    """The place, then the wait."""
    if expected.position == 1:
        return Prompt("waiting.next", language), _wait(expected, language)
    position = {"position": number_in_words(expected.position, language)}
    return Prompt("waiting.position", language, position), _wait(expected, language)


def _wait(expected: ExpectedWait, language: str) -> Prompt:
    """Rounded down and up to told minutes: what shrinks is never told as grown."""
    low = max((told for told in TOLD_MINUTES if timedelta(minutes=told) <= expected.low), default=0)
    high = min((told for told in TOLD_MINUTES if timedelta(minutes=told) >= expected.high), default=None)
    if high is None:
        return Prompt("waiting.long", language)
    if high == 1:
        return Prompt("waiting.soon", language)
    told = {"low": amount_in_words(low, language), "high": amount_in_words(high, language)}
    if low == high:
        return Prompt("waiting.about", language, {"high": told["high"]})
    return Prompt("waiting.between" if low else "waiting.under", language, told)
