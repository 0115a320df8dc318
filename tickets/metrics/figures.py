"""All figures of a window of time, told one event after another: what a page shows costs no look at the log."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tickets.events import Event, Kind
from tickets.metrics.agent_times import Agents, AgentTime, Stretch, sum_of
from tickets.metrics.contacts import Contacts, ContactTally
from tickets.metrics.queue_figures import QueueFigures, Tally, Targets
from tickets.metrics.visits import Change, Visit, Visits

COUNTED = (
    Kind.TICKET_OPENED,
    Kind.SAID,
    Kind.STATUS_CHANGED,
    Kind.QUEUE_ENTERED,
    Kind.QUEUE_ANSWERED,
    Kind.QUEUE_ABANDONED,
    Kind.QUEUE_LEFT,
    Kind.TRANSFERRED,
    Kind.OUTAGE_JOINED,
    Kind.AGENT_CHANGED,
    Kind.CALL_FINISHED,
)
"""The kinds of events that are looked at."""
BEFORE = timedelta(days=1)
"""So much of the log before a window is read for it: what agents were at when it began, and whose call goes on."""


@dataclass(slots=True)
class Figures:
    """Of the calls that came, and the time that agents spent, from `since` on and before `until` (aware UTC; None: no
    end). It takes the events of `COUNTED` in the order of the log, from `BEFORE` the window on, and is the same however
    they were cut into pieces. `lately` is how far back the figures of the last minutes go: those know no window."""

    since: datetime
    until: datetime | None = None
    targets: Targets = field(default_factory=Targets)
    lately: timedelta = timedelta(minutes=30)
    last_id: int = 0
    """The newest event that it has taken."""
    _visits: Visits = field(default_factory=Visits)
    _agents: Agents = field(default_factory=Agents)
    _contacts: Contacts = field(init=False)
    _tallies: dict[str, Tally] = field(default_factory=dict)
    _latest: dict[int, Visit] = field(default_factory=dict)
    _times: dict[str, AgentTime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._contacts = Contacts(self._is_within)

    def take(self, event: Event) -> None:
        stretch = self._agents.take(event)
        if stretch is not None:
            self._spend(self._times, stretch)
            for change in self._visits.handle(stretch, self._agents.with_call(stretch.call_id)):
                self._count(change)
        for change in self._visits.take(event):
            self._count(change)
        self._contacts.take(event, self._agents.with_call(event.call_id))
        self._forget(event.at - 2 * self.lately)  # those who write the log may have clocks that differ
        self.last_id = event.id

    @property
    def groups(self) -> tuple[str, ...]:
        """Those whose queues callers came to."""
        return tuple(self._tallies)

    @property
    def waiting(self) -> Mapping[str, Visit]:
        """Who waits, by call."""
        return self._visits.waiting

    @property
    def contacts(self) -> ContactTally:
        """Of the whole line."""
        return self._contacts.tally

    def of(self, groups: Collection[str], at: datetime) -> QueueFigures:
        """The figures of these groups together, as of `at`."""
        whole = Tally()
        for group in groups:
            whole.add(self._tallies.get(group, Tally()))
        return self._with_waiting(whole, groups, self._is_within, at)

    def of_late(self, groups: Collection[str], at: datetime) -> QueueFigures:
        """Of the callers who came in the last minutes before `at`, be it before midnight."""
        whole, since = Tally(), at - self.lately
        for visit in self._latest.values():
            if visit.group in groups and visit.entered_at >= since:
                whole.take(visit, self.targets)
        return self._with_waiting(whole, groups, lambda entered_at: entered_at >= since, at)

    def time_of(self, agents: Collection[str], at: datetime) -> AgentTime:
        """What the time of these agents went into, as of `at`."""
        times = {agent: self._times[agent] for agent in agents if agent in self._times}
        for stretch in self._agents.open(at):
            if stretch.agent in agents:
                self._spend(times, stretch)
        return sum_of(times.values())

    def _is_within(self, moment: datetime) -> bool:
        return self.since <= moment and (self.until is None or moment < self.until)

    def _count(self, change: Change) -> None:
        after = change.after
        if change.before is None or after.id in self._latest:
            self._latest[after.id] = after
        if not self._is_within(after.entered_at):
            return
        tally = self._tallies.setdefault(after.group, Tally())
        if change.before is not None:
            tally.drop(change.before, self.targets)
        tally.take(after, self.targets)

    def _forget(self, before: datetime) -> None:
        while self._latest and next(iter(self._latest.values())).entered_at < before:
            del self._latest[next(iter(self._latest))]

    def _spend(self, times: dict[str, AgentTime], stretch: Stretch) -> None:
        length = stretch.within(self.since, self.until)
        times[stretch.agent] = times.get(stretch.agent, AgentTime()).plus(stretch.activity, length)

    def _with_waiting(
        self, tally: Tally, groups: Collection[str], is_wanted: Callable[[datetime], bool], at: datetime
    ) -> QueueFigures:
        in_groups = (visit for visit in self._visits.waiting.values() if visit.group in groups)
        waiting = [visit for visit in in_groups if is_wanted(visit.entered_at)]
        late = sum(visit.waited(at) > self.targets.answer_within for visit in waiting)
        return QueueFigures(self.targets, tally, len(waiting), late)


def figures_of(
    events: Iterable[Event], since: datetime, until: datetime | None = None, targets: Targets | None = None
) -> Figures:
    """A recomputation from the log."""
    figures = Figures(since, until, targets or Targets())
    for event in events:
        figures.take(event)
    return figures
