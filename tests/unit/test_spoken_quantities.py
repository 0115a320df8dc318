"""Small numbers as they are said. # P-4, 004-14"""

import pytest

from ivr.spoken.quantities import amount_in_words, number_in_words


@pytest.mark.parametrize(
    ("number", "english", "mandarin"),
    [
        (0, "zero", "零"),
        (9, "nine", "九"),
        (10, "ten", "十"),
        (12, "twelve", "十二"),
        (20, "twenty", "二十"),
        (45, "forty five", "四十五"),
        (99, "ninety nine", "九十九"),
    ],
)
def test_numbers(number: int, english: str, mandarin: str) -> None:
    assert (number_in_words(number, "en"), number_in_words(number, "zh")) == (english, mandarin)


def test_two_of_something_is_another_word_in_mandarin() -> None:
    assert (number_in_words(2, "zh"), amount_in_words(2, "zh"), amount_in_words(12, "zh")) == ("二", "两", "十二")


@pytest.mark.parametrize(("number", "language"), [(100, "en"), (100, "zh"), (7, "ja")])
def test_what_has_no_words_here_is_spoken_digit_by_digit(number: int, language: str) -> None:
    assert number_in_words(number, language) == amount_in_words(number, language) == str(number)
