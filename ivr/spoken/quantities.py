"""Small numbers as they are said: how many, and the how manieth."""

_ENGLISH = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_ENGLISH_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_MANDARIN = "零一二三四五六七八九"


def amount_in_words(number: int, language: str) -> str:
    """How many (0 to 99) of something that is named next: "two", 两. Other numbers and languages get digits."""
    return "两" if language == "zh" and number == 2 else number_in_words(number, language)


def number_in_words(number: int, language: str) -> str:
    """The name of a number (0 to 99): "twenty one", 二十一. Other numbers and languages get digits."""
    if language == "en" and 0 <= number < 100:
        return _english(number)
    return _mandarin(number) if language == "zh" and 0 <= number < 100 else str(number)


def _english(number: int) -> str:
    if number < 20:
        return _ENGLISH[number]
    tens, ones = divmod(number, 10)
    return f"{_ENGLISH_TENS[tens - 2]} {_ENGLISH[ones]}" if ones else _ENGLISH_TENS[tens - 2]


def _mandarin(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _MANDARIN[ones]
    return f"{_MANDARIN[tens] if tens > 1 else ''}十{_MANDARIN[ones] if ones else ''}"
