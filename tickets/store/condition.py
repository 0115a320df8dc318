"""How the database is: does it answer, how fast, how large is it?"""

import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from tickets.store import Store
from tickets.store.database import translated
from tickets.store.schema import revision


@dataclass(frozen=True, slots=True)
class DatabaseCondition:
    """`latency_ms` is that of a small read; `bytes` with the write-ahead log, None where it is no file of ours."""

    latency_ms: float
    bytes: int | None
    revision: str | None


def condition_of(store: Store) -> DatabaseCondition:
    """Raises `DatabaseUnavailable` when it does not answer."""
    database = store.database
    began = time.perf_counter()
    with translated(), database.engine.connect() as connection:
        connection.execute(text("SELECT max(id) FROM events")).scalar()
        latency_ms = (time.perf_counter() - began) * 1000
        found = revision(connection)
    file = Path(database.url.database) if database.is_sqlite and database.url.database else None
    files = [file, file.with_name(f"{file.name}-wal")] if file else []
    size = sum(part.stat().st_size for part in files if part.exists()) if file else None
    return DatabaseCondition(latency_ms, size, found)
