"""What becomes of a call once people talk: hold, hand-over, conference, and whose ticket it is then."""

from collections.abc import Mapping
from datetime import datetime

from tickets.events import Json, Kind
from tickets.store.changing import move
from tickets.store.events import log
from tickets.store.rows import ticket_of
from tickets.store.ticket_access import TicketAccess
from tickets.ticket import Status, Ticket


class TicketTalks(TicketAccess):
    def note_talk(
        self, number: str, kind: Kind, data: Mapping[str, Json], at: datetime, agent: str | None = None
    ) -> Ticket:
        """`kind` happened in the talk; the ticket is that of `agent` from now on, if there is one."""
        with self._changing(number, at) as (session, row):
            if log(session, row, kind, at, data) and agent is not None:
                row.agent = agent
            return ticket_of(row)

    def queue_reentered(self, number: str, place: Mapping[str, Json], at: datetime) -> Ticket:
        """An agent handed the caller on: he waits (again), where `place` says."""
        with self._changing(number, at) as (session, row):
            if log(session, row, Kind.QUEUE_ENTERED, at, place):
                move(session, row, Status.WAITING, at)
            return ticket_of(row)
