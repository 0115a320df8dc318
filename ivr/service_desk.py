"""The directory, the outages and the tickets as a flow consults them: on the store of the service desk.

A database that does not answer never reaches the flow: nobody is known then, nothing is down, no ticket is found, and
the log says so.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from ivr.desk import ActiveOutage, KnownPerson, SoFar, Switched, TicketState
from tickets.outage import Outage
from tickets.people import Person
from tickets.store import Store, StoreError, TicketNotFound
from tickets.switches import Switches
from tickets.ticket import Ticket

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")

_ASKED_FOR_S = 3.0

# Threads of our own: those of asyncio are everybody's, and a slow database must not take them (as in `ivr.record`).
_READERS = ThreadPoolExecutor(2, thread_name_prefix="desk")


@dataclass(frozen=True, slots=True)
class Directory:
    """`ivr.desk.People`; `now` is the time, aware UTC."""

    store: Store
    now: Callable[[], datetime]

    async def is_empty(self) -> bool:
        """A directory that does not answer counts as empty: nobody is asked who he is in vain."""
        return await _asked(self.store.people.is_empty, True)

    async def of_number(self, number: str) -> tuple[KnownPerson, ...]:
        nobody: tuple[Person, ...] = ()
        people = await _asked(lambda: self.store.people.of_number(number), nobody)
        return tuple(_known(person) for person in people)

    async def of_employee_number(self, digits: str) -> KnownPerson | None:
        person = await _asked(lambda: self.store.people.of_employee_number(digits), None)
        return _known(person) if person else None

    async def pin_is(self, person: KnownPerson, pin: str) -> bool:
        return await _asked(lambda: self.store.people.check_pin(person.id, pin, self.now()), False)


@dataclass(frozen=True, slots=True)
class DeclaredOutages:
    """`ivr.desk.Outages`."""

    store: Store

    async def active(self) -> tuple[ActiveOutage, ...]:
        nothing: list[Outage] = []
        outages = await _asked(self.store.outages.active, nothing)
        return tuple(ActiveOutage(one.id, one.systems, one.sites, one.texts) for one in outages)


@dataclass(frozen=True, slots=True)
class SetSwitches:
    """`ivr.desk.Switches`."""

    store: Store

    async def now(self) -> Switched:
        switches = await _asked(self.store.switches.load, Switches())
        groups = {name: switches.group(name) == "open" for name in switches.groups}
        return Switched(groups, frozenset(switches.announcements))


@dataclass(frozen=True, slots=True)
class OtherTickets:
    """`ivr.desk.Tickets` of the call whose ticket is `number`."""

    store: Store
    number: str

    async def open_of(self, person: KnownPerson) -> tuple[TicketState, ...]:
        none: list[Ticket] = []
        tickets = await _asked(lambda: self.store.tickets.open_of_person(person.id, self.number), none)
        return tuple(_state(ticket) for ticket in tickets)

    async def last_agent(self, since: datetime) -> str | None:
        return await _asked(lambda: self.store.tickets.last_agent(self.number, since), None)

    async def get(self, number: str) -> TicketState | None:
        ticket = await _asked(lambda: _found(self.store, number), None)
        return _state(ticket) if ticket else None


async def so_far(store: Store, number: str) -> SoFar:
    """What the ticket `number` says of its call."""
    return await _asked(lambda: _so_far(store, number), SoFar())


def _so_far(store: Store, number: str) -> SoFar:
    ticket = store.tickets.get(number)
    person = store.people.get(ticket.person_id) if ticket.person_id is not None else None
    return SoFar(
        ticket.language,
        _known(person) if person else None,
        ticket.known_by,
        ticket.category,
        ticket.subject,
        frozenset(tried.article for tried in ticket.articles),
    )


def _found(store: Store, number: str) -> Ticket | None:
    try:
        return store.tickets.get(number)
    except TicketNotFound:
        return None


async def _asked(question: Callable[[], Answer], otherwise: Answer) -> Answer:
    """The store's answer; `otherwise` when it has none within the time that a caller waits."""
    try:
        async with asyncio.timeout(_ASKED_FOR_S):
            return await asyncio.get_running_loop().run_in_executor(_READERS, question)
    except (StoreError, TimeoutError) as error:
        log.error("the service desk does not answer: %s", error or f"nothing for {_ASKED_FOR_S:.0f} s")
        return otherwise


def _known(person: Person) -> KnownPerson:
    return KnownPerson(
        id=person.id,
        employee_number=person.employee_number,
        name=person.name,
        site=person.site,
        department=person.department,
        language=person.language,
        labels=person.labels,
        mobile=person.mobile,
        email=person.email,
        has_pin=person.has_pin,
    )


def _state(ticket: Ticket) -> TicketState:
    return TicketState(ticket.number, ticket.status, ticket.subject, ticket.person_id, ticket.created_at)
