"""Which of several named things was said, anywhere in a sentence: "I need, uh, S A P for finance"."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz import fuzz

from ivr.pinyin import pinyin

_PIECES = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]")
_SIMILAR = 82.0
_EXACT_UP_TO = 4
"""Letters up to which a phrase must be said exactly: one sound more or less makes another word of a short one."""

_ONE_MORE_WORD = 1.3


def choice_in(text: str, choices: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The names of those `choices` (name → its phrases) that were said, best first.

    Phrases are compared by sound where they are Chinese, by letters otherwise, and without the spaces: "out look" is
    Outlook. Of two that fit equally well the longer phrase is the better.
    """
    said = _units(text)
    scored = [(_best(said, phrases), name) for name, phrases in choices.items()]
    return tuple(name for score, name in sorted(scored, key=lambda one: one[0], reverse=True) if score[0])


def _best(said: Sequence[str], phrases: Sequence[str]) -> tuple[float, int]:
    """How well the best phrase fits, 0 … 100, and its length in letters; zeros when none does."""
    wanted = ("".join(_units(phrase)) for phrase in phrases)
    fits = ((_fit(said, phrase), len(phrase)) for phrase in wanted if phrase)
    return max((fit for fit in fits if fit[0]), default=(0.0, 0))


def _fit(said: Sequence[str], phrase: str) -> float:
    if len(phrase) <= _EXACT_UP_TO:
        return 100.0 if any(window == phrase for window in _windows(said, len(phrase))) else 0.0
    ratios = (fuzz.ratio(window, phrase) for window in _windows(said, len(phrase)))
    return max((ratio for ratio in ratios if ratio >= _SIMILAR), default=0.0)


def _windows(said: Sequence[str], length: int) -> Iterator[str]:
    """All stretches of whole words that are not much longer than `length` letters."""
    for start in range(len(said)):
        window = ""
        for word in said[start:]:
            window += word
            if len(window) > _ONE_MORE_WORD * length:
                break
            yield window


def _units(text: str) -> list[str]:
    """Words, and syllables for Chinese characters."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")
    return [piece if piece.isascii() else pinyin(piece)[0] for piece in _PIECES.findall(plain)]
