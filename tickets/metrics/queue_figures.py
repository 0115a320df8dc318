"""The figures of a queue in an interval: counts and sums of its visits, and every formula that is made of them.

Counted are O offered = A answered + B abandoned + X left otherwise, of which X_cb to be called back. T is the target
wait and s the longest wait of one who hung up at once ("short"); A_T, B_T and B_s are those with a wait of at most T
or s. Who still waits is in none of them.
"""

from dataclasses import dataclass, fields
from datetime import timedelta

from tickets.metrics.ratios import mean_s, share
from tickets.metrics.visits import Outcome, Visit

_NONE = timedelta()


@dataclass(frozen=True, slots=True)
class Targets:
    """T and s of the formulas."""

    answer_within: timedelta = timedelta(seconds=20)
    short_abandon: timedelta = timedelta(seconds=6)


@dataclass(slots=True)
class Tally:
    """Visits counted one by one; `take` and `drop` are exact opposites, as whole microseconds are added."""

    answered: int = 0
    abandoned: int = 0
    called_back: int = 0
    left: int = 0
    answered_in_time: int = 0
    abandoned_in_time: int = 0
    abandoned_short: int = 0
    left_late: int = 0
    handled: int = 0
    wait_of_answered: timedelta = _NONE
    wait_of_abandoned: timedelta = _NONE
    talk: timedelta = _NONE
    hold: timedelta = _NONE
    wrap_up: timedelta = _NONE

    def take(self, visit: Visit, targets: Targets) -> None:
        self._count(visit, targets, 1)

    def drop(self, visit: Visit, targets: Targets) -> None:
        self._count(visit, targets, -1)

    def add(self, other: "Tally") -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    def _count(self, visit: Visit, targets: Targets, by: int) -> None:
        if visit.ended_at is None:
            return
        wait = visit.waited(visit.ended_at)
        is_in_time = wait <= targets.answer_within
        match visit.outcome:
            case Outcome.ANSWERED:
                self.answered += by
                self.answered_in_time += by * is_in_time
                self.wait_of_answered += by * wait
                self._count_handling(visit, by)
            case Outcome.ABANDONED:
                self.abandoned += by
                self.abandoned_in_time += by * is_in_time
                self.abandoned_short += by * (wait <= targets.short_abandon)
                self.wait_of_abandoned += by * wait
            case Outcome.CALLBACK:
                self.called_back += by
                self.left_late += by * (not is_in_time)
            case _:
                self.left += by
                self.left_late += by * (not is_in_time)

    def _count_handling(self, visit: Visit, by: int) -> None:
        """Of a call that an agent still has nobody knows how long it will take."""
        if visit.is_handled:
            self.handled += by
            self.talk += by * visit.talk
            self.hold += by * visit.hold
            self.wrap_up += by * visit.wrap_up


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """`waiting` are those of the interval who still wait, `waiting_late` those of them who wait longer than T already.
    Shares are 0…1, times seconds; each is None where nothing was there to count."""

    targets: Targets
    tally: Tally
    waiting: int = 0
    waiting_late: int = 0

    @property
    def offered(self) -> int:
        """O."""
        return self.tally.answered + self.tally.abandoned + self.left_otherwise

    @property
    def left_otherwise(self) -> int:
        """X."""
        return self.tally.left + self.tally.called_back

    @property
    def service_level(self) -> float | None:
        """SL = A_T / (O - B_s - X_cb): the one that is meant where nothing else is said."""
        return share(self.tally.answered_in_time, self.offered - self.tally.abandoned_short - self.tally.called_back)

    @property
    def events(self) -> int:
        """E: who was answered, hung up, or waited until T."""
        late = self.tally.left_late + self.waiting_late
        return self.tally.answered + self.tally.abandoned + late

    @property
    def service_level_ignoring(self) -> float | None:
        """Cisco ICM, abandoned calls ignored: A_T / (E - B_T)."""
        return share(self.tally.answered_in_time, self.events - self.tally.abandoned_in_time)

    @property
    def service_level_negative(self) -> float | None:
        """Cisco ICM, abandoned calls held against us: A_T / E."""
        return share(self.tally.answered_in_time, self.events)

    @property
    def service_level_positive(self) -> float | None:
        """Cisco ICM, abandoned calls counted as served: (A_T + B_T) / E."""
        return share(self.tally.answered_in_time + self.tally.abandoned_in_time, self.events)

    @property
    def service_level_vonage(self) -> float | None:
        """A_T / (A + B + breakouts), which are those who left to something else."""
        return share(self.tally.answered_in_time, self.offered)

    @property
    def service_level_asterisk(self) -> float | None:
        """app_queue's ServiceLevelPerf, A_T / A: who hangs up is invisible in it."""
        return share(self.tally.answered_in_time, self.tally.answered)

    @property
    def service_level_asterisk_2(self) -> float | None:
        """app_queue's ServiceLevelPerf2, (A_T + B_T) / (A + B): who hangs up at once counts as served."""
        in_time = self.tally.answered_in_time + self.tally.abandoned_in_time
        return share(in_time, self.tally.answered + self.tally.abandoned)

    @property
    def asa_s(self) -> float | None:
        """Average speed of answer: the wait of the answered / A."""
        return mean_s(self.tally.wait_of_answered, self.tally.answered)

    @property
    def abandonment(self) -> float | None:
        """(B - B_s) / (O - B_s)."""
        short = self.tally.abandoned_short
        return share(self.tally.abandoned - short, self.offered - short)

    @property
    def time_to_abandon_s(self) -> float | None:
        """The wait of those who hung up / B."""
        return mean_s(self.tally.wait_of_abandoned, self.tally.abandoned)

    @property
    def access_rate(self) -> float | None:
        """接通率: A / O."""
        return share(self.tally.answered, self.offered)

    @property
    def aht_s(self) -> float | None:
        """Average handling time, (talk + hold + wrap-up) / A; of the answered calls those that are over count."""
        return mean_s(self.tally.talk + self.tally.hold + self.tally.wrap_up, self.tally.handled)
