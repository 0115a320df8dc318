"""What people at the desk make of a ticket: fields changed, notes, an older ticket taken up, a call wrapped up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tickets.events import Json, Kind
from tickets.masking import mask
from tickets.store.changing import move, row_of
from tickets.store.errors import EditConflict, TransitionRefused
from tickets.store.events import log
from tickets.store.rows import id_of, ticket_of
from tickets.store.tables import EventRow, TicketRow
from tickets.store.ticket_access import TicketAccess
from tickets.ticket import Status, Ticket, may_become

SLOT = "slot:"
"""How the name of a field begins that the caller was asked for; then comes the slot's name."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A field that somebody changed: what stood there when he began, and what he wants to stand there."""

    was: str
    now: str


class TicketEdits(TicketAccess):
    def edit(self, number: str, edits: Mapping[str, Edit], note: str, at: datetime, by: str) -> Ticket:
        """Change `subject`, `category`, `status` and `slot:<name>`, and add a note if it is not empty; all or nothing.

        Raises:
            EditConflict: what stands there now is neither what he began with nor what he wants.
            TransitionRefused: a ticket in its status cannot become the one that is wanted.
        """
        with self._changing(number, at) as (session, row):
            stands = {name: _value(row, name) for name in edits}
            conflicts = {name: stands[name] for name, edit in edits.items() if stands[name] not in (edit.was, edit.now)}
            if conflicts:
                raise EditConflict(number, conflicts)
            changed = {name: mask(edit.now.strip()) for name, edit in edits.items() if edit.now != stands[name]}
            if (status := changed.pop("status", None)) is not None:
                _require(row, number, Status(status))
                move(session, row, Status(status), at, by)
            for name, value in changed.items():
                _set(row, name, value)
            if changed:
                told: dict[str, Json] = {name: {"old": stands[name], "new": value} for name, value in changed.items()}
                log(session, row, Kind.TICKET_EDITED, at, {"changes": told, "by": by})
            if note.strip():
                _note(session, row, {"text": mask(note.strip()), "by": by}, at)
            return ticket_of(row)

    def take_up(self, number: str, older: str, at: datetime, by: str) -> Ticket:
        """The call of ticket `number` is about the `older` one, which is worked on again; its own is closed with the
        call's wrap-up. Answers with the older one.

        Raises:
            TransitionRefused: the older one is closed, or the same.
        """
        with self._changing(number, at) as (session, row):
            taken = row_of(session, older)
            if taken.id == row.id:
                raise TransitionRefused(f"ticket {number} is this call's own")
            _require(taken, older, Status.IN_PROGRESS)
            if log(session, row, Kind.CONTINUES, at, {"older": older, "by": by}):
                log(session, taken, Kind.TAKEN_UP, at, {"call_ticket": number, "by": by})
                move(session, taken, Status.IN_PROGRESS, at, by)
                taken.agent, taken.updated_at = row.agent or taken.agent, max(taken.updated_at, at)
            return ticket_of(taken)

    def let_go(self, number: str, at: datetime, by: str) -> Ticket:
        """The call of ticket `number` is about nothing older after all."""
        with self._changing(number, at) as (session, row):
            log(session, row, Kind.CONTINUES, at, {"older": None, "by": by})
            return ticket_of(row)

    def continued(self, number: str) -> str | None:
        """The older ticket that the call of ticket `number` is about."""
        with self._database.reading() as session:
            told = select(EventRow.data).where(EventRow.ticket_id == id_of(number), EventRow.kind == Kind.CONTINUES)
            data = session.scalar(told.order_by(EventRow.id.desc()).limit(1))
            older = data.get("older") if data else None
            return str(older) if older else None

    def wrap_up(self, number: str, disposition: str, status: Status, at: datetime, by: str) -> Ticket:
        """What came of the call: `disposition` (a name of the dialplan) and the status that follows from it. Where the
        call continues an older ticket, that one gets both, and the call's own is closed. Answers with the one that got
        it.

        Raises:
            TransitionRefused: the ticket cannot take that status.
        """
        older = self.continued(number)
        with self._changing(older or number, at) as (session, row):
            _require(row, older or number, status)
            log(session, row, Kind.WRAPPED_UP, at, {"disposition": disposition, "by": by})
            move(session, row, status, at, by)
            if older is not None:
                own = row_of(session, number)
                own.updated_at = max(own.updated_at, at)
                move(session, own, Status.CLOSED, at, by)
            return ticket_of(row)


def _note(session: Session, row: TicketRow, data: dict[str, Json], at: datetime) -> None:
    """Who got no answer sends the same again: what he noted last is not noted twice."""
    of_ticket = select(EventRow.data).where(EventRow.ticket_id == row.id, EventRow.kind == Kind.NOTED)
    if session.scalar(of_ticket.order_by(EventRow.id.desc()).limit(1)) != data:
        log(session, row, Kind.NOTED, at, data)


def _value(row: TicketRow, name: str) -> str:
    if name.startswith(SLOT):
        return str(row.fields.get(name.removeprefix(SLOT), ""))
    return {"subject": row.subject, "category": row.category or "", "status": row.status}[name]


def _set(row: TicketRow, name: str, value: str) -> None:
    if name.startswith(SLOT):
        row.fields = {**row.fields, name.removeprefix(SLOT): value}
    elif name == "category":
        row.category = value or None
    else:
        row.subject = value


def _require(row: TicketRow, number: str, status: Status) -> None:
    if not may_become(Status(row.status), status):
        raise TransitionRefused(f"ticket {number} is {row.status} and cannot become {status}")
