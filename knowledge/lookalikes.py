"""Letters that only look like others, and characters nobody sees: text pasted into a page, or made to slip through."""

from __future__ import annotations

import re
import unicodedata

_CYRILLIC = "авекмнорстухіѕјԁԛԝһӏ"
_LIKE_CYRILLIC = "abekmhopctyxisjdqwhl"
_GREEK = "αβεικνορτυχ"
_LIKE_GREEK = "abeikvoptux"
_LATIN = str.maketrans(_CYRILLIC + _GREEK, _LIKE_CYRILLIC + _LIKE_GREEK)
_MIXED = re.compile(r"\w*[a-z]\w*")


def plain(text: str) -> str:
    """`text` in lower case and Unicode's compatibility form, without invisible characters; words of Latin letters
    have no Cyrillic or Greek ones among them. Words of another alphabet stay as they are.

    >>> plain("ＶＰＮ раsswоrd")
    'vpn password'
    """
    composed = unicodedata.normalize("NFKC", text).lower()
    if composed.isascii():
        return composed
    seen = "".join(letter for letter in composed if unicodedata.category(letter) not in ("Cf", "Cs"))
    return _MIXED.sub(lambda word: word[0].translate(_LATIN), seen)
