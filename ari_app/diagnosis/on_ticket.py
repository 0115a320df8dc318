"""A ticket as diagnosis sees it: what is known of its caller, by the names of placeholders, and what was measured."""

from collections.abc import Iterator, Mapping

from ari_app.diagnosis.verdict import Verdict, verdict_of
from tickets.events import Kind
from tickets.store import Store
from tickets.ticket import Ticket


def values_of(store: Store, ticket: Ticket) -> Mapping[str, str]:
    """What is not known is left out."""
    known = {"caller.number": ticket.caller, **{f"field.{slot}": value for slot, value in ticket.fields.items()}}
    person = store.people.get(ticket.person_id) if ticket.person_id is not None else None
    if person is not None:
        known |= {
            "person.employee_number": person.employee_number,
            "person.site": person.site or "",
            "person.department": person.department or "",
            "person.email": person.email,
            "person.mobile": person.mobile,
        }
    return {name: value for name, value in known.items() if value}


def verdicts_of(store: Store, number: str) -> Iterator[Verdict]:
    """Newest first."""
    events = reversed(store.events.of_ticket(number))
    return (verdict_of(event) for event in events if event.kind == Kind.DIAGNOSED)
