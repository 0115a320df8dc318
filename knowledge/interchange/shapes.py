"""What is common to all forms: what was read, and how values and articles go into each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path

from rapidfuzz import process

from knowledge.article import Article, Mistake, article_of, article_text
from knowledge.errors import Problem
from knowledge.store.shapes import ArticleKey

LARGEST = 64 * 1024 * 1024
"""Bytes of a whole file."""
LARGEST_TEXT = 1024 * 1024
"""Bytes of one article."""

FIELDS = tuple(each.name for each in fields(Article) if each.name not in ("id", "language", "spoken_steps"))
LISTS = frozenset({"phrasings", "terms", "spoken", "audience", "sites", "related"})
OPTIONAL = frozenset({"terms", "audience", "sites", "valid_from", "valid_until", "related"})
_KEY = ArticleKey("en", "vpn-slow")

PlaceOf = Callable[[tuple[int | str, ...]], tuple[int, int]]
"""Line and column of a value of an article, from 1."""


@dataclass(frozen=True, slots=True)
class Read:
    """The good articles as documents, and everything that is wrong with the others; `attached` are the contents of
    their files by name."""

    texts: Mapping[ArticleKey, str]
    problems: tuple[Problem, ...]
    attached: Mapping[ArticleKey, Mapping[str, bytes]] = field(default_factory=dict)


class Reading:
    """`Read` in the making, out of values."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._texts: dict[ArticleKey, str] = {}
        self._problems: list[Problem] = []

    def complain(self, place: tuple[int, int], code: str, message: str, suggestion: str) -> None:
        self._problems.append(Problem(self._file, *place, code, message, suggestion))

    def take(self, values: Mapping[str, object], place_of: PlaceOf) -> None:
        """`values` with `language` and `id`."""
        key = self._key(values, place_of)
        content = {name: value for name, value in values.items() if name not in ("language", "id")}
        read = article_of(content, (key or _KEY).file)
        if not isinstance(read, Article):
            for mistake in read:
                self._mistake(mistake, place_of)
        elif key is not None and self._is_new(key, place_of):
            self._texts[key] = article_text(read)

    def done(self) -> Read:
        problems = sorted(self._problems, key=lambda problem: (problem.line, problem.column))
        return Read(self._texts, tuple(problems))

    def _mistake(self, mistake: Mistake, place_of: PlaceOf) -> None:
        suggestion = mistake.suggestion
        if mistake.code == "extra-forbidden":
            suggestion = did_you_mean(str(mistake.place[0]), (*FIELDS, "id", "language"))
        self.complain(place_of(mistake.place), mistake.code, mistake.message, suggestion)

    def _key(self, values: Mapping[str, object], place_of: PlaceOf) -> ArticleKey | None:
        language, article = str(values.get("language", "")).strip(), str(values.get("id", "")).strip()
        problem = key_problem(language, article)
        if problem is None:
            return ArticleKey(language, article)
        self.complain(place_of((problem[0],)), *problem[1:])
        return None

    def _is_new(self, key: ArticleKey, place_of: PlaceOf) -> bool:
        if key in self._texts:
            self.complain(place_of(("id",)), "twice", f"{key} stands here twice", "keep one of the two")
        return key not in self._texts


def key_problem(language: str, article: str) -> tuple[str, str, str, str] | None:
    """Why there is no such key: the field, a code, what is wrong, what to do."""
    if not (len(language) == 2 and language.isascii() and language.islower()):
        return "language", "language", f"'{language}' is no language", "write a code of two small letters, such as en"
    parts = article.split("-")
    if len(article) > 150 or not all(part.isascii() and part.isalnum() and part == part.lower() for part in parts):
        return "id", "id", f"'{article[:40]}' is no id", "use small letters, digits and hyphens, at most 150"
    return None


def values_of(key: ArticleKey, article: Article) -> dict[str, object]:
    """As JSON has them; what is empty is left out."""
    values: dict[str, object] = {"language": key.language, "id": key.article}
    for name in FIELDS:
        value = getattr(article, name)
        if name == "spoken" and article.spoken_steps:
            value = article.spoken_steps
        if value not in (None, ()):
            values[name] = (
                value.isoformat()
                if isinstance(value, date)
                else list(value)
                if name in LISTS and isinstance(value, tuple)
                else value
            )
    return values


def did_you_mean(name: str, known: tuple[str, ...]) -> str:
    found = process.extractOne(name, known, score_cutoff=60)
    return f"did you mean '{found[0]}'?" if found else f"it may be one of {', '.join(known)}"


def decoded(raw: bytes, file: Path, encoding: str = "utf-8") -> str | Problem:
    """Text; the mark at the beginning that spreadsheets and editors write is taken off."""
    try:
        text = raw.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        what = f"this is not {encoding} (byte 0x{raw[error.start]:02X})"
        return Problem(file, line, column, "encoding", what, "save it as UTF-8, or say --encoding gb18030 or latin-1")
    if "\0" in text:
        at = text.index("\0")
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        return Problem(file, line, column, "no-text", "this is no text file", "export it as text, UTF-8")
    return text


def content(file: Path, largest: int) -> bytes | Problem:
    """The file's bytes; what is larger is not even read."""
    try:
        with file.open("rb") as opened:
            raw = opened.read(largest + 1)
    except OSError as error:
        return Problem(file, 1, 1, "unreadable", f"cannot be read: {error.strerror}", "check its name and its rights")
    if len(raw) > largest:
        return Problem(file, 1, 1, "too-large", f"more than {largest // 1024 // 1024} MB", "import it in parts")
    return raw
