"""The phonemes of Mandarin for Kokoro.

misaki knows those of Chinese words. It would take letters for phonemes, so that what is Latin goes another way.
"""

import logging
import re
from collections.abc import Callable
from pathlib import Path

from ivr.speech.synthesis.errors import EngineMissing

_LATIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9 ,.'+-]*[A-Za-z0-9])?")
_ENDS = "。！？…；：，、.!?;:,"
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")

Phonemes = Callable[[str], str]


def mandarin_phonemes(english: Phonemes, cache: Path) -> Phonemes:
    """What finds the phonemes of a Chinese text, with `english` for the Latin words in it; words are kept in the
    folder `cache`.

    Raises:
        EngineMissing: misaki is not installed.
    """
    try:
        import jieba
        from misaki.zh import ZHG2P
    except ImportError as error:
        raise EngineMissing(f"the natural voice has no Mandarin ({error}); install hotline[voices]") from error
    jieba.setLogLevel(logging.WARNING)
    cache.mkdir(parents=True, exist_ok=True)
    jieba.dt.tmp_dir = str(cache)
    chinese = ZHG2P()

    def phonemes(text: str) -> str:
        text = ended(text)
        found = []
        end = 0
        for latin in _LATIN.finditer(text):
            found += [chinese(text[end : latin.start()])[0], english(spelled_out(latin.group()))]
            end = latin.end()
        return " ".join(part for part in (*found, chinese(text[end:])[0]) if part)

    return phonemes


def ended(text: str) -> str:
    """`text` with a mark at its end: without one Kokoro slurs its last syllables, and all of a short word."""
    return text if text.rstrip()[-1:] in _ENDS else f"{text}。"


def spelled_out(latin: str) -> str:
    """`latin` with the letters of abbreviations apart, as they are spoken: "S A P" for "SAP"."""
    return _CAPITALS.sub(lambda capitals: " ".join(capitals.group()), latin)
