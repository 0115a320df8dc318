"""What supervisors have switched by hand, as the floor shows it: kept in the database, told to who follows.

A call asks the database itself (`ivr.service_desk.SetSwitches`); only here anything is switched.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from tickets.store.switches import SwitchStore
from tickets.switches import GroupSwitch, Switches


class Switchboard:
    """`now` is the time, aware UTC. Watchers are told after each change."""

    def __init__(self, store: SwitchStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._switches = Switches()
        self._watchers: list[Callable[[], None]] = []
        self._turn = asyncio.Lock()

    @property
    def switches(self) -> Switches:
        return self._switches

    def watch(self, watcher: Callable[[], None]) -> None:
        self._watchers.append(watcher)

    async def load(self) -> None:
        """What was switched before we came.

        Raises:
            StoreError: the database does not answer.
        """
        self._switches = await asyncio.to_thread(self._store.load)

    async def switch_group(self, name: str, to: GroupSwitch | None, by: str) -> None:
        """None: by its calendar again.

        Raises:
            StoreError: the database does not answer; nothing is switched.
        """
        await self._change(lambda: self._store.switch_group(name, to, by, self._now()))

    async def switch_announcement(self, name: str, on: bool, by: str) -> None:
        """
        Raises:
            StoreError: the database does not answer; nothing is switched.
        """
        await self._change(lambda: self._store.switch_announcement(name, on, by, self._now()))

    async def _change(self, change: Callable[[], Switches]) -> None:
        async with self._turn:
            self._switches = await asyncio.to_thread(change)
        for watcher in self._watchers:
            watcher()
