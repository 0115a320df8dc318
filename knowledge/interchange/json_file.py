"""One JSON document: `{"articles": [{"language": "en", "id": "vpn-slow", "question": …}, …]}`."""

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from json import JSONDecodeError, JSONDecoder
from pathlib import Path

from knowledge.errors import Problem
from knowledge.interchange.shapes import LARGEST, Read, Reading, content, decoded, values_of
from knowledge.store.shapes import ArticleKey, read_article

_BEGINNING = re.compile(r'\s*\{\s*"articles"\s*:\s*\[\s*')
_NEXT = re.compile(r"\s*(,|\])\s*")
_SHAPE = 'write {"articles": […]}; `kb export` shows how'


class _Twice(ValueError):
    pass


def read_json(file: Path, encoding: str = "utf-8") -> Read:
    """Article by article, so that one that is broken inside does not spoil those before it."""
    raw = content(file, LARGEST)
    text = raw if isinstance(raw, Problem) else decoded(raw, file, encoding)
    if isinstance(text, Problem):
        return Read({}, (text,))
    reading, lines = Reading(file), _Lines(text)
    try:
        for start, end, value in _elements(text):
            if isinstance(value, dict):
                reading.take(value, _places(text, start, end, lines))
            else:
                reading.complain(lines.place(start), "no-article", "this is no article", _SHAPE)
    except JSONDecodeError as error:
        reading.complain(lines.place(error.pos), "json", error.msg, "mend the JSON; what follows is not read")
    return reading.done()


def write_json(texts: Mapping[ArticleKey, str], file: Path) -> None:
    """Raises OSError."""
    articles = [values_of(key, read_article(key, text)) for key, text in texts.items()]
    file.write_text(json.dumps({"articles": articles}, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _elements(text: str) -> Iterator[tuple[int, int, object]]:
    """Begin, end and value of each item of the list.

    Raises:
        JSONDecodeError
    """
    decoder = JSONDecoder(object_pairs_hook=_without_twins)
    beginning = _BEGINNING.match(text)
    if beginning is None:
        raise JSONDecodeError(f"this is not what was expected: {_SHAPE}", text, 0)
    at = beginning.end()
    if text[at : at + 1] == "]":
        return
    while True:
        try:
            value, end = decoder.raw_decode(text, at)
        except RecursionError:
            raise JSONDecodeError("too many levels", text, at) from None
        except _Twice as error:
            raise JSONDecodeError(str(error), text, at) from None
        yield at, end, value
        follows = _NEXT.match(text, end)
        if follows is None:
            raise JSONDecodeError("Expecting ',' or ']'", text, end)
        at = follows.end()
        if follows[1] == "]":
            if text[at:].strip() != "}":
                raise JSONDecodeError("Expecting '}' and nothing more", text, at)
            return


def _without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise _Twice(f"'{twin}' stands twice in the object that begins here")
    return found


def _places(text: str, start: int, end: int, lines: "_Lines") -> Callable[[tuple[int | str, ...]], tuple[int, int]]:
    """Of a key in the article that stands from `start` to `end`; a quote inside a text has a backslash before it."""

    def place_of(place: tuple[int | str, ...]) -> tuple[int, int]:
        name = re.escape(json.dumps(str(place[0]), ensure_ascii=False)) if place else ""
        found = re.compile(rf"(?<!\\){name}(?=\s*:)").search(text, start, end) if name else None
        return lines.place(found.start() if found else start)

    return place_of


class _Lines:
    """From an offset to line and column."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1
