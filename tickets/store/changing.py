"""What every change of a ticket's row begins with and goes through."""

from datetime import datetime

from sqlalchemy.orm import Session

from tickets.events import Kind
from tickets.store.errors import TicketNotFound
from tickets.store.events import log
from tickets.store.rows import id_of
from tickets.store.tables import TicketRow
from tickets.ticket import Status, may_become


def row_of(session: Session, number: str) -> TicketRow:
    """Raises TicketNotFound."""
    row = session.get(TicketRow, id_of(number))
    if row is None:
        raise TicketNotFound(number)
    return row


def move(session: Session, row: TicketRow, status: Status, at: datetime, by: str | None = None) -> None:
    """Take the status if the ticket may; what the line does never undoes what a person has closed."""
    if row.status == status or not may_become(Status(row.status), status):
        return
    log(session, row, Kind.STATUS_CHANGED, at, {"old": row.status, "new": status.value, "by": by})
    row.status = status
