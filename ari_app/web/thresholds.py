"""From where on a figure is shown as worth a look, or as bad."""

from dataclasses import dataclass, field
from typing import Literal

from tickets.metrics.queue_figures import Targets

Alarm = Literal["warn", "bad"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The figure is worth a look at `warn` and bad at `bad`; where less is worse, `bad` is the smaller one."""

    warn: float
    bad: float

    def alarm(self, figure: float | None) -> Alarm | None:
        if figure is None:
            return None
        sign = 1 if self.bad >= self.warn else -1
        if sign * figure >= sign * self.bad:
            return "bad"
        return "warn" if sign * figure >= sign * self.warn else None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Of a group; times in seconds, shares 0…1. `targets` are T and s of the service level."""

    waiting: Bounds = Bounds(3, 6)
    longest_wait_s: Bounds = Bounds(60, 180)
    service_level: Bounds = Bounds(0.8, 0.6)
    abandonment: Bounds = Bounds(0.05, 0.1)
    targets: Targets = field(default_factory=Targets)


DEFAULTS = Thresholds()
