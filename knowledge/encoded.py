"""Texts that were encoded before are not encoded again: rows kept on disk, for all processes of a line.

Encoding is most of what learning costs, and one new phrasing leaves all others as they were.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import structlog

from knowledge.encoders import PINS, Encoder, FloatArray

_FILE = "encoded.db"
_MOST_ROWS = 250_000  # of both encoders together: 450 MB, which is 10,000 articles of twelve phrasings
_AT_ONCE = 500  # texts asked for in one statement
_WAIT_S = 5.0  # for another process that writes
_log = structlog.get_logger(__name__)


class RememberedEncoder:
    """An encoder that looks a text up in the folder first. A folder that cannot be used is only a loss of time; a file
    that cannot be read, or is of other models, is thrown away.

    New texts are written in one transaction, once all of them are encoded.
    """

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder = encoder
        self._file = folder / _FILE

    @property
    def name(self) -> str:
        return self._encoder.name

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """One row of unit length for each text: shape (texts, dimensions)."""
        distinct = list(dict.fromkeys(texts))
        known = self._find(distinct)
        if new := [text for text in distinct if text not in known]:
            rows = dict(zip(new, self._encoder.encode(new), strict=True))
            self._keep(rows)
            known |= rows
        return np.stack([known[text] for text in texts])

    def _find(self, texts: Sequence[str]) -> dict[str, FloatArray]:
        found: dict[str, FloatArray] = {}
        try:
            with _opened(self._file) as database:
                for start in range(0, len(texts), _AT_ONCE):
                    asked = texts[start : start + _AT_ONCE]
                    marks = ",".join("?" * len(asked))
                    query = f"SELECT text, row FROM encoded WHERE encoder = ? AND text IN ({marks})"  # noqa: S608
                    for text, row in database.execute(query, (self.name, *asked)):
                        found[text] = np.frombuffer(row, dtype=np.float32)
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)
        return found

    def _keep(self, rows: dict[str, FloatArray]) -> None:
        try:
            with _opened(self._file) as database, database:
                database.execute("BEGIN IMMEDIATE")
                database.executemany(
                    "INSERT OR REPLACE INTO encoded (encoder, text, row) VALUES (?, ?, ?)",
                    ((self.name, text, row.astype(np.float32).tobytes()) for text, row in rows.items()),
                )
                database.execute(
                    "DELETE FROM encoded WHERE id <= (SELECT max(id) FROM encoded) - ?",
                    (_MOST_ROWS,),
                )
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        _log.warning("encoded texts are not at hand", file=str(self._file), error=str(error))
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            _throw_away(self._file)


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    """The database, made where there is none of these models.

    Raises:
        OSError, sqlite3.Error: it cannot be used.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file, timeout=_WAIT_S, isolation_level=None)) as database:
        if database.execute("PRAGMA user_version").fetchone()[0] != PINS:
            _make(database)
        yield database


def _make(database: sqlite3.Connection) -> None:
    """In one transaction, so that of two processes the second finds what the first has made."""
    database.execute("PRAGMA journal_mode = WAL")
    with database:
        database.execute("BEGIN IMMEDIATE")
        if database.execute("PRAGMA user_version").fetchone()[0] == PINS:
            return
        database.execute("DROP TABLE IF EXISTS encoded")
        database.execute(
            "CREATE TABLE encoded (id INTEGER PRIMARY KEY AUTOINCREMENT, encoder TEXT NOT NULL, text TEXT NOT NULL,"
            " row BLOB NOT NULL, UNIQUE (encoder, text))"
        )
        database.execute(f"PRAGMA user_version = {PINS}")


def _throw_away(file: Path) -> None:
    for part in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        part.unlink(missing_ok=True)
