"""Whole calls rather than stays in queues: what was solved at the first contact, and what needed no agent.

A contact is a call that came in; it belongs to the interval in which it began, and is counted once it has ended.

- Solved at first contact: the ticket was solved, by the line or by an agent, while the caller was on the line or an
  agent still wrapped up for him; and it was not opened again. A callback or a later solution does not qualify.
- Not solvable at the first level, for the net figure: it joined an outage, or was handed on to somebody else.
- In a menu: the line has asked the caller something.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

from tickets.events import Event, Kind
from tickets.metrics.ratios import share

_NOTICE = "outage.notice"
"""The prompt that asks a caller whether an outage is why he calls."""


@dataclass(frozen=True, slots=True)
class Contact:
    began_at: datetime
    is_over: bool = False
    was_asked: bool = False
    had_agent: bool = False
    heard_of_outage: bool = False
    joined_outage: bool = False
    was_handed_on: bool = False
    is_solved_at_once: bool = False


@dataclass(slots=True)
class ContactTally:
    all: int = 0
    in_menu: int = 0
    contained: int = 0
    matched_outage: int = 0
    joined_outage: int = 0
    solved_at_once: int = 0
    not_solvable: int = 0

    def count(self, contact: Contact, by: int) -> None:
        """`by` 1 takes it in, -1 takes it out again."""
        if not contact.is_over:
            return
        self.all += by
        self.in_menu += by * contact.was_asked
        self.contained += by * (contact.was_asked and contact.is_solved_at_once and not contact.had_agent)
        self.matched_outage += by * contact.heard_of_outage
        self.joined_outage += by * (contact.heard_of_outage and contact.joined_outage)
        self.solved_at_once += by * contact.is_solved_at_once
        is_beyond = contact.joined_outage or contact.was_handed_on
        self.not_solvable += by * (is_beyond and not contact.is_solved_at_once)

    @property
    def containment(self) -> float | None:
        """Calls that ended as solved without an agent / calls in menus."""
        return share(self.contained, self.in_menu)

    @property
    def suppression(self) -> float | None:
        """ "Me too" ends / calls that matched an open outage."""
        return share(self.joined_outage, self.matched_outage)

    @property
    def fcr_gross(self) -> float | None:
        """Solved at first contact / all."""
        return share(self.solved_at_once, self.all)

    @property
    def fcr_net(self) -> float | None:
        """Solved at first contact / (all - not solvable at the first level)."""
        return share(self.solved_at_once, self.all - self.not_solvable)


@dataclass(slots=True)
class Contacts:
    """Takes events in the order of the log; `tally` counts the contacts of `is_wanted`, by when they began."""

    is_wanted: Callable[[datetime], bool]
    tally: ContactTally = field(default_factory=ContactTally)
    _known: dict[str, Contact] = field(default_factory=dict)

    def take(self, event: Event, with_call: Collection[str]) -> None:
        """`with_call` are the agents who have to do with the call of this event."""
        call_id = event.call_id
        if call_id is None:
            return
        if event.kind == Kind.TICKET_OPENED and self.is_wanted(event.at):
            self._known[call_id] = Contact(event.at)
        before = self._known.get(call_id)
        if before is None:
            return
        after = contact_after(before, event, is_in_contact=not before.is_over or bool(with_call))
        if after != before:
            self.tally.count(before, -1)
            self.tally.count(after, 1)
            self._known[call_id] = after


def contact_after(contact: Contact, event: Event, is_in_contact: bool) -> Contact:
    """`is_in_contact`: he is on the line, or an agent still wraps up for him."""
    data = event.data
    match event.kind:
        case Kind.SAID if data.get("question"):
            is_told = _NOTICE in cast(list[str], data.get("prompts") or ())
            return replace(contact, was_asked=True, heard_of_outage=contact.heard_of_outage or is_told)
        case Kind.QUEUE_ANSWERED:
            return replace(contact, had_agent=True)
        case Kind.OUTAGE_JOINED:
            return replace(contact, joined_outage=True)
        case Kind.TRANSFERRED:
            return replace(contact, was_handed_on=True)
        case Kind.STATUS_CHANGED if data["new"] != "closed":
            return replace(contact, is_solved_at_once=data["new"] == "solved" and is_in_contact)
        case Kind.CALL_FINISHED:
            return replace(contact, is_over=True)
        case _:
            return contact
