"""Who may do what on the pages and over the REST API. Nothing else decides it."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What somebody is here; each user has one."""

    EMPLOYEE = "employee"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    REVIEWER = "reviewer"
    """Of the knowledge base."""
    ADMIN = "admin"


class Right(StrEnum):
    TICKETS_SEE = "tickets_see"
    TICKETS_CHANGE = "tickets_change"
    RECORDINGS_HEAR = "recordings_hear"
    OUTAGES_SEE = "outages_see"
    OUTAGES_CHANGE = "outages_change"
    PEOPLE_BIND = "people_bind"
    """Say whose a telephone number is."""
    DIAGNOSE = "diagnose"
    DESK = "desk"
    """Take calls in the browser; only with an agent account."""
    FLOOR_SEE = "floor_see"
    """The REST API of agents and waiting callers."""
    MONITOR_SEE = "monitor_see"
    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"
    AGENTS_CHANGE = "agents_change"
    CALLERS_MOVE = "callers_move"
    GROUPS_SWITCH = "groups_switch"
    ANNOUNCEMENTS_SWITCH = "announcements_switch"
    MESSAGES_SEND = "messages_send"
    DIALPLAN_SEE = "dialplan_see"
    HEALTH_SEE = "health_see"
    AUDIT_SEE = "audit_see"
    KNOWLEDGE_READ = "knowledge_read"
    """Published articles, and to say whether one helped."""
    KNOWLEDGE_WRITE = "knowledge_write"
    """Draft articles, and see what is not published."""
    KNOWLEDGE_REVIEW = "knowledge_review"
    """Publish what somebody else has written, retire, decide what is learnt."""
    USERS_CHANGE = "users_change"


_EMPLOYEE = frozenset({Right.KNOWLEDGE_READ})
_AGENT = _EMPLOYEE | frozenset(
    {
        Right.TICKETS_SEE,
        Right.TICKETS_CHANGE,
        Right.RECORDINGS_HEAR,
        Right.OUTAGES_SEE,
        Right.OUTAGES_CHANGE,
        Right.PEOPLE_BIND,
        Right.DIAGNOSE,
        Right.DESK,
        Right.FLOOR_SEE,
        Right.KNOWLEDGE_WRITE,
    }
)
_SUPERVISOR = _AGENT | {
    Right.MONITOR_SEE,
    Right.LISTEN,
    Right.WHISPER,
    Right.BARGE,
    Right.AGENTS_CHANGE,
    Right.CALLERS_MOVE,
    Right.GROUPS_SWITCH,
    Right.ANNOUNCEMENTS_SWITCH,
    Right.MESSAGES_SEND,
    Right.DIALPLAN_SEE,
    Right.HEALTH_SEE,
}
RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.EMPLOYEE: _EMPLOYEE,
    Role.AGENT: _AGENT,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.REVIEWER: _EMPLOYEE
    | {
        Right.KNOWLEDGE_WRITE,
        Right.KNOWLEDGE_REVIEW,
        Right.TICKETS_SEE,
        Right.OUTAGES_SEE,
        Right.DIALPLAN_SEE,
    },
    # To listen to people is no part of looking after machines.
    Role.ADMIN: frozenset(Right) - {Right.LISTEN, Right.WHISPER, Right.BARGE},
}


def may(role: Role, right: Right) -> bool:
    return right in RIGHTS[role]
