"""Whether the schema is that of this release; if not, it is brought there (`migrating.py`) when the store is opened."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from tickets.store.database import Database, translated
from tickets.store.errors import SchemaUnknown

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> tuple[str | None, str]:
    """Bring the schema to this release; the revisions before and after.

    Raises:
        SchemaUnknown: a newer release wrote this database.
        DatabaseUnavailable: it is locked, gone or broken, or somebody else's upgrade takes longer than 30 s.
    """
    newest = _newest()
    with translated(), database.engine.connect() as connection, connection.begin():
        if revision(connection) == newest:
            return newest, newest
    from tickets.store.migrating import migrate  # Alembic: 0.2 s that a start with the right schema does not need

    return migrate(database), newest


def revision(connection: Connection) -> str | None:
    """The schema's; None of an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _newest() -> str:
    """The revision of this release: its number begins the name of its file."""
    names = [file.name for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py")]
    if not names:
        raise SchemaUnknown("this installation has no migrations")
    return max(names).partition("_")[0]
