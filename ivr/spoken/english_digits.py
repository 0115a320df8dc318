"""Number words of English."""

import re
from collections.abc import Iterator

from ivr.spoken.cardinals import Break, Gap, Number, Scale, Times, Token

_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

_WORDS: dict[str, Token] = {
    **{word: Number(str(value)) for value, word in enumerate(_ONES)},
    **{word: Number(str(value)) for value, word in enumerate(_TEENS, start=10)},
    **{word: Number(str(10 * value), room=10) for value, word in enumerate(_TENS, start=2)},
    **dict.fromkeys(("oh", "o", "nought", "naught", "nil"), Number("0")),
    "niner": Number("9"),
    "fourty": Number("40", room=10),
    "hundred": Scale(100),
    "thousand": Scale(1000, whole=True),
    "double": Times(2),
    "triple": Times(3),
    "treble": Times(3),
    "quadruple": Times(4),
    **dict.fromkeys(("and", "uh", "um", "er", "erm", "then", "dash", "hyphen", "minus", "space", "plus", "a"), Gap()),
}

_SOUNDS_LIKE: dict[str, Token] = {
    **dict.fromkeys(("won",), Number("1")),
    **dict.fromkeys(("to", "too"), Number("2")),
    **dict.fromkeys(("tree", "free"), Number("3")),
    **dict.fromkeys(("for", "fore", "fall"), Number("4")),
    **dict.fromkeys(("fife", "hive"), Number("5")),
    **dict.fromkeys(("sex", "sicks"), Number("6")),
    **dict.fromkeys(("ate",), Number("8")),
    **dict.fromkeys(("nein", "mine"), Number("9")),
}

_PIECES = re.compile(r"[0-9]+|[a-z]+|[^\w\s-]")
_EXCLAMATION = re.compile(r"^\W*oh?\s*,")


def english_tokens(text: str, by_sound: bool) -> Iterator[Token]:
    """The tokens of `text` (lower case); `by_sound` takes words that sound like a number for that number."""
    for piece in _PIECES.findall(_EXCLAMATION.sub("", text).replace("'", "")):
        if piece.isdigit():
            yield Number(piece)
        elif not piece.isalpha():
            yield Gap()
        else:
            yield _WORDS.get(piece) or (_SOUNDS_LIKE.get(piece) if by_sound else None) or Break()
