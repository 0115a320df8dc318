"""Looking at tickets."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from tickets.store.changing import row_of
from tickets.store.rows import id_of, number_of, ticket_of, turn_of
from tickets.store.search import Page, find
from tickets.store.tables import RecordingRow, TicketRow, TurnRow
from tickets.store.ticket_access import TicketAccess
from tickets.ticket import ENDED, Status, Ticket, Turn


class TicketQueries(TicketAccess):
    def get(self, number: str) -> Ticket:
        with self._database.reading() as session:
            return ticket_of(row_of(session, number))

    def of_call(self, call_id: str) -> Ticket | None:
        with self._database.reading() as session:
            row = session.scalar(select(TicketRow).where(TicketRow.call_id == call_id))
            return ticket_of(row) if row else None

    def of_sip_call(self, sip_call_id: str) -> Ticket | None:
        """The newest ticket with this Call-ID of SIP."""
        with self._database.reading() as session:
            newest = select(TicketRow).where(TicketRow.sip_call_id == sip_call_id).order_by(TicketRow.id.desc())
            row = session.scalar(newest.limit(1))
            return ticket_of(row) if row else None

    def transcript(self, number: str) -> list[Turn]:
        with self._database.reading() as session:
            turns = select(TurnRow).where(TurnRow.ticket_id == row_of(session, number).id)
            return [turn_of(row) for row in session.scalars(turns.order_by(TurnRow.at, TurnRow.id))]

    def live(self) -> list[Ticket]:
        """The tickets of calls that have not ended, oldest first."""
        with self._database.reading() as session:
            rows = session.scalars(select(TicketRow).where(TicketRow.ended_at.is_(None)).order_by(TicketRow.id))
            return [ticket_of(row) for row in rows]

    def search(
        self,
        text: str = "",
        status: Status | None = None,
        category: str | None = None,
        caller: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> Page:
        """Tickets, newest first, that hold every word of `text` in number, caller, subject or transcript.

        `caller` is a kept number, `category` an id; `since` is included, `until` is not.
        """
        with self._database.reading() as session:
            return find(session, text, status, category, caller, since, until, limit, offset)

    def recording_path(self, recording_id: int) -> tuple[str, str] | None:
        """The path and the ticket's number of a recording."""
        with self._database.reading() as session:
            row = session.get(RecordingRow, recording_id)
            return (row.path, number_of(row.ticket_id)) if row else None

    def categories(self) -> list[str]:
        """The ids of all categories that tickets have."""
        with self._database.reading() as session:
            known = select(TicketRow.category).where(TicketRow.category.is_not(None)).distinct()
            return sorted(category for category in session.scalars(known) if category)

    def earlier_of(self, ticket: Ticket, limit: int) -> list[Ticket]:
        """The tickets of the same caller before this one, newest first: his own, and those of his telephone of which
        nobody knows whose they are; others who use the telephone are somebody else."""
        his = _same_caller(ticket.caller, ticket.person_id)
        earlier = select(TicketRow).where(his, TicketRow.id < id_of(ticket.number))
        with self._database.reading() as session:
            rows = session.scalars(earlier.order_by(TicketRow.id.desc()).limit(limit))
            return [ticket_of(row) for row in rows]

    def open_of_person(self, person_id: int, but_not: str | None = None) -> list[Ticket]:
        """The tickets of a person that are not solved or closed, newest first, without the one numbered `but_not`."""
        with self._database.reading() as session:
            his = select(TicketRow).where(TicketRow.person_id == person_id, TicketRow.status.not_in(ENDED))
            found = (ticket_of(row) for row in session.scalars(his.order_by(TicketRow.id.desc())))
            return [ticket for ticket in found if ticket.number != but_not]

    def last_agent(self, number: str, since: datetime) -> str | None:
        """Who has talked last, since then, with the caller of this ticket about another one that is still open."""
        with self._database.reading() as session:
            row = row_of(session, number)
            his = select(TicketRow.agent).where(
                _same_caller(row.caller, row.person_id),
                TicketRow.id < row.id,
                TicketRow.agent.is_not(None),
                TicketRow.answered_at >= since,
                TicketRow.status.not_in(ENDED),
            )
            return session.scalar(his.order_by(TicketRow.answered_at.desc()).limit(1))


def _same_caller(caller: str, person_id: int | None) -> ColumnElement[bool]:
    by_telephone = and_(TicketRow.caller == caller, TicketRow.caller != "")
    if person_id is None:
        return by_telephone
    return or_(TicketRow.person_id == person_id, and_(by_telephone, TicketRow.person_id.is_(None)))
