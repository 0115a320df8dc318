"""What may become a phrasing, and how an article's document gets and loses one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from knowledge.article import Article, article_text, parse_article
from knowledge.errors import ArticleError
from knowledge.front_matter import FrontMatterText

LINE = "hotline"
"""The author of what nobody has written."""

_WORDS = range(3, 21)
_HAN_CHARACTERS = range(4, 41)
_LONGEST = 200
_HAN = re.compile(r"[\u3400-\u9fff]")
_ONES_OWN = re.compile(r"\[hidden\]|\d[\d\s.-]{3,}\d|\S@\S")
"""What somebody has said of himself: what was masked, a long number, an address."""
_GREETING = re.compile(
    r"^(?:(?:hello|hi(?: there)?|hey|good (?:morning|afternoon|evening)|excuse me|please|sorry|uh|um|well|okay)\b[\s,]*"
    r"|(?:你好|您好|喂|请问|早上好|下午好)[，,\s]*)+(?=\S)",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"^phrasings:[ \t]*\n(?P<items>(?:[ \t]*-[ \t].*\n(?:[ \t]++(?!-[ \t]).*\n)*)+)", re.MULTILINE)
_ITEM = re.compile(r"[ \t]*-[ \t].*\n(?:[ \t]++(?!-[ \t]).*\n)*")


def is_learnable(text: str) -> bool:
    """Whether others might say the same: a sentence of 3 to 20 words, or of 4 to 40 Chinese characters, without
    anything that is one caller's own. `text` is masked."""
    if len(text) > _LONGEST or "\n" in text or _ONES_OWN.search(text):
        return False
    if han := len(_HAN.findall(text)):
        return han in _HAN_CHARACTERS
    return len(text.split()) in _WORDS


def as_phrasing(text: str) -> str:
    """As phrasings are written: without a greeting, blanks single, no full stop."""
    return _GREETING.sub("", " ".join(text.split())).rstrip(".。!！")


def with_phrasings(text: str, file: Path, added: Sequence[str]) -> str:
    """The document `text` with these phrasings after its own; all else stays as it is written.

    Raises:
        ArticleError: the document, or what comes of it, is no article.
    """
    article = _read(text, file)
    wanted = replace(article, phrasings=(*article.phrasings, *added))
    entry = FrontMatterText()
    entry.add("phrasings", added)
    block = _BLOCK.search(text)
    if block is not None:
        changed = text[: block.end()] + str(entry).partition("\n")[2] + text[block.end() :]
        if parse_article(changed, file) == wanted:
            return changed
    return _written(wanted, file)


def without_phrasing(text: str, file: Path, phrasing: str) -> str:
    """The document `text` without that phrasing, which it has.

    Raises:
        ArticleError: the document, or what is left of it, is no article.
    """
    article = _read(text, file)
    place = article.phrasings.index(phrasing)
    wanted = replace(article, phrasings=(*article.phrasings[:place], *article.phrasings[place + 1 :]))
    block = _BLOCK.search(text)
    if block is not None:
        items = _ITEM.findall(block["items"])
        left = "".join((*items[:place], *items[place + 1 :]))
        changed = text[: block.start("items")] + left + text[block.end() :]
        if parse_article(changed, file) == wanted:
            return changed
    return _written(wanted, file)


def _written(article: Article, file: Path) -> str:
    """In the usual form: a list that somebody has written in another way is not mended by lines."""
    text = article_text(article)
    _read(text, file)
    return text


def _read(text: str, file: Path) -> Article:
    read = parse_article(text, file)
    if isinstance(read, Article):
        return read
    raise ArticleError(read)
