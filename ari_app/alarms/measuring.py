"""What an alarm looks at, measured on the board of the web process."""

from collections.abc import Collection
from datetime import datetime

from ari_app.acd.shown import ShownState
from ari_app.web.live_floor import LiveFloor
from ari_app.web.today import Today
from dialplan.monitor import Measure

_FIGURES = {
    Measure.SERVICE_LEVEL: "service_level",
    Measure.ACCESS_RATE: "access_rate",
    Measure.ABANDONMENT: "abandonment",
}


def measure(what: Measure, groups: Collection[str], floor: LiveFloor, today: Today, at: datetime) -> float | None:
    """The value for `groups` together (none: all), shares in percent, whole. None where nothing is known: no calls in
    the last half hour, or the controller is away."""
    among = [group for group in floor.groups if not groups or group in groups]
    if what in _FIGURES:
        share: float | None = getattr(today.figures.of_late(among, at), _FIGURES[what])
        return None if share is None else float(round(share * 100))
    if floor.away_since is not None or not among:
        return None
    if what is Measure.CALLBACKS:
        return float(sum(callback.group in among for callback in today.listed.callbacks))
    if what is Measure.READY_AGENTS:
        ready = {agent.agent for group in among for agent in floor.members(group) if agent.state is ShownState.READY}
        return float(len(ready))
    waits = [(at - caller.since).total_seconds() for group in among for caller in floor.waiting(group)]
    if what is Measure.WAITING:
        return float(len(waits))
    return float(int(max(waits, default=0.0)))
