"""The CSV file that a directory is imported from: `read_people` says what is in it, and all that is wrong with it.

PeopleFileError   the file as a whole cannot be read: its encoding, its header, its quotes
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import process

from tickets.people import Entry
from tickets.people_cells import COLUMNS, BadCell, Known, entry_of

_SEPARATORS = ",;"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UTF8_REMEDY = "save it as “CSV UTF-8”, or run: iconv -f LATIN1 -t UTF-8"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file: where, what, and what to do. `line` counts from 1; `column` is "" for a whole line.

    A row with an error is not taken, one with a warning is.
    """

    line: int
    column: str
    what: str
    remedy: str
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """The good rows, and all that is wrong with the others."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]

    @property
    def is_complete(self) -> bool:
        """No row was left out: who is not in here is not in the file."""
        return all(problem.severity == "warning" for problem in self.problems)


class PeopleFileError(Exception):
    """Nothing can be taken from the file; `problems` say why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0].what)
        self.problems = problems


def read_people(raw: bytes, region: str, known: Known) -> PeopleFile:
    """The people in a CSV file. `region` (ISO 3166-1) reads numbers without a country code.

    Raises:
        PeopleFileError: it cannot be read at all.
    """
    rows = _rows(list(io.StringIO(_text(raw), newline="")))
    header = next(rows, None)
    if header is None:
        raise PeopleFileError(Problem(1, "", "the file is empty", f"its first line is: {','.join(COLUMNS)}"))
    columns, problems = _columns(*header)
    return _Reader(region, known, columns, problems).read(rows)


class _Reader:
    def __init__(self, region: str, known: Known, columns: list[str], problems: list[Problem]) -> None:
        self._region = region
        self._known = known
        self._columns = columns
        self._problems = problems
        self._lines: dict[str, int] = {}
        self._unknown: dict[tuple[str, str], list[int]] = {}

    def read(self, rows: Iterator[tuple[int, list[str]]]) -> PeopleFile:
        entries = [entry for line, cells in rows if (entry := self._entry(line, cells))]
        for (column, name), lines in self._unknown.items():
            what = f"'{name}' is not in the dialplan ({len(lines)} row{'s' * (len(lines) > 1)}, here first)"
            self._warn(lines[0], column, what, self._known.nearest(column, name))
        return PeopleFile(tuple(entries), tuple(sorted(self._problems, key=lambda problem: problem.line)))

    def _entry(self, line: int, cells: list[str]) -> Entry | None:
        if len(cells) != len(self._columns):
            what = f"the row has {len(cells)} cells, the header has {len(self._columns)}"
            self._problems.append(Problem(line, "", what, "quote every cell that holds the separator"))
            return None
        entry, bad = entry_of(dict(zip(self._columns, cells, strict=True)), self._region)
        self._problems += [_problem(line, cell) for cell in bad]
        if entry is None or self._is_twin(line, entry):
            return None
        for column, name in self._known.unknown(entry):
            self._unknown.setdefault((column, name), []).append(line)
        return entry

    def _is_twin(self, line: int, entry: Entry) -> bool:
        first = self._lines.setdefault(entry.employee_number, line)
        if first != line:
            what = f"{entry.employee_number} is in line {first} already"
            self._problems.append(Problem(line, "employee_number", what, "keep one of the two rows"))
        return first != line

    def _warn(self, line: int, column: str, what: str, remedy: str) -> None:
        self._problems.append(Problem(line, column, what, remedy, "warning"))


def _problem(line: int, cell: BadCell) -> Problem:
    return Problem(line, cell.column, cell.what, cell.remedy)


def _text(raw: bytes) -> str:
    if raw.startswith(_UTF16):
        raise PeopleFileError(Problem(1, "", "the file is UTF-16", "save it as “CSV UTF-8”"))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = f"the file is not UTF-8 (byte 0x{raw[error.start]:02X}), it may be Latin-1"
        raise PeopleFileError(Problem(line, "", what, _UTF8_REMEDY)) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise PeopleFileError(Problem(line, "", "this is no text file", "export the directory as CSV"))
    return text


def _rows(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not blank, with the line in which it begins.

    Raises:
        PeopleFileError: the quotes are broken.
    """
    reader = csv.reader(lines, delimiter=_separator(lines), skipinitialspace=True, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        what = f"the row that begins here cannot be read ({error})"
        raise PeopleFileError(
            Problem(line, "", what, 'look for a quote (") that is not closed or not doubled')
        ) from error


def _separator(lines: list[str]) -> str:
    """What separates the cells, told from the header: a list within a cell may hold the other one."""
    header = next((line for line in lines if line.strip()), "")
    try:
        return csv.Sniffer().sniff(header, _SEPARATORS).delimiter
    except csv.Error:
        return _SEPARATORS[0]


def _columns(line: int, header: list[str]) -> tuple[list[str], list[Problem]]:
    """The names of the columns, and warnings of those that are not ours.

    Raises:
        PeopleFileError: one is missing, or there twice.
    """
    names = ["_".join(cell.casefold().split()) for cell in header]
    missing = [column for column in COLUMNS if column not in names]
    twice = sorted({name for name in names if names.count(name) > 1 and name in COLUMNS})
    fatal = [Problem(line, name, "there are two columns of this name", "remove one of them") for name in twice]
    fatal += [Problem(line, name, "the column is missing", _missing_remedy(name, names)) for name in missing]
    if fatal:
        raise PeopleFileError(*fatal)
    unknown = [name for name in names if name not in COLUMNS]
    remedy = f"known columns: {', '.join(COLUMNS)}"
    return names, [Problem(line, name, "the column is not known and not read", remedy, "warning") for name in unknown]


def _missing_remedy(column: str, names: list[str]) -> str:
    near = process.extractOne(column, [name for name in names if name not in COLUMNS], score_cutoff=70)
    return f"is it '{near[0]}'? Rename it" if near else "add it; its cells may be empty"
