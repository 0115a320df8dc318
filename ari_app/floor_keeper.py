"""Writes what happens on the floor into the database, behind its back: nobody waits for it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

import structlog

from ari_app.acd.floor import Floor
from ari_app.acd_store import change_of
from ari_app.distributor import Doer
from tickets.events import Json, Kind
from tickets.floor import AgentRecord, EntryRecord, FloorChange, FloorEvent
from tickets.store import StoreError
from tickets.store.floor import FloorStore

log = structlog.get_logger(__name__)

_TRY_AGAIN_S = 0.1
_COMPLAIN_EVERY_S = 60.0
_LAST_TRY_S = 2.0


@dataclass(slots=True)
class _Unwritten:
    """Of agents and entries the latest, of events all."""

    agents: dict[str, AgentRecord] = field(default_factory=dict)
    entries: dict[str, EntryRecord] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)
    events: list[FloorEvent] = field(default_factory=list)

    def add(self, change: FloorChange) -> None:
        self.agents |= {agent.name: agent for agent in change.agents}
        for entry in change.entries:
            self.entries[entry.call_id] = entry
            self.left.discard(entry.call_id)
        for call_id in change.left:
            self.entries.pop(call_id, None)
            self.left.add(call_id)
        self.events += change.events

    def as_change(self) -> FloorChange:
        agents, entries = tuple(self.agents.values()), tuple(self.entries.values())
        return FloorChange(agents, entries, tuple(self.left), tuple(self.events))


class FloorKeeper:
    """`async with FloorKeeper(store.floor, now) as keeper: distributor.watch(keeper.note)`

    One thread writes one change after the other. While the database does not answer, what happens is kept and tried
    again for as long as it takes. At the end the last of it is tried for two seconds.
    """

    def __init__(self, store: FloorStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._unwritten = _Unwritten()
        self._is_noted = asyncio.Event()
        self._is_written = asyncio.Event()
        self._is_written.set()
        # A thread of its own: writers that wait for a locked database would take all those of asyncio.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="floor")
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._write_all(), name="floor keeper")
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await asyncio.wait_for(self._is_written.wait(), _LAST_TRY_S)
        except TimeoutError:
            log.error("the last changes of the floor are not written")
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        self._thread.shutdown(wait=False)

    def note(self, before: Floor, after: Floor, doer: Doer | None = None) -> None:
        """The floor has changed."""
        if before is after:
            return
        change = change_of(before, after, self._now(), doer)
        if change != FloorChange():
            self._add(change)

    def tell(self, kind: Kind, data: dict[str, Json]) -> None:
        """Something happened that changes nobody's state."""
        self._add(FloorChange(events=(FloorEvent(self._now(), kind, data),)))

    async def settled(self) -> None:
        """Returns when all that was noted is written."""
        await self._is_written.wait()

    def _add(self, change: FloorChange) -> None:
        self._unwritten.add(change)
        self._is_noted.set()
        self._is_written.clear()

    async def _write_all(self) -> None:
        while True:
            await self._is_noted.wait()
            self._is_noted.clear()
            change, self._unwritten = self._unwritten.as_change(), _Unwritten()
            await self._write(change)
            if not self._is_noted.is_set():
                self._is_written.set()

    async def _write(self, change: FloorChange) -> None:
        loop = asyncio.get_running_loop()
        complain_at = loop.time()
        while True:
            try:
                return await loop.run_in_executor(self._thread, self._store.save, change)
            except StoreError as error:
                if loop.time() >= complain_at:
                    log.error("the floor is not written, and tried again", error=str(error))
                    complain_at = loop.time() + _COMPLAIN_EVERY_S
            await asyncio.sleep(_TRY_AGAIN_S)
