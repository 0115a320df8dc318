"""Who is behind a call: what its ticket knows of him, read once for each call on the floor."""

from collections.abc import Collection
from dataclasses import dataclass, field

from ari_app.legs import ticket_of
from tickets.store import Store


@dataclass(frozen=True, slots=True)
class CallerCard:
    """`name` is "" of one whom nobody knows, `number` of one who withholds it; `labels` are names of the dialplan."""

    ticket: str
    name: str
    number: str
    labels: tuple[str, ...] = ()


@dataclass(slots=True)
class CallerCards:
    """The cards of calls that are on the floor, by call."""

    store: Store
    cards: dict[str, CallerCard] = field(default_factory=dict)

    def missing(self, calls: Collection[str]) -> frozenset[str]:
        """Those of the calls whose cards are still to be read; cards of others are put away."""
        self.cards = {call: card for call, card in self.cards.items() if call in calls}
        return frozenset(calls).difference(self.cards)

    def read(self, calls: Collection[str]) -> dict[str, CallerCard]:
        """To be called in a thread.

        Raises:
            StoreError: the database does not answer.
        """
        found = {call: self._card(call) for call in calls}
        return {call: card for call, card in found.items() if card is not None}

    def _card(self, call: str) -> CallerCard | None:
        number = ticket_of(call)
        tickets, people = self.store.tickets, self.store.people
        ticket = tickets.get(number) if number is not None else tickets.of_call(call)
        if ticket is None:
            return None
        person = people.get(ticket.person_id) if ticket.person_id is not None else None
        labels = tuple(sorted(person.labels)) if person is not None else ()
        return CallerCard(ticket.number, ticket.person_name, ticket.caller, labels)
