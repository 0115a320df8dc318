"""What has changed between two versions of an article: field by field, line by line, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from difflib import SequenceMatcher
from typing import Literal

from knowledge.article import Article

_WORD = re.compile(r"[\u3400-\u9fff]|\w+|\s+|[^\w\s]")
"""A Chinese character counts as a word."""
_ALIKE = 0.5
"""Lines that share so much are the same line, changed."""
_MOST_PAIRS = 2_500
"""Beyond these, changed lines are taken to have kept their order: comparing each with each would take seconds."""
_NOT_SHOWN = frozenset({"id", "language", "spoken_steps"})

Change = Literal["same", "changed", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it was and as it is; None where there was, or is, none."""

    old: tuple[Piece, ...] | None
    new: tuple[Piece, ...] | None

    @property
    def change(self) -> Change:
        if self.old is None:
            return "added"
        if self.new is None:
            return "removed"
        return "changed" if any(piece.is_changed for piece in self.old + self.new) else "same"


@dataclass(frozen=True, slots=True)
class Section:
    """One field of the article."""

    field: str
    rows: tuple[Row, ...]

    @property
    def is_changed(self) -> bool:
        return any(row.change != "same" for row in self.rows)


def compare(old: Article | None, new: Article) -> tuple[Section, ...]:
    """Every field that either has; without `old` all of it is added."""
    names = [field.name for field in fields(Article) if field.name not in _NOT_SHOWN]
    pairs = ((name, _lines(old, name) if old is not None else (), _lines(new, name)) for name in names)
    return tuple(Section(name, tuple(rows_of(before, after))) for name, before, after in pairs if before or after)


def _lines(article: Article, name: str) -> tuple[str, ...]:
    value = article.spoken_steps if name == "spoken" and article.spoken_steps else getattr(article, name)
    match value:
        case None | "" | ():
            return ()
        case date():
            return (value.isoformat(),)
        case tuple():
            return tuple(map(str, value))
        case _:
            return tuple(str(value).splitlines())


def rows_of(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    """The lines side by side."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, first, last, begin, end in matcher.get_opcodes():
        if tag == "equal":
            yield from (Row((piece := (Piece(line, is_changed=False),)), piece) for line in old[first:last])
        else:
            yield from _replaced(old[first:last], new[begin:end])


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    """Each line beside the one that it has become."""
    follows = 0
    for line in old:
        found = _successor(line, new, follows, len(old) * len(new) > _MOST_PAIRS)
        if found is None:
            yield Row((Piece(line, is_changed=True),), None)
            continue
        yield from (Row(None, (Piece(added, is_changed=True),)) for added in new[follows:found])
        yield Row(*_marked(line, new[found]))
        follows = found + 1
    yield from (Row(None, (Piece(added, is_changed=True),)) for added in new[follows:])


def _successor(line: str, new: Sequence[str], first: int, is_next: bool) -> int | None:
    choices = range(first, min(first + 1, len(new))) if is_next else range(first, len(new))
    matcher = SequenceMatcher()
    matcher.set_seq2(_words(line))
    best, likeness = None, _ALIKE
    for index in choices:
        matcher.set_seq1(_words(new[index]))
        if matcher.quick_ratio() >= likeness and (ratio := matcher.ratio()) >= likeness:
            best, likeness = index, ratio + 1e-9
    return best


def _marked(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    before, after = _words(old), _words(new)
    was: list[Piece] = []
    has: list[Piece] = []
    for tag, first, last, begin, end in SequenceMatcher(None, before, after).get_opcodes():
        for pieces, words in ((was, before[first:last]), (has, after[begin:end])):
            if words:
                pieces.append(Piece("".join(words), is_changed=tag != "equal"))
    return tuple(was), tuple(has)


def _words(line: str) -> list[str]:
    return _WORD.findall(line)
