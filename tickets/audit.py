"""Which events tell that somebody did something, and who: the audit log is what this table takes from the event log."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tickets.events import Event, Kind


class Subject(StrEnum):
    """What an entry is about."""

    LOGINS = "logins"
    USERS = "users"
    PEOPLE = "people"
    TICKETS = "tickets"
    RECORDINGS = "recordings"
    OUTAGES = "outages"
    FLOOR = "floor"
    """Agents, groups, waiting callers, announcements."""
    SUPERVISION = "supervision"
    DIALPLAN = "dialplan"
    KNOWLEDGE = "knowledge"


@dataclass(frozen=True, slots=True)
class Audited:
    """`who` is the field of the event that says who did it."""

    about: Subject
    who: str = "by"
    also_of_itself: bool = False
    """It also happens without anybody who did it; then it is not in the audit log."""


AUDITED: Mapping[Kind, Audited] = {
    Kind.LOGGED_IN: Audited(Subject.LOGINS, "user"),
    Kind.LOGIN_FAILED: Audited(Subject.LOGINS, "user"),
    Kind.LOGIN_REFUSED: Audited(Subject.LOGINS, "user"),
    Kind.USER_CHANGED: Audited(Subject.USERS),
    Kind.PEOPLE_IMPORTED: Audited(Subject.PEOPLE),
    Kind.PERSON_CHANGED: Audited(Subject.PEOPLE),
    Kind.IDENTIFIED: Audited(Subject.TICKETS, also_of_itself=True),
    Kind.STATUS_CHANGED: Audited(Subject.TICKETS, also_of_itself=True),
    Kind.TICKET_EDITED: Audited(Subject.TICKETS),
    Kind.NOTED: Audited(Subject.TICKETS),
    Kind.CONTINUES: Audited(Subject.TICKETS),
    Kind.TAKEN_UP: Audited(Subject.TICKETS),
    Kind.WRAPPED_UP: Audited(Subject.TICKETS),
    Kind.DIAGNOSED: Audited(Subject.TICKETS),
    Kind.ARTICLE_SENT: Audited(Subject.TICKETS, also_of_itself=True),
    Kind.CALLBACK_CANCELLED: Audited(Subject.TICKETS),
    Kind.RECORDING_PLAYED: Audited(Subject.RECORDINGS, "user"),
    Kind.RECORDING_PAUSED: Audited(Subject.RECORDINGS, "agent"),
    Kind.RECORDING_RESUMED: Audited(Subject.RECORDINGS, "agent"),
    Kind.OUTAGE_DECLARED: Audited(Subject.OUTAGES),
    Kind.OUTAGE_CHANGED: Audited(Subject.OUTAGES),
    Kind.OUTAGE_ENDED: Audited(Subject.OUTAGES),
    Kind.AGENT_CHANGED: Audited(Subject.FLOOR, also_of_itself=True),
    Kind.CALLER_MOVED: Audited(Subject.FLOOR),
    Kind.GROUP_SWITCHED: Audited(Subject.FLOOR),
    Kind.ANNOUNCEMENT_SWITCHED: Audited(Subject.FLOOR),
    Kind.DESK_MESSAGE: Audited(Subject.FLOOR),
    Kind.SUPERVISION_STARTED: Audited(Subject.SUPERVISION),
    Kind.SUPERVISION_CHANGED: Audited(Subject.SUPERVISION),
    Kind.SUPERVISION_ENDED: Audited(Subject.SUPERVISION),
    Kind.DIALPLAN_CHANGED: Audited(Subject.DIALPLAN, also_of_itself=True),
    Kind.ARTICLE_CHANGED: Audited(Subject.KNOWLEDGE),
    Kind.SYSTEM_CHANGED: Audited(Subject.KNOWLEDGE),
    Kind.ARTICLE_RATED: Audited(Subject.KNOWLEDGE),
    Kind.PHRASING_DECIDED: Audited(Subject.KNOWLEDGE),
}

OF_CALLS = frozenset(
    {
        Kind.TICKET_OPENED,
        Kind.SAID,
        Kind.HEARD,
        Kind.UNDERSTOOD,
        Kind.ARTICLE_TRIED,
        Kind.LANGUAGE_CHANGED,
        Kind.DECIDED,
        Kind.FIELDS_NOTED,
        Kind.MARKED,
        Kind.DIALPLAN_USED,
        Kind.QUEUE_ENTERED,
        Kind.QUEUE_OFFERED,
        Kind.QUEUE_REFUSED,
        Kind.QUEUE_ANSWERED,
        Kind.QUEUE_ABANDONED,
        Kind.QUEUE_LEFT,
        Kind.CALL_HELD,
        Kind.CALL_UNHELD,
        Kind.CONSULTED,
        Kind.CONSULT_FAILED,
        Kind.CONFERENCE_JOINED,
        Kind.TRANSFERRED,
        Kind.RETURNED_TO_QUEUE,
        Kind.TALK_JOINED,
        Kind.TALK_LEFT,
        Kind.NOT_TRANSCRIBED,
        Kind.CALLBACK_REQUESTED,
        Kind.CALLBACK_DIALLED,
        Kind.CALLBACK_MISSED,
        Kind.CALLBACK_DONE,
        Kind.CALLBACK_FAILED,
        Kind.NUMBER_DIALLED,
        Kind.RECORDING_ATTACHED,
        Kind.CALL_FINISHED,
        Kind.OUTAGE_JOINED,
    }
)
"""The course of a call: what callers, agents and the line do in it is told on its ticket."""

OF_THE_LINE = frozenset(
    {
        Kind.AGENT_SILENT,
        Kind.TELEPHONE_REPLACED,
        Kind.CALL_RESUMED,
        Kind.ALARM_TOLD,
        Kind.PIN_FAILED,
        Kind.DIALPLAN_REFUSED,
    }
)
"""What comes about by itself, or without changing anything."""


def who_did(event: Event) -> str | None:
    """None of a login under a name that there is not."""
    who = event.data.get(AUDITED[Kind(event.kind)].who)
    return None if who is None else str(who)
