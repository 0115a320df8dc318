"""A service desk that knows nobody and nothing: for calls that never were. Each is another transport of its port."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ivr.desk import ActiveOutage, Channel, HowKnown, KnownPerson, Measured, SoFar, Switched, TicketState


class NoPeople:
    """`People` of an empty directory."""

    async def is_empty(self) -> bool:
        return True

    async def of_number(self, number: str) -> tuple[KnownPerson, ...]:
        return ()

    async def of_employee_number(self, digits: str) -> KnownPerson | None:
        return None

    async def pin_is(self, person: KnownPerson, pin: str) -> bool:
        return False


class NoOutages:
    """`Outages` where everything works."""

    async def active(self) -> tuple[ActiveOutage, ...]:
        return ()


class NoSwitches:
    """`Switches` that nobody has touched."""

    async def now(self) -> Switched:
        return Switched()


class NoTickets:
    """`Tickets` of a desk that has none."""

    async def open_of(self, person: KnownPerson) -> tuple[TicketState, ...]:
        return ()

    async def get(self, number: str) -> TicketState | None:
        return None

    async def last_agent(self, since: datetime) -> str | None:
        return None


@dataclass(frozen=True, slots=True)
class KnownVerdicts:
    """`Probes` that measure nothing: these are their verdicts, all others are unknown."""

    verdicts: Mapping[str, Measured] = field(default_factory=dict)

    async def measure(self, probe: str) -> Measured:
        return self.verdicts.get(probe, "unknown")


class NothingSent:
    """`Messenger` that says a message is on its way, and sends none."""

    async def send(self, by: Channel, to: str, text: str) -> bool:
        return True


class EmptyQueues:
    """`Queues` in which nobody waits."""

    def is_full(self, group: str) -> bool:
        return False


class NoTrunk:
    """`Trunk` where people call back by hand."""

    async def may_call(self, number: str) -> bool:
        return True


class Forgotten:
    """`CallRecord` of a call that never was."""

    number = "100000"
    is_proven = False

    async def so_far(self) -> SoFar:
        return SoFar()

    async def speaks(self, language: str) -> None:
        return

    async def understood(self, intent: str, confidence: float, category: str | None) -> None:
        return

    async def article_tried(self, article_id: str, helped: bool | None) -> None:
        return

    async def articles_sent(self, articles: Sequence[str], by: Channel) -> None:
        return

    async def identified(self, person: KnownPerson, how: HowKnown) -> None:
        return

    async def noted(self, fields: Mapping[str, str]) -> None:
        return

    async def scored(self, mark: int) -> None:
        return


class NothingToRecord:
    """`Recorder` where there is no sound."""

    async def start(self) -> None:
        return
