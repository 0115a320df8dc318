"""Callbacks: who asked to be called back keeps his place in the queue without holding the line.

    waiting ──> dialling ──> done
       ^ ╰────────╮ │
       ╰──(again)───┴──> failed       waiting ──> cancelled

He waits as an entry of the floor; an offer reserves the agent for him, and only then is he dialled: so there is at most
one dial for each free agent. Pure: every change is a function of what was and of the time (aware UTC).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ari_app.acd.queue import QueueEntry

Opens = Callable[[datetime], datetime | None]
"""The first moment from then on at which callers may be called back; None: never again."""


class CallbackState(StrEnum):
    WAITING = "waiting"
    """For an agent, for the end of a pause, or for the hours in which we call."""
    DIALLING = "dialling"
    """His telephone rings."""
    DONE = "done"
    """He was reached."""
    FAILED = "failed"
    """He was tried as often as the group does, or may not be dialled."""
    CANCELLED = "cancelled"


class WrongState(ValueError):
    """The request is not in the state in which this may happen to it: somebody else was faster."""


@dataclass(frozen=True, slots=True)
class CallbackRules:
    """So many `tries`, with a `pause` between them; after the last one the request has failed."""

    tries: int = 3
    pause: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Callback:
    """`entered_at` and `priority` are those of the wait that it replaces, `requested_at` is when he asked for it.

    `tries` counts the dials, `not_before` is the end of the pause after the last one, `agent` who was there for it.
    """

    id: int
    ticket: str
    number: str
    group: str
    language: str
    entered_at: datetime
    requested_at: datetime
    priority: int = 0
    state: CallbackState = CallbackState.WAITING
    tries: int = 0
    not_before: datetime | None = None
    agent: str | None = None
    ended_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        return self.state not in (CallbackState.WAITING, CallbackState.DIALLING)


def due_at(callback: Callback, opens: Opens, at: datetime) -> datetime | None:
    """When he may be offered to an agent: `at` itself or later; None when that never comes."""
    if callback.state is not CallbackState.WAITING:
        return None
    return opens(max(at, callback.not_before or at))


def entry_of(callback: Callback, group: str, call_id: str) -> QueueEntry:
    """His place among those who hold the line for `group`."""
    return QueueEntry(call_id, group, callback.entered_at, callback.priority, callback=callback.id)


def dial(callback: Callback, agent: str) -> Callback:
    """His telephone begins to ring: `agent` is reserved for him.

    Raises:
        WrongState: it rings already, or the request is over.
    """
    _only(callback, CallbackState.WAITING)
    return replace(callback, state=CallbackState.DIALLING, tries=callback.tries + 1, not_before=None, agent=agent)


def reach(callback: Callback, at: datetime) -> Callback:
    """He has answered.

    Raises:
        WrongState: he was not dialled.
    """
    _only(callback, CallbackState.DIALLING)
    return _end(callback, CallbackState.DONE, at)


def miss(callback: Callback, rules: CallbackRules, at: datetime) -> Callback:
    """He was not reached: once more after a pause, or given up. A restart in the midst of a dial is a miss too.

    Raises:
        WrongState: he was not dialled.
    """
    _only(callback, CallbackState.DIALLING)
    if callback.tries >= rules.tries:
        return _end(callback, CallbackState.FAILED, at)
    return replace(callback, state=CallbackState.WAITING, not_before=at + rules.pause)


def postpone(callback: Callback, until: datetime) -> Callback:
    """Not before then; that is no try.

    Raises:
        WrongState: he is being dialled, or the request is over.
    """
    _only(callback, CallbackState.WAITING)
    return replace(callback, not_before=until)


def fail(callback: Callback, at: datetime) -> Callback:
    """He cannot be called at all.

    Raises:
        WrongState: he is being dialled, or the request is over.
    """
    _only(callback, CallbackState.WAITING)
    return _end(callback, CallbackState.FAILED, at)


def cancel(callback: Callback, at: datetime) -> Callback:
    """He does not want it any more, or has called again.

    Raises:
        WrongState: he is being dialled, or the request is over.
    """
    _only(callback, CallbackState.WAITING)
    return _end(callback, CallbackState.CANCELLED, at)


def _end(callback: Callback, state: CallbackState, at: datetime) -> Callback:
    return replace(callback, state=state, not_before=None, ended_at=at)


def _only(callback: Callback, state: CallbackState) -> None:
    if callback.state is not state:
        raise WrongState(f"callback {callback.id} is {callback.state}, not {state}")
