"""A no that says what is right in the same breath: "no, I said V P N", “不是，我说的是密码”."""

from collections.abc import Iterable

from ivr.conversation import Hypothesis, Utterance
from ivr.words import Words, normalised


def correction(said: Utterance, words: Words) -> Utterance | None:
    """What is left of every reading behind its no; None when nothing telling is."""
    phrases = words.dialplan.menus.phrases[words.language]
    beginnings = sorted({normalised(phrase) for phrase in (*phrases.no, *phrases.correction)}, key=len, reverse=True)
    rests = (Hypothesis(_rest(reading.text, beginnings), reading.confidence) for reading in said.hypotheses)
    telling = tuple(rest for rest in rests if rest.text and not words.says_nothing(rest.text))
    return Utterance(telling) if telling else None


def _rest(text: str, beginnings: Iterable[str]) -> str:
    """`text` without what it begins with, as often as it does; "" when it begins with nothing of that kind."""
    rest = normalised(text)
    whole = rest
    while (begin := next((begin for begin in beginnings if _begins_with(rest, begin)), None)) is not None:
        rest = rest[len(begin) :].strip()
    return rest if rest != whole else ""


def _begins_with(text: str, begin: str) -> bool:
    """As a word of its own; Chinese is written without spaces."""
    return text.startswith(begin) and (not begin.isascii() or text[len(begin) : len(begin) + 1] in ("", " "))
