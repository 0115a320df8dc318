"""Any probe, within its time, a few at once."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from ari_app.diagnosis import command, http, monitoring, ping, tcp
from ari_app.diagnosis.filling import Filling, ValueRefused
from ari_app.diagnosis.settings import DiagnosisSettings
from ari_app.diagnosis.verdict import Finding, Verdict, shortened
from dialplan.explanations import did_you_mean
from dialplan.probes import Probe, ProbesFile
from ivr.desk import Measured

log = logging.getLogger(__name__)

_SILENCE_IS_FAULT = frozenset({"http", "ping", "tcp"})
"""Of these, no answer in time is an answer; of the others nobody knows what they would have said."""


class UnknownProbe(Exception):
    """There is no such probe."""


@dataclass(slots=True)
class ProbeRunner:
    """`now` is the time, aware UTC."""

    settings: DiagnosisSettings
    now: Callable[[], datetime]
    _turns: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._turns = asyncio.Semaphore(self.settings.at_once)

    async def run(self, probes: ProbesFile, name: str, values: Mapping[str, str], by: str) -> Verdict:
        """Whatever goes wrong is the verdict.

        Raises:
            UnknownProbe: there is none of that name.
        """
        probe = probes.probes.get(name)
        if probe is None:
            hint = did_you_mean(name, list(probes.probes)) or "see probes.yaml"
            raise UnknownProbe(f"there is no probe '{name}' — {hint}")
        at, began = self.now(), time.monotonic()
        found = await self._measured(probe, Filling(values, probes.values))
        seconds = round(time.monotonic() - began, 3)
        return Verdict(name, found.state, found.found, found.facts, shortened(found.output), at, seconds, by)

    async def _measured(self, probe: Probe, fill: Filling) -> Finding:
        has_turn = False
        try:
            async with asyncio.timeout(probe.seconds), self._turns:
                has_turn = True
                found: Finding = await self._kinds[probe.kind](getattr(probe, probe.kind), fill)
                return found
        except ValueRefused as refused:
            return refused.finding
        except TimeoutError:
            if not has_turn:
                return Finding("unknown", "too_many", {"at_once": self.settings.at_once})
            state: Measured = "fault" if probe.kind in _SILENCE_IS_FAULT else "unknown"
            return Finding(state, "too_late", {"seconds": probe.seconds})
        except Exception as error:
            log.exception("a probe failed")
            return Finding("unknown", "failed", {"why": str(error) or type(error).__name__})

    @property
    def _kinds(self) -> Mapping[str, Callable[[Any, Filling], Any]]:
        return {
            "http": http.measure,
            "ping": ping.measure,
            "tcp": tcp.measure,
            "command": command.measure,
            "monitoring": partial(monitoring.measure, secrets=self.settings.secrets),
        }
