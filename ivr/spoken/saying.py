"""How callers say a number: for machines that stand in for them, and for measuring how well numbers are understood."""

import random

from ivr.spoken.quantities import number_in_words

_MANDARIN = ("零", "一", "二", "三", "四", "五", "六", "七", "八", "九")
_REPEATED = {2: "double", 3: "triple"}


def say_number(digits: str, language: str, chance: random.Random) -> str:
    """`digits` in words, one way of several by `chance`: digit by digit, with "double" and "oh", or in pairs; Mandarin
    with 一 or 幺, and each digit a word of its own: run together a voice would read 一一一 as one long vowel."""
    if language == "zh":
        one = chance.choice("一幺")
        return " ".join(one if digit == "1" else _MANDARIN[int(digit)] for digit in digits)
    way = chance.choices(("digits", "repeated", "pairs"), (6, 2, 2))[0]
    if way == "pairs" and len(digits) % 2 == 0:
        return " ".join(_pair(digits[place : place + 2]) for place in range(0, len(digits), 2))
    zero = chance.choice(("zero", "oh"))
    words = []
    place = 0
    while place < len(digits):
        digit = digits[place]
        count = 1
        while way == "repeated" and count < max(_REPEATED) and digits[place + count : place + count + 1] == digit:
            count += 1
        word = zero if digit == "0" else number_in_words(int(digit), "en")
        words.append(f"{_REPEATED[count]} {word}" if count > 1 else word)
        place += count
    return " ".join(words)


def _pair(digits: str) -> str:
    """Two digits as callers say them: "oh five", "twelve", "thirty", "thirty four"."""
    number = int(digits)
    if number < 10:
        return f"oh {number_in_words(number, 'en') if number else 'oh'}"
    return number_in_words(number, "en")
