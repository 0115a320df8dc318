"""How the talk of a caller with people ended, and what follows for him."""

from dataclasses import dataclass

from ivr.decision import EnterQueue


@dataclass(frozen=True, slots=True)
class CallerLeft:
    """He hung up."""


@dataclass(frozen=True, slots=True)
class PeopleLeft:
    """Whoever talked with him hung up; he is there."""


@dataclass(frozen=True, slots=True)
class HandOn:
    """He goes to (another) queue, in his old place; the prompt `say` tells him so."""

    queue: EnterQueue
    say: str


@dataclass(frozen=True, slots=True)
class DialOut:
    """`name` is dialled for him, at `endpoint`; whoever answers talks with him."""

    name: str
    endpoint: str


Parting = CallerLeft | PeopleLeft | HandOn | DialOut
