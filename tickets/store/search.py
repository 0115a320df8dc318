"""Finding tickets."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from tickets.store.errors import TicketNotFound
from tickets.store.rows import id_of, ticket_of
from tickets.store.tables import PersonRow, TicketRow, TurnRow
from tickets.ticket import Status, Ticket


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the tickets that were found, and how many there are in all."""

    tickets: tuple[Ticket, ...]
    total: int


def find(
    session: Session,
    text: str,
    status: Status | None,
    category: str | None,
    caller: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    offset: int,
) -> Page:
    conditions = [_holds(word) for word in text.split()]
    if status is not None:
        conditions.append(TicketRow.status == status)
    if category is not None:
        conditions.append(TicketRow.category == category)
    if caller is not None:
        conditions.append(TicketRow.caller == caller)
    if since is not None:
        conditions.append(TicketRow.created_at >= since)
    if until is not None:
        conditions.append(TicketRow.created_at < until)
    total = session.scalar(select(func.count()).select_from(TicketRow).where(*conditions)) or 0
    page = select(TicketRow).where(*conditions).order_by(TicketRow.id.desc()).limit(limit).offset(offset)
    return Page(tuple(ticket_of(row) for row in session.scalars(page)), total)


def _holds(word: str) -> ColumnElement[bool]:
    places = [
        TicketRow.caller.contains(word, autoescape=True),
        TicketRow.subject.icontains(word, autoescape=True),
        TicketRow.agent.icontains(word, autoescape=True),
        TicketRow.person_id.in_(select(PersonRow.id).where(PersonRow.name.icontains(word, autoescape=True))),
        TicketRow.id.in_(select(TurnRow.ticket_id).where(TurnRow.text.icontains(word, autoescape=True))),
    ]
    with suppress(TicketNotFound):
        places.append(TicketRow.id == id_of(word))
    return or_(*places)
