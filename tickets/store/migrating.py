"""The schema's way forward: Alembic migrations.

Several processes may start at once. On SQLite a lock file beside the database lets them through one by one, on
PostgreSQL an advisory lock does; who comes second finds nothing left to do.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import text

from tickets.store.database import Database, translated
from tickets.store.errors import DatabaseUnavailable, SchemaUnknown
from tickets.store.schema import MIGRATIONS, revision

_MIGRATION_LOCK = 0x486F746D
_LOCK_WAIT_S = 30.0


def migrate(database: Database) -> str | None:
    """Apply what is missing; the revision before.

    Raises:
        SchemaUnknown: a newer release wrote this database.
        DatabaseUnavailable: it is locked, gone or broken, or somebody else's upgrade takes longer than 30 s.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with translated(), _alone(database), database.engine.connect() as connection:
        writer = connection.execution_options(writes=True)
        with writer.begin():
            if not database.is_sqlite:
                writer.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            before = revision(writer)
            config.attributes["connection"] = writer
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise SchemaUnknown(f"the database is of another release (revision {before}): {error}") from error
    return before


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """Nobody else changes the schema meanwhile. SQLite also turns to its write-ahead log here, where it is alone."""
    if not database.is_sqlite or not database.url.database:
        yield
        return
    path = Path(database.url.database)
    with path.with_name(path.name + ".upgrade").open("w") as lock:
        _acquire(lock.fileno())
        with database.engine.connect() as connection:
            driver = connection.connection.driver_connection
            if driver is None:
                raise DatabaseUnavailable("the database closed its connection")
            driver.execute("PRAGMA journal_mode = WAL")
        yield


def _acquire(file: int) -> None:
    deadline = time.monotonic() + _LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise DatabaseUnavailable("another process is upgrading the database and does not finish") from None
            time.sleep(0.05)
        else:
            return
