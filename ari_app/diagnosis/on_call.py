"""Diagnosis within a call: `ivr.desk.Probes` on the ticket of the call."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from ari_app.diagnosis.on_ticket import values_of, verdicts_of
from ari_app.diagnosis.runner import ProbeRunner
from dialplan.probes import ProbesFile
from ivr.desk import Measured
from tickets.store import Store, StoreError

log = structlog.get_logger(__name__)
LINE = "line"
"""Who wanted to know."""


@dataclass(frozen=True, slots=True)
class CallProbes:
    """`number` is that of the call's ticket. While `is_replaying`, what was measured before is known."""

    runner: ProbeRunner
    store: Store
    probes: ProbesFile
    number: str
    is_replaying: Callable[[], bool]

    async def measure(self, probe: str) -> Measured:
        try:
            before = await asyncio.to_thread(self._before, probe) if self.is_replaying() else None
            if before is not None:
                return before
            values = await asyncio.to_thread(self._values)
            verdict = await self.runner.run(self.probes, probe, values, LINE)
            await asyncio.to_thread(self.store.tickets.note_diagnosis, self.number, verdict.as_json(), verdict.at)
        except StoreError as error:
            log.error("the ticket is not there for a diagnosis", probe=probe, error=str(error))
            return "unknown"
        log.info("diagnosed", probe=probe, verdict=verdict.state, found=verdict.found, seconds=verdict.seconds)
        return verdict.state

    def _values(self) -> Mapping[str, str]:
        return values_of(self.store, self.store.tickets.get(self.number))

    def _before(self, probe: str) -> Measured | None:
        found = verdicts_of(self.store, self.number)
        return next((one.state for one in found if one.by == LINE and one.probe == probe), None)
