"""Numbers in what was said, digit by digit: employee numbers, ticket numbers, telephone numbers."""

import unicodedata
from collections.abc import Iterable, Iterator

from ivr.spoken.cardinals import readings
from ivr.spoken.english_digits import english_tokens
from ivr.spoken.mandarin_digits import mandarin_tokens

_TOKENS = {"en": english_tokens, "zh": mandarin_tokens}
"""Who knows the number words of a language; of other languages written digits are read, as of English."""


def digits_in(text: str, language: str) -> tuple[str, ...]:
    """The strings of digits that `text` may mean, best first, each once; empty when there is no number in it."""
    return tuple(dict.fromkeys(_readings(text, language)))


def digits_heard(texts: Iterable[str], language: str) -> tuple[str, ...]:
    """The same for several readings of one utterance, best first: what each of them says foremost goes before what any
    of them may mean as well."""
    found = [digits for text in texts if (digits := digits_in(text, language))]
    deepest = max(map(len, found), default=0)
    return tuple(dict.fromkeys(one[depth] for depth in range(deepest) for one in found if depth < len(one)))


def _readings(text: str, language: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    tokens = _TOKENS.get(language, english_tokens)
    yield from readings(list(tokens(plain, by_sound=False)))
    yield from readings(list(tokens(plain, by_sound=True)))
