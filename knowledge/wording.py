"""How words are brought into one form before they are compared: what was written and what was recognized."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz, process

from knowledge.homophones import Homophones
from knowledge.lookalikes import plain

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(rf"{_HAN.pattern}+|(?:(?!{_HAN.pattern})[^\W_])+(?:['’][^\W_]+)?")
_BETWEEN_HAN = re.compile(rf"(?<={_HAN.pattern})[\W_]+(?={_HAN.pattern})")
_MIN_JOINED = 4  # "wi fi"; shorter words join by chance
_MIN_NAME = 6
_LONGEST = 1000  # characters that are read of a text: two minutes of speech; who pastes more has said it by then
_NAME_RATIO = 88


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of the phrasings in use, to which split and misheard words are led back: of two words in a row, those
    are `joined` that the phrasings write as one word at least as often as apart. ("For a" may be the slip "fora" once.)
    """

    words: frozenset[str]
    joined: frozenset[str]
    names: tuple[str, ...]
    homophones: Homophones

    @classmethod
    def of(cls, phrasings: Iterable[str], names: Iterable[str] = ()) -> Wording:
        """Learn from `phrasings`; `names` (of systems and products) are also found when slightly misheard."""
        written = [split_words(phrasing) for phrasing in phrasings]
        words = Counter(word for phrasing in written for word in phrasing)
        apart = Counter(left + right for phrasing in written for left, right in pairwise(phrasing))
        joined = frozenset(word for word, times in words.items() if len(word) >= _MIN_JOINED and times >= apart[word])
        squeezed = {"".join(split_words(name)) for name in names}
        found = tuple(sorted(name for name in squeezed if len(name) >= _MIN_NAME))
        return cls(frozenset(words), joined, found, Homophones.of(words.elements()))

    def normalise(self, text: str) -> str:
        """`text` in lower case, without punctuation, spelled letters and split words joined, homophones written as
        they are known.

        >>> Wording.of(["outlook on the vpn"]).normalise("Out look, on the V P N!")
        'outlook on the vpn'
        """
        return self.homophones.restore(" ".join(self._join_split(_join_spelled(split_words(text)))))

    def _join_split(self, words: list[str]) -> list[str]:
        joined: list[str] = []
        for word in words:
            if joined and (whole := self._whole(joined[-1], word)):
                joined[-1] = whole
            else:
                joined.append(self._name(word) or word)
        return joined

    def _whole(self, left: str, right: str) -> str | None:
        both = left + right
        if both in self.joined:
            return both
        return self._name(both) if left not in self.words or right not in self.words else None

    def _name(self, word: str) -> str | None:
        if len(word) < _MIN_NAME or word in self.words:
            return None
        found = process.extractOne(word, self.names, scorer=fuzz.ratio, score_cutoff=_NAME_RATIO)
        return found[0] if found else None


def split_words(text: str) -> list[str]:
    """Chinese has no spaces: characters in a row are one word, whether a recognizer put spaces between them or not.

    >>> split_words("VPN连 不 上")
    ['vpn', '连不上']
    """
    return _WORD.findall(_BETWEEN_HAN.sub("", plain(text[:_LONGEST]).replace("’", "'")))


def _join_spelled(words: list[str]) -> list[str]:
    """Join runs of single letters: "v p n" → "vpn". "a" and "i" are words of their own at a run's edge."""
    joined: list[str] = []
    run: list[str] = []
    for word in [*words, ""]:
        if len(word) == 1 and word.isascii() and word.isalpha():
            run.append(word)
            continue
        while len(run) > 1 and run[0] in "ai":
            joined.append(run.pop(0))
        if run:
            joined.append("".join(run))
            run = []
        if word:
            joined.append(word)
    return joined


@lru_cache(maxsize=16384)
def pinyin(text: str) -> str:
    """Chinese characters as syllables without tones, which survive a recognizer's homophones; the rest as it is.

    >>> pinyin("密码 reset")
    'mi ma reset'
    """
    return " ".join(" ".join(lazy_pinyin(text)).split()) if _HAN.search(text) else text
