"""The call at hand: who calls, why, what else is known of him, and his ticket to write in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from ari_app.legs import ticket_of
from ari_app.outage_scope import as_read
from ari_app.pop_url import pop_url
from ari_app.web.desk.matching import matching
from ari_app.web.desk.parts import Agent, AtDesk, Desk
from ari_app.web.desk.talk_shown import TalkShown, talk_shown
from ari_app.web.names import Names
from tickets.events import Event, Kind
from tickets.outage import Outage
from tickets.people import Person
from tickets.store import Store, TicketNotFound
from tickets.ticket import ENDED, Status, Ticket, Turn, may_become
from tickets.viewer.access import Context
from tickets.viewer.context import Viewer, Visitor
from tickets.viewer.languages import language_of

router = APIRouter()

_EARLIER = 12


@dataclass(frozen=True, slots=True)
class Call:
    """`ticket` is the call's own, `work` the one to write in: an older one where the caller calls about that. `open`
    and `recent` are his other tickets, the newest first; `numbers_owner` says whether his number is anybody's."""

    ticket: Ticket
    work: Ticket
    person: Person | None
    turns: Sequence[Turn]
    open: Sequence[Ticket]
    recent: Sequence[Ticket]
    notes: Sequence[Event]
    outages: Sequence[Outage]
    talk: TalkShown
    disposition: str | None

    @property
    def is_continued(self) -> bool:
        return self.work.number != self.ticket.number

    @property
    def statuses(self) -> list[Status]:
        """What the ticket may become."""
        return [status for status in Status if may_become(self.work.status, status)]


@router.get("/desk/call/{call_id}")
def of_call(request: Request, viewer: Context, visitor: Agent, desk: AtDesk, call_id: str) -> Response:
    """The call that an agent is offered, or has: a fragment."""
    number = ticket_of(call_id)
    ticket = viewer.store.tickets.get(number) if number else viewer.store.tickets.of_call(call_id)
    if ticket is None:
        raise TicketNotFound(call_id)
    return _shown(request, viewer, visitor, desk, ticket, call_id)


@router.get("/desk/tickets/{number}")
def of_ticket(request: Request, viewer: Context, visitor: Agent, desk: AtDesk, number: str) -> Response:
    """The same, without a call: one that is over, and was not written up."""
    ticket = viewer.store.tickets.get(number)
    return _shown(request, viewer, visitor, desk, ticket, ticket.call_id)


def read_call(store: Store, ticket: Ticket, desk: Desk) -> Call:
    """All that is known of the call of `ticket`."""
    tickets, dialplan = store.tickets, desk.current.dialplan
    older = tickets.continued(ticket.number)
    work = tickets.get(older) if older else ticket
    person = store.people.get(ticket.person_id) if ticket.person_id is not None else None
    earlier = tickets.earlier_of(ticket, _EARLIER)
    events = store.events.of_ticket(ticket.number)
    of_work = store.events.of_ticket(older) if older else events
    site = person.site if person is not None else None
    wrapped = [str(event.data["disposition"]) for event in of_work if event.kind == Kind.WRAPPED_UP]
    return Call(
        ticket=ticket,
        work=work,
        person=person,
        turns=tickets.transcript(ticket.number),
        open=[other for other in earlier if other.status not in ENDED],
        recent=[other for other in earlier if other.status in ENDED],
        notes=[event for event in of_work if event.kind == Kind.NOTED],
        outages=matching(store.outages.active(), ticket, site, dialplan) if dialplan is not None else (),
        talk=talk_shown(events),
        disposition=wrapped[-1] if wrapped else None,
    )


def _shown(request: Request, viewer: Viewer, visitor: Visitor, desk: Desk, ticket: Ticket, call_id: str) -> Response:
    call = read_call(viewer.store, ticket, desk)
    web, names = desk.settings.web, Names(desk.current.dialplan, language_of(request))
    context = {
        "visitor": visitor,
        "call": call,
        "call_id": call_id,
        "names": names,
        "categories": categories(desk, names.language, call.work.category),
        "dispositions": dispositions(desk, names.language),
        "pop": pop_url(web.pop_url, _pop_values(call, call_id)) if web.pop_url else "",
        "pop_mode": web.pop_mode,
        "now": viewer.now(),
    }
    return viewer.templates.TemplateResponse(request, "_desk_call.html", context)


def categories(desk: Desk, language: str, present: str | None) -> Mapping[str, str]:
    """The categories of the dialplan by name, and the one that the ticket has."""
    dialplan = desk.current.dialplan
    known = dialplan.menus.categories if dialplan is not None else {}
    called = {name: as_read(category.name.get(language, name)) for name, category in known.items()}
    return {**({present: present} if present else {}), **called}


def dispositions(desk: Desk, language: str) -> Mapping[str, str]:
    """What may have come of a call, in the order of their keys."""
    dialplan = desk.current.dialplan
    known = dialplan.dispositions if dialplan is not None else {}
    return {name: disposition.name.get(language, name) for name, disposition in known.items()}


def _pop_values(call: Call, call_id: str) -> Mapping[str, str]:
    ticket, person = call.ticket, call.person
    values = {
        "call_id": call_id,
        "ticket": call.work.number,
        "caller": ticket.caller,
        "language": ticket.language,
        "category": ticket.category or "",
    }
    if person is not None:
        values |= {
            "person.employee_number": person.employee_number,
            "person.name": person.name,
            "person.email": person.email,
        }
    return values
