"""How far a transcript is from what was said: word, character and pinyin errors."""

import re

from pypinyin import lazy_pinyin

_ONES = "zero one two three four five six seven eight nine".split()  # noqa: SIM905
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()  # noqa: SIM905
_MANDARIN_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905


def english_words(text: str) -> list[str]:
    """The words, lower case, without punctuation, digits as they are spoken: 30 % is "thirty percent", longer
    numbers digit by digit."""
    text = text.lower().replace("%", " percent").replace("'", "").replace("wi-fi", "wifi")
    text = re.sub(r"(?<=\d)[-, ](?=\d)", "", text)
    text = re.sub(r"\d+", _spoken, text)
    return re.sub(r"[^a-z0-9 ]", " ", text).split()


def chinese_characters(text: str) -> list[str]:
    return re.findall(r"[一-鿿a-z0-9]", text.lower())


def chinese_sounds(text: str) -> list[str]:
    """Toneless pinyin, a syllable a character; digits as they are spoken one by one."""
    return list(lazy_pinyin("".join(chinese_characters(text)).translate(_MANDARIN_DIGITS)))


def errors(said: list[str], heard: list[str]) -> int:
    """Substitutions, deletions and insertions that lead from one to the other."""
    row = list(range(len(heard) + 1))
    for count, left in enumerate(said, 1):
        diagonal, row[0] = row[0], count
        for position, right in enumerate(heard, 1):
            cost = min(row[position] + 1, row[position - 1] + 1, diagonal + (left != right))
            diagonal, row[position] = row[position], cost
    return row[-1]


def _spoken(match: re.Match[str]) -> str:
    digits = match.group()
    number = int(digits)
    if len(digits) > 2 or digits != str(number):
        return " " + " ".join(_ONES[int(digit)] for digit in digits) + " "
    if number < 20:
        return f" {(_ONES + _TEENS)[number]} "
    return f" {_TENS[number // 10 - 2]} {_ONES[number % 10] if number % 10 else ''} "
