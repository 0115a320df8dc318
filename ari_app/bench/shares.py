"""Where the time of a turn goes: endpointing, recognizer, and ours."""

from collections.abc import Iterable
from dataclasses import dataclass

from ari_app.bench.turns import Answer
from tickets.events import Kind
from tickets.store import Store


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts of one turn, in seconds; they add up to its latency."""

    endpointing_s: float
    """The silence that makes sure that the caller has finished: a setting."""
    recognizer_s: float
    """From then until the words were known; the way of the sound through Asterisk is in it."""
    ours_s: float
    """From the words to the first sound of the next prompt: understanding, ticket, sound, Asterisk."""


def shares_of(store: Store, answers: Iterable[Answer], endpointing_s: float) -> list[Shares]:
    """The parts of each turn whose words the journal dates; `spoken_at` and the journal share this machine's clock.

    Raises:
        StoreError: the database does not answer.
    """
    found = []
    for answer in answers:
        ticket = store.tickets.of_sip_call(answer.sip_call_id)
        events = store.events.of_ticket(ticket.number) if ticket else []
        heard = [
            event.at
            for event in events
            if event.kind == Kind.HEARD and answer.spoken_at <= event.at <= answer.answered_at
        ]
        if heard:
            known_s = (heard[0] - answer.spoken_at).total_seconds()
            found.append(Shares(endpointing_s, known_s - endpointing_s, answer.latency_s - known_s))
    return found
