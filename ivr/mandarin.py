"""How words of Mandarin are compared: in simplified characters, by their sound, and without spaces between them."""

import re
from collections.abc import Iterable
from functools import lru_cache

from opencc import OpenCC
from rapidfuzz.distance import Levenshtein

from ivr.pinyin import pinyin

_FORGIVEN_SIMILARITY = 0.85
_FEWEST_BY_SOUND = 3
"""So many characters are compared by sound; shorter words have too many homophones."""
_FEWEST_WITHIN = 3
"""So many characters of a phrase decide wherever they stand in an answer; shorter ones only at its beginning."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_NEGATION = re.compile(r"[不没未别]")
_ASKING = re.compile(r"([^不没])[不没]\1")
"""“是不是”, “有没有”: these ask, and deny nothing."""
_HESITATION = re.compile(r"^[嗯恩呃额啊哦喔噢唉哎诶欸 ]+")
_AFTER_ONE = "啊呀嘛吧哦呢哈 "
"""What may follow a word of one character that is an answer by itself: “对啊”. “对不起” is another word."""


def is_han(text: str) -> bool:
    return _HAN.search(text) is not None


@lru_cache(maxsize=4096)
def simplified(text: str) -> str:
    """`text` with simplified characters for traditional ones."""
    return _to_simplified().convert(text) if is_han(text) else text


def alike(said: str, phrase: str) -> bool:
    """Whether `said` is `phrase`, or sounds like it: homophones and a sound slightly off are forgiven, a negation more
    or less is not. Both are normalised."""
    said, phrase = said.replace(" ", ""), phrase.replace(" ", "")
    if said == phrase:
        return True
    if min(len(_HAN.findall(said)), len(_HAN.findall(phrase))) < _FEWEST_BY_SOUND or _denies(said) != _denies(phrase):
        return False
    return Levenshtein.normalized_similarity(_sound(said), _sound(phrase)) >= _FORGIVEN_SIMILARITY


def yes_or_no(said: str, yes: Iterable[str], no: Iterable[str]) -> bool | None:
    """What an answer in more words comes to, by what it begins with, or by a telling phrase in it; all are normalised.

    >>> yes_or_no("不是 我说的是密码", ["是"], ["不是"])
    False
    >>> yes_or_no("试过了还是不行", ["行"], ["还是不行"])
    False
    """
    said = _HESITATION.sub("", _ASKING.sub("", said))
    refusals = sorted(no, key=len, reverse=True)
    consents = sorted(yes, key=len, reverse=True)
    refusal = next((phrase for phrase in refusals if _begins_with(said, phrase)), "")
    consent = next((phrase for phrase in consents if _begins_with(said, phrase)), "")
    if refusal and len(refusal) >= len(consent):
        return False
    is_taken_back = any(len(phrase) > 1 and phrase in said[len(consent) :] for phrase in refusals)
    if consent:
        return None if is_taken_back else True
    if any(_is_told(said, phrase) for phrase in refusals):
        return False
    is_told = any(_is_told(said, phrase) for phrase in consents)
    return True if is_told and not _denies(said) else None


def _begins_with(said: str, phrase: str) -> bool:
    """A word of one character, or of Latin letters, must stand by itself."""
    if len(phrase) >= _FEWEST_BY_SOUND and is_han(phrase):
        return _syllables(said).startswith(_syllables(phrase))
    after = said[len(phrase) : len(phrase) + 1]
    if not said.startswith(phrase):
        return False
    if len(phrase) == 1:
        return after == phrase or after in _AFTER_ONE
    return after in ("", " ") or not (phrase.isascii() and after.isascii())


def _is_told(said: str, phrase: str) -> bool:
    return len(phrase) >= _FEWEST_WITHIN and _syllables(phrase) in _syllables(said)


def _denies(text: str) -> bool:
    return _NEGATION.search(_ASKING.sub("", text)) is not None


def _sound(text: str) -> str:
    """`text` in Latin letters without tones."""
    return _syllables(text).replace(" ", "")


@lru_cache(maxsize=4096)
def _syllables(text: str) -> str:
    """The same with a space before and behind each syllable."""
    return f" {' '.join(' '.join(pinyin(text)).split())} "


@lru_cache(maxsize=1)
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")
