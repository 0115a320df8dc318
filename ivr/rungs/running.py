"""Many scenarios on one rung."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from ivr.rungs.result import Result
from ivr.scenario import Scenario

Asked = Mapping[Scenario, tuple[str, ...]]
"""The prompts at which the caller of each scenario takes his turns, as known from text."""


class Rung(Protocol):
    async def run(self, scenario: Scenario, asked: tuple[str, ...] = ()) -> Result:
        """One call. `asked` are the prompts at which its caller took his turns in text."""


async def run_all(
    rung: Rung, scenarios: Sequence[Scenario], asked: Asked, at_once: int, tell: Callable[[Result], None]
) -> list[Result]:
    """All of them, so many at a time, in the order of `scenarios`; `tell` hears of each as soon as it is over."""
    free = asyncio.Semaphore(at_once)

    async def run(scenario: Scenario) -> Result:
        async with free:
            result = await rung.run(scenario, asked.get(scenario, ()))
            tell(result)
            return result

    return await asyncio.gather(*map(run, scenarios))
