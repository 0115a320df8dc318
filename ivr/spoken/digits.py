"""Numbers in what was said, digit by digit: employee numbers, ticket numbers, telephone numbers."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from ivr.spoken.cardinals import readings
from ivr.spoken.english_digits import english_tokens
from ivr.spoken.mandarin_digits import mandarin_tokens

_TOKENS = {"en": english_tokens, "zh": mandarin_tokens}
"""Who knows the number words of a language; of other languages written digits are read, as of English."""

_MOST_SUPPOSED = 2
_SWALLOWED = {"zh": "2"}
_GLUED = {"zh"}


def digits_in(text: str, language: str) -> tuple[str, ...]:
    """The strings of digits that `text` may mean, best first, each once; empty when there is no number in it."""
    return tuple(dict.fromkeys(_readings(text, language)))


def digits_heard(texts: Iterable[str], language: str) -> tuple[str, ...]:
    """The same for several readings of one utterance, best first: what each of them says foremost goes before what any
    of them may mean as well."""
    found = [digits for text in texts if (digits := digits_in(text, language))]
    deepest = max(map(len, found), default=0)
    return tuple(dict.fromkeys(one[depth] for depth in range(deepest) for one in found if depth < len(one)))


def digits_supposed(texts: Sequence[str], language: str) -> tuple[str, ...]:
    """What may have been said where a recognizer slipped as they do. It swallows a digit that repeats the one before
    (68358 of 六八三五五八), and 二, which is all vowel; it takes 是 before a number for one more digit.

    Of the two best of `texts`; only for numbers that can be looked up, for most of these nobody said.
    """
    heard = digits_heard(texts[:_MOST_SUPPOSED], language)
    return tuple(dict.fromkeys(supposed for digits in heard for supposed in _slips(digits, language)))


def _slips(digits: str, language: str) -> Iterator[str]:
    yield from (digits[:place] + digits[place - 1 :] for place in range(1, len(digits) + 1))
    for soft in _SWALLOWED.get(language, ""):
        yield from (digits[:place] + soft + digits[place:] for place in range(len(digits) + 1))
    if language in _GLUED:
        yield digits[1:]


def _readings(text: str, language: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    tokens = _TOKENS.get(language, english_tokens)
    yield from readings(list(tokens(plain, by_sound=False)))
    yield from readings(list(tokens(plain, by_sound=True)))
