"""Today, as the event log tells it: the figures, and what else a monitor shows that the floor does not know."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, tzinfo

from tickets.callback import CallbackRecord
from tickets.events import Event, Kind
from tickets.metrics.figures import BEFORE, COUNTED, Figures
from tickets.metrics.queue_figures import Targets
from tickets.outage import Outage
from tickets.store import Store
from tickets.switches import Switches

_AT_ONCE = 500
_CHANGES_CALLBACKS = frozenset(
    {
        Kind.CALLBACK_REQUESTED,
        Kind.CALLBACK_DIALLED,
        Kind.CALLBACK_MISSED,
        Kind.CALLBACK_DONE,
        Kind.CALLBACK_FAILED,
        Kind.CALLBACK_CANCELLED,
    }
)
_CHANGES_OUTAGES = frozenset(
    {Kind.OUTAGE_DECLARED, Kind.OUTAGE_CHANGED, Kind.OUTAGE_ENDED, Kind.OUTAGE_JOINED, Kind.STATUS_CHANGED}
)
_CHANGES_SWITCHES = frozenset({Kind.GROUP_SWITCHED, Kind.ANNOUNCEMENT_SWITCHED})


@dataclass(frozen=True, slots=True)
class Listed:
    """What is listed beside the groups."""

    callbacks: Sequence[CallbackRecord] = ()
    outages: Sequence[Outage] = ()
    switches: Switches = field(default_factory=Switches)


@dataclass(slots=True)
class Today:
    """`zone` is whose midnight counts (None: this machine's). Reading takes the database, so `read` runs in a thread;
    what it brings is taken in the event loop by `take`."""

    store: Store
    zone: tzinfo | None
    targets: Targets
    figures: Figures
    listed: Listed = field(default_factory=Listed)
    replaced: dict[str, datetime] = field(default_factory=dict)
    """When an agent's calls went over to another telephone, by agent."""
    _seen: int = 0

    @classmethod
    def begin(cls, store: Store, zone: tzinfo | None, targets: Targets, now: datetime) -> "Today":
        """The day so far, read from the log.

        Raises:
            StoreError: the database does not answer.
        """
        since = midnight(now, zone)
        seen = store.events.last_id()
        today = cls(store, zone, targets, Figures(since, targets=targets), _listed(store), _seen=seen)
        for event in store.events.since(since - BEFORE, (*COUNTED, Kind.TELEPHONE_REPLACED)):
            today._count(event)
        return today

    def read(self, now: datetime) -> "News":
        """What is new in the log, and the lists if they have changed; at midnight another day begins.

        Raises:
            StoreError: the database does not answer.
        """
        if midnight(now, self.zone) != self.figures.since:
            return News((), next_day=Today.begin(self.store, self.zone, self.targets, now))
        events = self.store.events.after(self._seen, _AT_ONCE)
        return News(events, listed=self._listed_anew({event.kind for event in events}))

    def take(self, news: "News") -> None:
        for event in news.events:
            self._count(event)
            self._seen = event.id
        self.listed = news.listed or self.listed

    def _count(self, event: Event) -> None:
        if event.id <= self.figures.last_id:
            return
        if event.kind in COUNTED:
            self.figures.take(event)
        elif event.kind == Kind.TELEPHONE_REPLACED:
            self.replaced[str(event.data["agent"])] = event.at

    def _listed_anew(self, kinds: Collection[str]) -> Listed | None:
        if not (_CHANGES_CALLBACKS | _CHANGES_OUTAGES | _CHANGES_SWITCHES) & set(kinds):
            return None
        return _listed(self.store)


@dataclass(frozen=True, slots=True)
class News:
    events: Sequence[Event]
    listed: Listed | None = None
    next_day: Today | None = None

    @property
    def is_any(self) -> bool:
        return bool(self.events) or self.next_day is not None


def midnight(now: datetime, zone: tzinfo | None) -> datetime:
    """When the local day of `now` began, in UTC."""
    return datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(UTC)


def _listed(store: Store) -> Listed:
    return Listed(store.callbacks.open(), store.outages.active(), store.switches.load())
