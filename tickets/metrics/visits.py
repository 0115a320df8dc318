"""Stays in queues, told from the event log.

A visit begins when a caller enters the queue of a group and ends when an agent answers him, he hangs up, or he leaves
it otherwise. It belongs to the interval in which it began, whenever it ended. What is less obvious:

- Handed on, given back to the queue or moved to another group, he waits again: another visit, whose wait begins there
  and then, though on the floor he keeps his old place. Asterisk's queue_log counts it so too.
- A restart of the controller, or its absence, is none of the caller's doing: his visit goes on.
- Who leaves to be called back has left for that; no formula counts him as abandoned. When we call him back and he
  waits for the agent, that is no visit: he was not the one who came.
- Who comes back from the menu begins another visit.
- A call that ends while nobody saw what became of his waiting (Asterisk died) has left, as `lost`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tickets.events import Event, Kind
from tickets.metrics.agent_times import HANDLING, Activity, Stretch

_NONE = timedelta()
_OUR_CALL = "callback"
"""Why somebody waits whom we have called back."""
_TO_BE_CALLED = "request_callback"


class Outcome(StrEnum):
    WAITING = "waiting"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    CALLBACK = "callback"
    """He left to be called back."""
    LEFT = "left"
    """For something else: nobody was there, a message, the menu, another group."""


@dataclass(frozen=True, slots=True)
class Visit:
    """`id` is that of the event with which it began, `why` what he queued for, then for what he left; times are aware
    UTC. Of an answered one `talk`, `hold` and `wrap_up` are the times of all agents who had to do with it, `is_handled`
    that none has any more."""

    id: int
    call_id: str
    group: str
    why: str
    entered_at: datetime
    outcome: Outcome = Outcome.WAITING
    ended_at: datetime | None = None
    agent: str | None = None
    talk: timedelta = _NONE
    hold: timedelta = _NONE
    wrap_up: timedelta = _NONE
    is_handled: bool = False

    def waited(self, at: datetime) -> timedelta:
        """Until its end, or so far; never negative: two processes write the log."""
        return max(_NONE, (self.ended_at or at) - self.entered_at)

    def ended(self, outcome: Outcome, at: datetime, why: str | None = None) -> "Visit":
        return replace(self, outcome=outcome, ended_at=at, why=why or self.why)

    def took(self, stretch: Stretch) -> "Visit":
        match stretch.activity:
            case Activity.TALK:
                return replace(self, talk=self.talk + stretch.length)
            case Activity.HOLD:
                return replace(self, hold=self.hold + stretch.length)
            case Activity.WRAP_UP:
                return replace(self, wrap_up=self.wrap_up + stretch.length)
            case _:
                return self


@dataclass(frozen=True, slots=True)
class Change:
    """A visit as it was (None: it has begun) and as it is."""

    before: Visit | None
    after: Visit


@dataclass(slots=True)
class Visits:
    """Takes events in the order of the log, and tells how visits change by them."""

    waiting: dict[str, Visit] = field(default_factory=dict)
    """By call: who waits now."""
    _answered: dict[str, list[Visit]] = field(default_factory=dict)
    """By call: visits that agents may still have to do with."""
    _early: dict[str, list[Stretch]] = field(default_factory=dict)
    """By call: what was told of agents before it was told that one has answered."""
    _finished: set[str] = field(default_factory=set)

    def take(self, event: Event) -> Iterator[Change]:
        call_id = event.call_id
        if call_id is None:
            return
        match event.kind:
            case Kind.QUEUE_ENTERED:
                yield from self._enter(call_id, event)
            case Kind.QUEUE_ANSWERED:
                yield from self._answer(call_id, event)
            case Kind.QUEUE_ABANDONED:
                yield from self._end(call_id, Outcome.ABANDONED, event.at)
            case Kind.QUEUE_LEFT:
                why = str(event.data.get("reason"))
                outcome = Outcome.CALLBACK if why == _TO_BE_CALLED else Outcome.LEFT
                yield from self._end(call_id, outcome, event.at, why)
            case Kind.CALL_FINISHED:
                yield from self._end(call_id, Outcome.LEFT, event.at, "lost")
                self._finished.add(call_id)
                self._forget_if_over(call_id)

    def handle(self, stretch: Stretch, with_call: Collection[str]) -> Iterator[Change]:
        """An agent's stretch is over; `with_call` are the agents who have to do with its call now."""
        call_id = stretch.call_id
        if call_id is None or stretch.activity not in HANDLING:
            return
        if call_id in self.waiting:
            self._early.setdefault(call_id, []).append(stretch)
        visits = self._answered.get(call_id, [])
        his = _place_of(stretch.agent, visits)
        for place, before in enumerate(visits):
            took, was_handled = (before.took(stretch), False) if place == his else (before, before.is_handled)
            visits[place] = after = replace(took, is_handled=was_handled or not with_call)
            if after != before:
                yield Change(before, after)
        self._forget_if_over(call_id)

    def _enter(self, call_id: str, event: Event) -> Iterator[Change]:
        group, why = str(event.data["group"]), str(event.data["reason"])
        known = self.waiting.get(call_id)
        if known is not None and known.group == group:
            return
        yield from self._end(call_id, Outcome.LEFT, event.at, "moved")
        if why == _OUR_CALL:
            return
        self.waiting[call_id] = Visit(event.id, call_id, group, why, event.at)
        yield Change(None, self.waiting[call_id])

    def _answer(self, call_id: str, event: Event) -> Iterator[Change]:
        waiting = self.waiting.pop(call_id, None)
        if waiting is None:
            return
        answered = replace(waiting.ended(Outcome.ANSWERED, event.at), agent=str(event.data["agent"]))
        for stretch in self._early.pop(call_id, ()):
            answered = answered.took(stretch)
        self._answered.setdefault(call_id, []).append(answered)
        yield Change(waiting, answered)

    def _end(self, call_id: str, outcome: Outcome, at: datetime, why: str | None = None) -> Iterator[Change]:
        waiting = self.waiting.pop(call_id, None)
        if waiting is not None:
            yield Change(waiting, waiting.ended(outcome, at, why))

    def _forget_if_over(self, call_id: str) -> None:
        if call_id in self._finished and all(visit.is_handled for visit in self._answered.get(call_id, ())):
            self._finished.discard(call_id)
            self._answered.pop(call_id, None)
            self._early.pop(call_id, None)


def _place_of(agent: str, visits: list[Visit]) -> int:
    """Of the visit that an agent's time goes to: the latest that he answered, else (handed to him warm) the latest."""
    his = [place for place, visit in enumerate(visits) if visit.agent == agent]
    return his[-1] if his else len(visits) - 1
