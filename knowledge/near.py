"""Texts that say the same in nearly the same words: other order, a slip of the pen, a homophone, a filler more or
less.

Two texts are near when, after that, the same words are left, or all but one, and that one differs by a letter only.
What means the same in other words is not near: that is what phrasings are for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz.distance import Levenshtein

from knowledge.wording import pinyin, split_words

_HAN = re.compile(r"[\u3400-\u9fff]")
_FILLERS = frozenset(
    ["a", "an", "the", "please", "hello", "hi", "hey", "um", "uh", "er", "well", "so", "and", "okay", "ok", "just"]
)
_PARTICLES = re.compile(r"请问|你好|那个|[的了吗呢啊吧呀嘛哦嗯请]")
_MIN_MISSPELT = 6
"""Shorter words with a letter changed are other words: "call" and "cell", "sent" and "send"."""

Words = tuple[str, ...]


def near_form(text: str) -> Words:
    """The words that count, in the order of the alphabet; of Chinese the syllables as they stand, for their order
    means something.

    >>> near_form("Hello, the VPN is slow") == near_form("slow is VPN, please")
    True
    """
    if _HAN.search(text):
        bare = _PARTICLES.sub("", text) or text
        return tuple(pinyin(" ".join(split_words(bare))).split())
    words = split_words(text)
    return tuple(sorted([word for word in words if word not in _FILLERS] or words))


class NearTexts:
    """Texts, each under a name; finds those that are near another one, by looking them up rather than comparing all."""

    def __init__(self) -> None:
        self._same: dict[Words, list[tuple[str, str]]] = {}
        self._but_one: dict[Words, list[tuple[str, str, str]]] = {}

    def add(self, text: str, name: str) -> None:
        form = near_form(text)
        self._same.setdefault(form, []).append((text, name))
        for rest, word in _but_one(form):
            self._but_one.setdefault(rest, []).append((word, text, name))

    def find(self, text: str) -> Iterator[tuple[str, str]]:
        """The texts that are near, each with its name, the equal ones first."""
        form = near_form(text)
        yield from self._same.get(form, ())
        for rest, word in _but_one(form):
            for other, found, name in self._but_one.get(rest, ()):
                if other != word and Levenshtein.distance(word, other, score_cutoff=1) <= 1:
                    yield found, name


def _but_one(form: Words) -> Iterator[tuple[Words, str]]:
    """The form without each of its long words, and that word. One word alone is no text that could be misspelt."""
    if len(form) < 2:
        return
    for place, word in enumerate(form):
        if len(word) >= _MIN_MISSPELT and word.isalpha():
            yield (*form[:place], *form[place + 1 :]), word
