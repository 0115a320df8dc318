"""A table, one article a row; for spreadsheets.

A cell with a list has an item a line (`spoken`: one for each part of a long answer), or a JSON list where an item has
lines itself. What a spreadsheet would take for a formula is written behind an apostrophe, which is taken off again.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from knowledge.errors import Problem
from knowledge.interchange.shapes import (
    FIELDS,
    LARGEST,
    LISTS,
    OPTIONAL,
    Read,
    Reading,
    content,
    decoded,
    did_you_mean,
    values_of,
)
from knowledge.store.shapes import ArticleKey, read_article

COLUMNS = ("language", "id", *FIELDS)
_SEPARATORS = ",;\t"
_FORMULA = tuple("=+-@\t\r'")


def read_csv(file: Path, encoding: str = "utf-8") -> Read:
    """The separator (comma, semicolon, tab) is found in the header. A problem's column is that of the table."""
    raw = content(file, LARGEST)
    text = raw if isinstance(raw, Problem) else decoded(raw, file, encoding)
    if isinstance(text, Problem):
        return Read({}, (text,))
    with _long_cells():
        return _read(text, Reading(file))


def _read(text: str, reading: Reading) -> Read:
    rows = _rows(text, reading)
    _, header = next(rows, (1, []))
    columns = [name.strip().casefold() for name in header]
    if _is_header(columns, reading):
        for line, cells in rows:
            if len(cells) != len(columns):
                what = f"the row has {len(cells)} cells, the header has {len(columns)}"
                reading.complain((line, 1), "cells", what, "quote every cell that holds the separator")
                continue
            reading.take(_values(columns, cells), _places(line, columns))
    return reading.done()


def write_csv(texts: Mapping[ArticleKey, str], file: Path) -> None:
    """With the mark by which spreadsheets know UTF-8. Raises OSError."""
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(COLUMNS)
        for key, text in texts.items():
            values = values_of(key, read_article(key, text))
            writer.writerow([_cell(values.get(name, ""), name in LISTS) for name in COLUMNS])


def _rows(text: str, reading: Reading) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not empty, with the line on which it begins; up to one whose quotes are broken."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        what = f"the row that begins here cannot be read ({error}), nor what follows"
        reading.complain((line, 1), "quotes", what, 'look for a quote (") that is not closed or not doubled')


@contextmanager
def _long_cells() -> Iterator[None]:
    """An article's steps may be longer than a cell usually is; the limit is the whole process's."""
    before = csv.field_size_limit(LARGEST)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _separator(text: str) -> str:
    first = text.partition("\n")[0]
    return max(_SEPARATORS, key=first.count)


def _is_header(columns: Sequence[str], reading: Reading) -> bool:
    if not columns:
        reading.complain((1, 1), "empty", "the file is empty", f"its first line is: {','.join(COLUMNS)}")
        return False
    missing = [name for name in COLUMNS if name not in columns and name not in OPTIONAL]
    if missing:
        what = f"missing columns: {', '.join(missing)}"
        reading.complain((1, 1), "missing-columns", what, "the first line names the columns; `kb export` shows how")
    for number, name in enumerate(columns, 1):
        if name not in COLUMNS:
            reading.complain(
                (1, number), "unknown-column", f"no column is called '{name}'", did_you_mean(name, COLUMNS)
            )
        elif name in columns[: number - 1]:
            reading.complain((1, number), "twice", f"the column '{name}' stands here twice", "remove one of them")
    return not missing and set(columns) <= set(COLUMNS) and len(set(columns)) == len(columns)


def _places(line: int, columns: Sequence[str]) -> Callable[[tuple[int | str, ...]], tuple[int, int]]:
    def place_of(place: tuple[int | str, ...]) -> tuple[int, int]:
        return line, columns.index(str(place[0])) + 1 if place and place[0] in columns else 1

    return place_of


def _values(columns: Sequence[str], cells: Sequence[str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, cell in zip(columns, cells, strict=True):
        plain = cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell
        if name in LISTS:
            if items := _items(plain):
                values[name] = items
        elif plain.strip() or name not in OPTIONAL:
            values[name] = plain
    return values


def _items(cell: str) -> list[object]:
    if cell.startswith("["):
        try:
            found = json.loads(cell)
        except ValueError:
            pass  # it is a text that begins so
        else:
            if isinstance(found, list):
                return found
    return [line for line in cell.replace("\r\n", "\n").split("\n") if line.strip()]


def _cell(value: object, is_list: bool) -> str:
    text = _listed(value) if is_list and value else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _listed(value: object) -> str:
    """`spoken` may be one text: a list of one."""
    items: list[str] = value if isinstance(value, list) else [str(value)]
    plain = "\n".join(items)
    return plain if _items(plain) == items else json.dumps(items, ensure_ascii=False)
