"""The cells of the directory's CSV file: what each column may hold, and what to do about something else."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rapidfuzz import process

from tickets.email_address import is_email_address
from tickets.numbers import normalise
from tickets.people import Entry

COLUMNS = (
    "employee_number", "name", "department", "site", "language", "labels", "mobile", "email", "numbers",
)  # fmt: skip

_LONGEST = {"employee_number": 20, "name": 120, "department": 80, "site": 80, "email": 255}
_SCIENTIFIC = re.compile(r"[0-9]([.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)
_OUTSIDE = re.compile(r"\+[1-9][0-9]{6,14}")
_EXTENSION = re.compile(r"[0-9]{1,6}")


class BadCell(Exception):
    """What is wrong with a cell, and what to do."""

    def __init__(self, column: str, what: str, remedy: str) -> None:
        super().__init__(what)
        self.column, self.what, self.remedy = column, what, remedy


@dataclass(frozen=True, slots=True)
class Known:
    """The names that the dialplan knows, by column. A column without any is not looked at."""

    names: Mapping[str, frozenset[str]]

    def unknown(self, entry: Entry) -> Iterator[tuple[str, str]]:
        """The columns and names of an entry that the dialplan does not know: no condition in it ever holds for them."""
        for column in ("department", "site", "language"):
            name = getattr(entry, column)
            if name is not None and self.names.get(column) and name not in self.names[column]:
                yield column, name

    def nearest(self, column: str, name: str) -> str:
        known = sorted(self.names[column])
        near = process.extractOne(name, known, score_cutoff=70)
        return f"did you mean '{near[0]}'?" if near else f"it knows {', '.join(known)}"


def entry_of(cells: Mapping[str, str], region: str) -> tuple[Entry | None, list[BadCell]]:
    """The entry that a row holds, by the names of its columns, or everything that is wrong with it."""
    values: dict[str, Any] = {}
    bad: list[BadCell] = []
    for column in COLUMNS:
        try:
            values[column] = _read(column, cells[column], region)
        except BadCell as cell:
            bad.append(cell)
    return (None, bad) if bad else (Entry(**values), bad)


def _read(column: str, cell: str, region: str) -> object:
    if not cell.isprintable():
        raise BadCell(column, "it holds characters that cannot be seen", "type it anew")
    if len(cell) > _LONGEST.get(column, 1000):
        raise BadCell(column, f"it is longer than {_LONGEST.get(column, 1000)} characters", "shorten it")
    return _READERS[column](column, cell, region)


def _employee_number(column: str, cell: str, region: str) -> str:
    if not re.fullmatch(r"[0-9]+", cell):
        _refuse_scientific(column, cell)
        what = f"'{cell}' is no employee number" if cell else "it is empty"
        raise BadCell(column, what, "callers say it and key it in: digits only")
    return cell


def _name(column: str, cell: str, region: str) -> str:
    if not any(character.isalpha() for character in cell):
        raise BadCell(column, f"'{cell}' is no name" if cell else "it is empty", "callers are asked for by name")
    return " ".join(cell.split())


def _dialplan_name(column: str, cell: str, region: str) -> str | None:
    """A name of the dialplan, which is written in small letters with hyphens; `Human Resources` is human-resources."""
    name = re.sub(r"[\s_/]+", "-", cell.casefold())
    if name and not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise BadCell(column, f"'{cell}' is no name of the dialplan", "write it with a to z, digits and hyphens")
    return name or None


def _language(column: str, cell: str, region: str) -> str | None:
    language = cell.casefold()
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise BadCell(column, f"'{cell}' is no language", "write two letters: en, zh")
    return language or None


def _labels(column: str, cell: str, region: str) -> frozenset[str]:
    labels = (_dialplan_name(column, part.strip(), region) for part in cell.split(";"))
    return frozenset(label for label in labels if label)


def _mobile(column: str, cell: str, region: str) -> str:
    number = normalise(cell, region)
    if number and not _OUTSIDE.fullmatch(number):
        _refuse_scientific(column, cell)
        raise BadCell(column, f"'{cell}' is no mobile number", "write it with its country code: +49 151 12345678")
    return number


def _email(column: str, cell: str, region: str) -> str:
    if cell and not is_email_address(cell):
        raise BadCell(column, f"'{cell}' is no e-mail address", "write one address: anna.berg@example.com")
    return cell


def _numbers(column: str, cell: str, region: str) -> frozenset[str]:
    return frozenset(_number(column, part.strip(), region) for part in cell.split(";") if part.strip())


def _number(column: str, cell: str, region: str) -> str:
    number = normalise(cell, region)
    if not (_OUTSIDE.fullmatch(number) or _EXTENSION.fullmatch(number)):
        _refuse_scientific(column, cell)
        raise BadCell(
            column, f"'{cell}' is no telephone number", "write an extension, or +49 30 901820; `;` between two"
        )
    return number


def _refuse_scientific(column: str, cell: str) -> None:
    if _SCIENTIFIC.fullmatch(cell):
        raise BadCell(
            column, f"a spreadsheet has made '{cell}' of the number", "format the column as text, and export again"
        )


_READERS: Mapping[str, Callable[[str, str, str], object]] = {
    "employee_number": _employee_number,
    "name": _name,
    "department": _dialplan_name,
    "site": _dialplan_name,
    "language": _language,
    "labels": _labels,
    "mobile": _mobile,
    "email": _email,
    "numbers": _numbers,
}
