"""The connection to the database: how transactions begin, and how its errors become ours.

SQLite is set up here and nowhere else: write-ahead log, foreign keys, a busy timeout, and writers that take
the lock when they begin, so that no transaction fails half-way because another one wrote in between.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from tickets.settings import TicketsSettings
from tickets.store.errors import DatabaseUnavailable

# Writers on PostgreSQL queue up behind this lock, as they do on SQLite: so the ids of events grow in the order of
# their commits, and whoever follows the log by id misses none.
_WRITERS_LOCK = 0x486F746C


class Database:
    def __init__(self, settings: TicketsSettings) -> None:
        self.url = make_url(settings.database_url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _engine(settings, self.is_sqlite)
        self._one_writer = threading.Lock()
        self._patience_s = settings.busy_timeout_s

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads.

        Raises:
            DatabaseUnavailable: the database is locked, gone or broken.
        """
        with translated(), Session(self.engine) as session, session.begin():
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes; committed at the end, undone by an exception.

        Raises:
            DatabaseUnavailable: the database is locked, gone or broken.
        """
        with self._turn(), translated(), self.engine.connect() as connection:
            connection = connection.execution_options(writes=True)
            with connection.begin():
                if not self.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITERS_LOCK})
                with Session(connection, expire_on_commit=False) as session:
                    yield session
                    session.flush()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Our threads write one after the other: the database's own waiting is a lottery that starves some."""
        if not self._one_writer.acquire(timeout=self._patience_s):
            raise DatabaseUnavailable("the database is busy: too many wait to write")
        try:
            yield
        finally:
            self._one_writer.release()

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise DatabaseUnavailable(f"the database does not answer: {error.orig}") from error
    except PoolTimeout as error:
        raise DatabaseUnavailable("all connections to the database are busy") from error
    except SQLAlchemyError as error:
        raise DatabaseUnavailable(str(error)) from error


def _engine(settings: TicketsSettings, is_sqlite: bool) -> Engine:
    if not is_sqlite:
        return create_engine(
            settings.database_url,
            pool_pre_ping=True,
            pool_timeout=settings.busy_timeout_s,
            connect_args={"connect_timeout": 2, "options": f"-c lock_timeout={int(settings.busy_timeout_s * 1000)}"},
        )
    url = make_url(settings.database_url)
    if url.database:
        with_folder(Path(url.database).parent)
    engine = create_engine(url, pool_timeout=settings.busy_timeout_s, connect_args={"timeout": settings.busy_timeout_s})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def with_folder(folder: Path) -> None:
    """Make the database's folder, for this user only.

    Raises:
        DatabaseUnavailable: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DatabaseUnavailable(f"cannot make the folder of the database: {error}") from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own idea of transactions: off, see _begin_sqlite
    connection.execute("PRAGMA foreign_keys = ON")
    # With the write-ahead log a commit survives the death of any process; only a power cut may take the last ones.
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
