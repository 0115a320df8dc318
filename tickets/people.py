"""The directory: who may call, and by which numbers he is known. Pure values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

KnownBy = Literal["number", "said_so", "employee_number", "agent", "pin"]
"""How we know who calls: by his telephone, his yes, his employee number, from an agent; only the PIN is a proof."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the directory, as a file brings it.

    `site`, `department` and `labels` are names of the dialplan. `mobile` and `numbers` are kept as
    `tickets.numbers.normalise` writes them; a shared telephone stands with everybody who uses it.
    """

    employee_number: str
    name: str
    department: str | None = None
    site: str | None = None
    language: str | None = None
    labels: frozenset[str] = frozenset()
    mobile: str = ""
    email: str = ""
    numbers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Entry):
    """An entry that is kept. One who has left (`left_at`) is no longer known to callers; his tickets stay his."""

    id: int
    has_pin: bool = False
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What an import did; `left` are those whom the file no longer has."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    left: int = 0
