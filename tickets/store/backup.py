"""A copy of a living SQLite database, by SQLite's own online backup."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from tickets.settings import TicketsSettings
from tickets.store.errors import StoreError


def back_up(settings: TicketsSettings, target: Path) -> None:
    """Copy the database into the new file `target`, readable by this user only.

    Raises:
        StoreError: it is not SQLite, there is no database yet, or `target` exists.
        OSError, sqlite3.Error: the copy cannot be read or written.
    """
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise StoreError("only SQLite is backed up here; use pg_dump for PostgreSQL")
    if not Path(url.database).exists():
        raise StoreError(f"there is no database at {url.database}")
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise StoreError(f"{target} exists already") from None
    with closing(sqlite3.connect(url.database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        # The copy carries the mark of the write-ahead log; without it the backup is one file and nothing else.
        copy.execute("PRAGMA journal_mode = DELETE")
