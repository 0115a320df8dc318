"""How the line is, part by part. What is found is told by the texts `health.<part>.<found>`, what to do about it by
`health.<part>.<found>.todo` (texts/<language>/health.toml)."""

import ctypes
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from ari_app.certificates import certificate_state
from ari_app.control.health_shapes import HealthShape, RecognizerHealth
from ari_app.doctor import COMFORTABLE_BYTES, nearest_existing
from ari_app.pbx.fetch import NEEDED_BYTES
from ari_app.settings import Settings
from tickets.store import Store, StoreError
from tickets.store.condition import condition_of

SLOW_MS = 250.0
"""A small read takes a millisecond; from here on callers hear the database."""
LATE_MS = 50.0
"""Of the controller's event loop at its 99th percentile: the audio of calls comes every 20 ms."""
ENDS_SOON_DAYS = 14
_NOT_SYNCHRONIZED = 5


class State(StrEnum):
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """`name` tells apart several of one part: a language, a folder."""

    part: str
    state: State
    found: str
    slots: Mapping[str, str] = field(default_factory=dict)
    name: str = ""


def controller_findings(health: HealthShape | None) -> Iterator[Finding]:
    """What the controller says of itself and of what it works with; None: it does not answer."""
    if health is None:
        yield Finding("controller", State.BAD, "away")
        return
    yield from _controller(health)
    yield _asterisk(health)
    yield _trunk(health)
    for recognizer in health.recognizers:
        yield _recognizer(recognizer)
    yield Finding("synthesizer", State.OK, health.synthesizer.state)
    version = {"version": health.editions.version}
    problem = health.editions.problem
    yield Finding("dialplan", State.WARN if problem else State.OK, "refused" if problem else "ok", version)


def machine_findings(settings: Settings, store: Store, clock: Callable[[], bool] | None = None) -> Iterator[Finding]:
    """What this process sees itself; `clock` tells whether a time service keeps the machine's."""
    yield _database(store)
    folders = {"state": settings.state_dir, "cache": settings.cache_dir, "recordings": settings.tickets.recordings}
    for name, folder in folders.items():
        yield _disk(name, folder)
    yield _certificate(settings)
    yield _clock(settings, (clock or clock_is_kept)())


def clock_is_kept() -> bool:
    """What the kernel says of the clock (adjtimex, which without a mode only reads)."""
    return bool(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512)) != _NOT_SYNCHRONIZED)


def _controller(health: HealthShape) -> Iterator[Finding]:
    lag = health.loop_lag_ms.p99
    slots = {
        "calls": "–" if health.calls is None else str(health.calls),
        "waiting": str(health.waiting),
        "lag": "–" if lag is None else f"{lag:.0f}",
    }
    is_late = lag is not None and lag >= LATE_MS
    yield Finding("controller", State.WARN if is_late else State.OK, "late" if is_late else "ok", slots)


def _asterisk(health: HealthShape) -> Finding:
    asterisk = health.asterisk
    if not asterisk.connected:
        return Finding("asterisk", State.BAD, "away")
    return Finding("asterisk", State.OK, "ok", {"version": str(asterisk.version), "channels": str(asterisk.channels)})


def _trunk(health: HealthShape) -> Finding:
    if not health.trunk.configured:
        return Finding("trunk", State.OK, "none")
    match health.trunk.reachable:
        case True:
            return Finding("trunk", State.OK, "ok")
        case False:
            return Finding("trunk", State.BAD, "unreachable")
    return Finding("trunk", State.WARN, "unknown")


def _recognizer(recognizer: RecognizerHealth) -> Finding:
    state = {"ready": State.OK, "loading": State.WARN, "down": State.BAD}[recognizer.state]
    found: str = recognizer.state
    if recognizer.state == "ready" and recognizer.restarts:
        state, found = State.WARN, "replaced"
    slots = {
        "workers": str(len(recognizer.pids)),
        "waiting": str(recognizer.waiting),
        "restarts": str(recognizer.restarts),
    }
    return Finding("recognizer", state, found, slots, recognizer.language)


def _database(store: Store) -> Finding:
    try:
        condition = condition_of(store)
    except StoreError as error:
        return Finding("database", State.BAD, "away", {"problem": str(error)})
    slots = {
        "latency": f"{condition.latency_ms:.1f}",
        "size": "–" if condition.bytes is None else f"{condition.bytes / 1e6:.1f} MB",
        "revision": str(condition.revision),
    }
    is_slow = condition.latency_ms >= SLOW_MS
    return Finding("database", State.WARN if is_slow else State.OK, "slow" if is_slow else "ok", slots)


def _disk(name: str, folder: Path) -> Finding:
    free = shutil.disk_usage(nearest_existing(folder)).free
    slots = {"free": f"{free / 1e9:.1f} GB", "folder": str(folder)}
    if free < NEEDED_BYTES:
        return Finding("disk", State.BAD, "full", slots, name)
    if free < COMFORTABLE_BYTES:
        return Finding("disk", State.WARN, "short", slots, name)
    return Finding("disk", State.OK, "ok", slots, name)


def _certificate(settings: Settings) -> Finding:
    state = certificate_state(settings)
    if state is None:
        is_local = settings.web.host in {"127.0.0.1", "::1", "localhost"}
        return Finding("certificate", State.OK if is_local else State.WARN, "local" if is_local else "none")
    slots = {"days": str(state.days_left), "problem": state.problem or ""}
    if state.days_left is None or state.days_left < 0:
        return Finding("certificate", State.BAD, "unusable", slots)
    if state.problem or state.days_left < ENDS_SOON_DAYS:
        return Finding("certificate", State.WARN, "ends", slots)
    return Finding("certificate", State.OK, "ok", slots)


def _clock(settings: Settings, is_kept: bool) -> Finding:
    if settings.clock.ahead_s:
        return Finding("clock", State.WARN, "ahead", {"seconds": f"{settings.clock.ahead_s:.0f}"})
    return Finding("clock", State.OK if is_kept else State.WARN, "ok" if is_kept else "free")
