"""How a talk stands, read from the log of its ticket."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tickets.events import Event, Kind

_OVER = frozenset({Kind.QUEUE_ENTERED, Kind.RETURNED_TO_QUEUE, Kind.TRANSFERRED, Kind.CALL_FINISHED})


@dataclass(frozen=True, slots=True)
class TalkShown:
    """`by` is the agent who has asked `other` into the talk, `is_conference` whether the caller hears both."""

    by: str | None = None
    other: str | None = None
    is_conference: bool = False
    is_recording_paused: bool = False

    def beside(self, agent: str | None) -> str | None:
        """Who talks with `agent` and the caller."""
        return self.by if self.other == agent else self.other


def talk_shown(events: Iterable[Event]) -> TalkShown:
    """The events of a ticket, oldest first."""
    talk = TalkShown()
    for event in events:
        talk = _after(talk, event)
    return talk


def _after(talk: TalkShown, event: Event) -> TalkShown:
    match event.kind:
        case Kind.CONSULTED:
            return _with(talk, event, is_conference=False)
        case Kind.CONFERENCE_JOINED:
            return _with(talk, event, is_conference=True)
        case Kind.TALK_LEFT if event.data["party"] in (talk.by, talk.other):
            return TalkShown(is_recording_paused=talk.is_recording_paused)
        case Kind.RECORDING_PAUSED:
            return replace(talk, is_recording_paused=True)
        case Kind.RECORDING_RESUMED:
            return replace(talk, is_recording_paused=False)
        case kind if kind in _OVER:
            return TalkShown(is_recording_paused=talk.is_recording_paused)
        case _:
            return talk


def _with(talk: TalkShown, event: Event, is_conference: bool) -> TalkShown:
    return TalkShown(str(event.data["agent"]), str(event.data["to"]), is_conference, talk.is_recording_paused)
