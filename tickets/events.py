"""What happened, as one append-only log. An event is written in the transaction of the state it tells of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


class Kind(StrEnum):
    """The kinds of events, and what their `data` holds."""

    TICKET_OPENED = "ticket_opened"
    """caller, dialled, language"""
    SAID = "said"
    """turn (id), who; of the line also prompts (their keys) and question (its name, or null where it asks nothing)"""
    HEARD = "heard"
    """question, heard (the exact answer, masked), turn (id) if there is one: together the journal of a call"""
    UNDERSTOOD = "understood"
    """intent, confidence, category"""
    ARTICLE_TRIED = "article_tried"
    """article, helped"""
    LANGUAGE_CHANGED = "language_changed"
    """language: it is spoken from now on"""
    DECIDED = "decided"
    """decision, and its details"""
    STATUS_CHANGED = "status_changed"
    """old, new"""
    IDENTIFIED = "identified"
    """person (id), how"""
    FIELDS_NOTED = "fields_noted"
    """fields (by name, masked)"""
    MARKED = "marked"
    """mark"""
    DIALPLAN_USED = "dialplan_used"
    """version"""
    QUEUE_ENTERED = "queue_entered"
    """group, reason"""
    QUEUE_OFFERED = "queue_offered"
    """agent"""
    QUEUE_REFUSED = "queue_refused"
    """agent, reason: an offer that did not lead to an answer"""
    QUEUE_ANSWERED = "queue_answered"
    """agent"""
    QUEUE_ABANDONED = "queue_abandoned"
    QUEUE_LEFT = "queue_left"
    """reason"""
    NUMBER_DIALLED = "number_dialled"
    """number, purpose (callback, call, transfer): a call goes out over the trunk"""
    AGENT_CHANGED = "agent_changed"
    """agent, why, state, pause, is_logged_in, is_reachable, call, group; of no call, as the next two"""
    AGENT_SILENT = "agent_silent"
    """agent, call: nothing was heard from him for a while although he talks; his headset may be dead"""
    TELEPHONE_REPLACED = "telephone_replaced"
    """agent, old, new (addresses): another telephone registered as his, and gets his calls from now on"""
    RECORDING_ATTACHED = "recording_attached"
    """recording (id), kind, seconds"""
    CALL_RESUMED = "call_resumed"
    """the controller came back and took the call up again"""
    CALL_FINISHED = "call_finished"
    """cause (Q.850)"""
    OUTAGE_DECLARED = "outage_declared"
    """outage (id), by, systems, sites; on the parent ticket, as the next two"""
    OUTAGE_CHANGED = "outage_changed"
    """outage (id), by, expected_end"""
    OUTAGE_ENDED = "outage_ended"
    """outage (id), by"""
    OUTAGE_JOINED = "outage_joined"
    """outage (id), parent (ticket); on the caller's ticket"""
    LOGGED_IN = "logged_in"
    """user"""
    LOGIN_FAILED = "login_failed"
    """user, locked"""
    USER_CHANGED = "user_changed"
    """user, change"""
    PEOPLE_IMPORTED = "people_imported"
    """added, changed, unchanged, left: how many"""
    PERSON_CHANGED = "person_changed"
    """person (id), change"""
    PIN_FAILED = "pin_failed"
    """person (id), locked"""
    RECORDING_PLAYED = "recording_played"
    """user, recording (id)"""
    DIALPLAN_CHANGED = "dialplan_changed"
    """version: new calls get it"""
    DIALPLAN_REFUSED = "dialplan_refused"
    """version (that calls go on with), problems (with their places, the first ones), count (of all)"""


@dataclass(frozen=True, slots=True)
class Event:
    """`id` grows with every event; `ticket` and `call_id` are None where an event belongs to none."""

    id: int
    at: datetime
    kind: str
    call_id: str | None
    ticket: str | None
    data: Mapping[str, Json] = field(default_factory=dict)
