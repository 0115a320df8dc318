"""How late the event loop is: whatever computes in it makes all calls wait."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from ari_app.racing import meanwhile

_EVERY_S = 0.05
_REMEMBERED_S = 60.0


@dataclass(slots=True)
class LoopLag:
    """The last minute, measured every 50 ms: by how much a sleep took longer than it should, in seconds."""

    _late_s: deque[float] = field(default_factory=lambda: deque(maxlen=round(_REMEMBERED_S / _EVERY_S)), init=False)

    async def measure(self) -> None:
        """Until it is cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _EVERY_S
            await asyncio.sleep(_EVERY_S)
            self._late_s.append(max(0.0, loop.time() - due))

    def percentile_ms(self, percent: float) -> float | None:
        """None before anything was measured."""
        if not self._late_s:
            return None
        ordered = sorted(self._late_s)
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000, 1)


@asynccontextmanager
async def measuring_lag() -> AsyncIterator[LoopLag]:
    """Measured as long as this lasts."""
    lag = LoopLag()
    async with meanwhile(lag.measure(), "loop lag"):
        yield lag
