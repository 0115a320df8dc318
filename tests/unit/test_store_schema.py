"""The way to the newest schema, backups, and who comes first."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from knowledge.store.tables import Base as KnowledgeTables
from tickets.settings import TicketsSettings
from tickets.store import DatabaseUnavailable, SchemaUnknown, StoreError, open_store
from tickets.store.backup import back_up
from tickets.store.database import Database
from tickets.store.schema import MIGRATIONS, upgrade
from tickets.store.tables import Base

NEWEST = max(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> TicketsSettings:
    return TicketsSettings(f"sqlite:///{tmp_path}/state/tickets.db", tmp_path)


def test_the_migrations_make_exactly_the_tables(settings: TicketsSettings) -> None:
    database = Database(settings)
    assert upgrade(database) == (None, NEWEST)
    assert upgrade(database) == (NEWEST, NEWEST)
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), [Base.metadata, KnowledgeTables.metadata]) == []
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    database.close()


def test_concurrent_starts(settings: TicketsSettings) -> None:
    program = (
        "import sys; from tickets.store import open_store; from tickets.settings import TicketsSettings;"
        "from datetime import UTC, datetime; s = open_store(TicketsSettings(sys.argv[1]));"
        "print(s.tickets.open_for_call('one', 's', '1', '2', 'en', datetime.now(UTC)).number)"
    )
    starts = [
        subprocess.Popen([sys.executable, "-c", program, settings.database_url], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    answers = [start.communicate(timeout=60)[0].strip() for start in starts]
    assert answers == ["100001"] * 4


def test_a_database_of_a_newer_release_is_left_alone(settings: TicketsSettings) -> None:
    open_store(settings).close()
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaUnknown, match="9999"):
        open_store(settings)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "tickets.db"
    file.write_text("this is not a database, but long enough to look at\n" * 40)
    with pytest.raises(DatabaseUnavailable, match="not a database"):
        open_store(TicketsSettings(f"sqlite:///{file}"))


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnavailable, match="folder"):
        open_store(TicketsSettings(f"sqlite:///{tmp_path}/file/tickets.db"))


def test_a_backup_of_a_living_database_opens_by_itself(settings: TicketsSettings, tmp_path: Path) -> None:
    store = open_store(settings)
    number = store.tickets.open_for_call("one", "s", "1044", "5000", "en", START).number
    target = tmp_path / "copy.db"
    back_up(settings, target)
    assert target.stat().st_mode & 0o777 == 0o600
    with pytest.raises(StoreError, match="exists"):
        back_up(settings, target)
    store.close()
    copy = open_store(TicketsSettings(f"sqlite:///{target}"))
    assert copy.tickets.get(number).caller == "1044"
    copy.close()


def test_there_is_no_backup_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database"):
        back_up(TicketsSettings(f"sqlite:///{tmp_path}/none.db"), tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []
