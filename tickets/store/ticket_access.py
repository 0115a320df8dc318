"""What the classes of the ticket store share."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from tickets.store.changing import row_of
from tickets.store.database import Database
from tickets.store.tables import TicketRow


class TicketAccess:
    def __init__(self, database: Database, region: str) -> None:
        self._database = database
        self._region = region

    @contextmanager
    def _changing(self, number: str, at: datetime) -> Iterator[tuple[Session, TicketRow]]:
        """The row of a ticket in a transaction that changes it at this moment."""
        with self._database.writing() as session:
            row = row_of(session, number)
            row.updated_at = max(row.updated_at, at)
            yield session, row
