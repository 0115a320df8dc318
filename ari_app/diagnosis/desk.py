"""Diagnosis for people: which probes there are for a ticket, one of them run, and what was found before."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ari_app.diagnosis.filling import Filling
from ari_app.diagnosis.on_ticket import values_of, verdicts_of
from ari_app.diagnosis.runner import ProbeRunner
from ari_app.diagnosis.settings import DiagnosisSettings
from ari_app.diagnosis.verdict import Verdict
from dialplan.names import Texts
from dialplan.probes import ProbesFile
from tickets.store import Store


@dataclass(frozen=True, slots=True)
class Offer:
    """A probe as a page offers it. `title` is by language; `is_suggested`: it is meant for the ticket's category;
    `lacks` are the placeholders that have no value that fits: with any of them it would come to nothing."""

    name: str
    title: Texts
    is_suggested: bool
    lacks: tuple[str, ...]


@dataclass(slots=True)
class DiagnosisDesk:
    """`probes` are those of the dialplan in force, `now` is the time, aware UTC.

    Every method raises `TicketNotFound` and `DatabaseUnavailable`, as the store does.
    """

    settings: DiagnosisSettings
    store: Store
    probes: Callable[[], ProbesFile]
    now: Callable[[], datetime]
    _runner: ProbeRunner = field(init=False)

    def __post_init__(self) -> None:
        self._runner = ProbeRunner(self.settings, self.now)

    async def diagnose(self, number: str, probe: str, by: str) -> Verdict:
        """Measure, and note the verdict on the ticket.

        Raises:
            UnknownProbe: there is none of that name.
        """
        probes = await asyncio.to_thread(self.probes)
        values = await asyncio.to_thread(self._values, number)
        verdict = await self._runner.run(probes, probe, values, by)
        await asyncio.to_thread(self.store.tickets.note_diagnosis, number, verdict.as_json(), verdict.at)
        return verdict

    def probes_for(self, number: str) -> tuple[Offer, ...]:
        """All probes, those that are meant for it first."""
        file, ticket = self.probes(), self.store.tickets.get(number)
        fill = Filling(values_of(self.store, ticket), file.values)
        offers = (
            Offer(name, probe.name, ticket.category in probe.categories, fill.lacks(probe))
            for name, probe in file.probes.items()
        )
        return tuple(sorted(offers, key=lambda offer: not offer.is_suggested))

    def verdicts_of(self, number: str) -> tuple[Verdict, ...]:
        """What was measured for it, newest first."""
        return tuple(verdicts_of(self.store, number))

    def _values(self, number: str) -> Mapping[str, str]:
        return values_of(self.store, self.store.tickets.get(number))
