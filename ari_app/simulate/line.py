"""Lines of one's own for scenarios: on free ports, with a database that is thrown away, at the time of the scenario."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ari_app.pbx.ports import free_ports
from ari_app.running_line import RunningLine
from ari_app.settings import Settings
from ari_app.up import line_up
from tickets.store import Store, open_store

_PORTS = (
    *(f"HOTLINE_PBX__{name}_PORT" for name in ("SIP", "HTTP", "AMI", "AGI")),
    "HOTLINE_WEB__PORT",
)

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """A line that runs, and its database."""

    running: RunningLine
    store: Store
    settings: Settings


@dataclass(slots=True)
class ScenarioLines:
    """Starts a line for each time at which scenarios begin, when it is first needed; made by `scenario_lines`."""

    settings: Settings
    tell: Tell
    _stack: AsyncExitStack
    _lines: dict[datetime, ScenarioLine] = field(default_factory=dict, init=False)
    _starting: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def at(self, moment: datetime) -> ScenarioLine:
        """The line whose clock stood at `moment` when it was started.

        Raises:
            PbxError, LineError: it does not start.
        """
        async with self._starting:
            if moment not in self._lines:
                self._lines[moment] = await self._stack.enter_async_context(_line(self.settings, moment, self.tell))
            return self._lines[moment]


@asynccontextmanager
async def scenario_lines(settings: Settings, tell: Tell) -> AsyncIterator[ScenarioLines]:
    """The lines that will be needed; all of them end with this context."""
    async with AsyncExitStack() as stack:
        yield ScenarioLines(settings, tell, stack)


@asynccontextmanager
async def _line(settings: Settings, moment: datetime, tell: Tell) -> AsyncIterator[ScenarioLine]:
    with tempfile.TemporaryDirectory(prefix="hotline-simulate-") as folder:
        state = Path(folder) / "state"
        variables = {
            "HOTLINE_STATE": str(state),
            "HOTLINE_CACHE": str(settings.cache_dir),
            "HOTLINE_CLOCK__AHEAD_S": str((moment - datetime.now(UTC)).total_seconds()),
            "HOTLINE_TICKETS__DATABASE_URL": f"sqlite:///{state / 'hotline.db'}",
            "HOTLINE_TICKETS__RECORDINGS": str(state / "recordings"),
            "HOTLINE_SPEECH__MODELS": str(settings.speech.models.absolute()),
            **dict(zip(_PORTS, map(str, free_ports(len(_PORTS))), strict=True)),
        }
        own = settings.changed(variables)
        async with line_up(own, tell) as running:
            with closing(await asyncio.to_thread(open_store, own.tickets)) as store:
                yield ScenarioLine(running, store, own)
