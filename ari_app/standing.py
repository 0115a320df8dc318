"""How far a call had come, read from its history: what a session needs to take it up again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ari_app.legs import ticket_of
from ivr.decision import BackToMenu, Decision, EnterQueue, LeaveMessage, RequestCallback, Solved
from ivr.journal import Answered
from ivr.record import answered_in
from tickets.events import Event, Json, Kind
from tickets.store import Store


@dataclass(frozen=True, slots=True)
class Standing:
    """What has happened in a call. Of a new one nothing has, and `journal` is None.

    `journal` is what was answered in the part of the call that goes on: the flow, the queue, or the flow after he came
    back from there. `decided` is what was decided if that is still to be carried out, `waiting_since` since when the
    caller is in the queue or has a place in it (aware UTC; None: he has not), `has_waited` whether he ever was in one,
    `offered_to` the agent whose telephone rang for him at the end, `agent` who answered, `dialplan` the version that
    the call began with; `is_handed_on` between an agent and the next, `is_secret` while an agent has paused the
    recording.
    """

    journal: tuple[Answered, ...] | None = None
    decided: Decision | None = None
    waiting_since: datetime | None = None
    has_waited: bool = False
    offered_to: str | None = None
    agent: str | None = None
    dialplan: str | None = None
    is_handed_on: bool = False
    is_secret: bool = False

    @property
    def group(self) -> str:
        """The group that he was queued for; "" when he was not."""
        return self.decided.group if isinstance(self.decided, EnterQueue) else ""

    @property
    def is_waiting(self) -> bool:
        """In the queue, and nobody has answered."""
        return isinstance(self.decided, EnterQueue) and self.waiting_since is not None and self.agent is None


def read_standing(store: Store, call_id: str) -> Standing:
    """As the log has it: of a call, or of the ticket about which we have called.

    Raises:
        StoreError: the database does not answer.
    """
    ticket = ticket_of(call_id)
    return standing_of(store.events.of_ticket(ticket) if ticket is not None else store.events.of_call(call_id))


def standing_of(history: Sequence[Event]) -> Standing:
    """The standing of a call with these events, oldest first."""
    standing = Standing(())
    for event in history:
        standing = _in_queue(_after(standing, event), event)
    return standing


def _after(standing: Standing, event: Event) -> Standing:
    match event.kind:
        case Kind.HEARD:
            return replace(standing, journal=(*(standing.journal or ()), *answered_in((event,))))
        case Kind.DIALPLAN_USED:
            return replace(standing, dialplan=str(event.data["version"]))
        case Kind.DECIDED:
            decided = _decision(event.data, standing.has_waited)
            return replace(standing, decided=decided, journal=() if decided == BackToMenu() else standing.journal)
        case Kind.TRANSFERRED if event.data["warm"]:
            return replace(standing, agent=str(event.data["to"]))
        case Kind.TRANSFERRED | Kind.RETURNED_TO_QUEUE:
            return replace(standing, is_handed_on=True)
        case Kind.TALK_JOINED | Kind.QUEUE_ENTERED:
            return replace(standing, is_handed_on=False)
        case Kind.RECORDING_PAUSED | Kind.RECORDING_RESUMED:
            return replace(standing, is_secret=event.kind == Kind.RECORDING_PAUSED)
        case _:
            return standing


def _in_queue(standing: Standing, event: Event) -> Standing:
    match event.kind:
        case Kind.QUEUE_ENTERED:
            since = standing.waiting_since or event.at
            entered = replace(standing, journal=(), waiting_since=since, has_waited=True, offered_to=None, agent=None)
            return _handed_on(entered, event.data) if "since" in event.data else entered
        case Kind.QUEUE_OFFERED:
            return replace(standing, offered_to=str(event.data["agent"]))
        case Kind.QUEUE_REFUSED:
            return replace(standing, offered_to=None)
        case Kind.QUEUE_ANSWERED:
            return replace(standing, offered_to=None, agent=str(event.data["agent"]))
        case Kind.QUEUE_LEFT if event.data.get("reason") == BackToMenu.kind:
            return replace(standing, offered_to=None)
        case Kind.QUEUE_LEFT | Kind.QUEUE_ABANDONED:
            return replace(standing, waiting_since=None, offered_to=None)
        case _:
            return standing


def _handed_on(standing: Standing, data: Mapping[str, Json]) -> Standing:
    """It is another queue, and his old place."""
    since = datetime.fromisoformat(str(data["since"]))
    return replace(standing, waiting_since=since, decided=_queued(data, str(data["group"]), str(data["reason"])))


def _decision(data: Mapping[str, Json], has_waited: bool) -> Decision | None:
    """None for a decision that was carried out by talking alone (solved): the flow comes to it again by itself, unless
    it was made by one who waited."""
    match data:
        case {"decision": EnterQueue.kind, "group": str(group), "reason": str(reason)}:
            return _queued(data, group, reason)
        case {"decision": LeaveMessage.kind, "group": str(group)}:
            return LeaveMessage(group)
        case {"decision": BackToMenu.kind}:
            return BackToMenu()
        case {"decision": Solved.kind, "article": str(article)} if has_waited:
            return Solved(article)
        case {"decision": RequestCallback.kind, "group": str(group), "number": str(number)} if has_waited:
            return RequestCallback(group, number)
        case _:
            return None


def _queued(data: Mapping[str, Json], group: str, reason: str) -> EnterQueue:
    skills, priority, agent, level = (data.get(name) for name in ("skills", "priority", "agent", "level"))
    wanted = skills.items() if isinstance(skills, dict) else ()
    return EnterQueue(
        group,
        reason,
        priority if isinstance(priority, int) else 0,
        {name: level for name, level in wanted if isinstance(level, int)},
        agent if isinstance(agent, str) else None,
        level if isinstance(level, int) else 1,
    )
