"""Number words of Mandarin, and the characters that a recognizer writes instead because they sound the same."""

import re
from collections.abc import Iterator
from itertools import pairwise

from ivr.pinyin import pinyin
from ivr.spoken.cardinals import Break, Gap, Number, Scale, Times, Token

_DIGITS = ("零〇○洞", "一幺壹", "二两兩贰", "三叁", "四肆", "五伍", "六陆", "七拐柒", "八捌", "九勾玖")
_CHARACTERS: dict[str, Token] = {
    **{character: Number(str(value)) for value, same in enumerate(_DIGITS) for character in same},
    **dict.fromkeys("零〇○", Number("0", link=True)),
    "十": Scale(10),
    "百": Scale(100),
    "千": Scale(1000),
    **dict.fromkeys("万萬", Scale(10_000, whole=True)),
    "双": Times(2),
    **dict.fromkeys("呃嗯啊额哦杠空加和", Gap()),
    "是": Break(),
}

_SYLLABLES = {
    **dict.fromkeys(("ling", "dong"), "0"),
    **dict.fromkeys(("yi", "yao", "you"), "1"),
    **dict.fromkeys(("er", "liang", "a", "e"), "2"),
    "san": "3",
    **dict.fromkeys(("si", "ci", "shi"), "4"),
    "wu": "5",
    **dict.fromkeys(("liu", "lu"), "6"),
    **dict.fromkeys(("qi", "guai"), "7"),
    "ba": "8",
    **dict.fromkeys(("jiu", "gou"), "9"),
}

_PIECES = re.compile(r"[0-9]+|[a-z]+|\S")
_FILLERS = re.compile(r"然后|那个|就是")


def mandarin_tokens(text: str, by_sound: bool) -> Iterator[Token]:
    """The tokens of `text` (lower case); `by_sound` takes characters that sound like a digit for that digit."""
    pieces = _PIECES.findall(_FILLERS.sub(",", text))
    repeated = False
    for piece, following in pairwise((*pieces, "")):
        if repeated:
            repeated = False
            continue
        token = _token(piece, by_sound)
        repeated = following == "个" and isinstance(token, Number) and len(token.digits) == 1  # 三个五: 555
        yield Times(int(token.digits)) if repeated and isinstance(token, Number) else token


def _token(piece: str, by_sound: bool) -> Token:
    if piece.isascii() and piece.isdecimal():
        return Number(piece)
    if piece == "o":
        return Number("0")
    known = _CHARACTERS.get(piece)
    if by_sound and piece.isalpha() and (known is None or isinstance(known, Gap)):
        digit = _SYLLABLES.get(pinyin(piece)[0])
        return Number(digit) if digit else known or Break()
    return known or (Break() if piece.isalpha() else Gap())
