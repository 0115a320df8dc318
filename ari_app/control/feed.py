"""The floor for those who follow it: all of it first, then what changes."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import BaseModel

from ari_app.acd.floor import Floor
from ari_app.control.shapes import change_shape, floor_shape
from ari_app.control.switches import is_group_open
from ari_app.distributor import Distributor, Doer
from dialplan.loader import Dialplan
from tickets.switches import Switches

Drop = Callable[[], None]
_LOOKS_AT_HOURS_S = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class _Follower:
    lines: asyncio.Queue[str]
    drop: Drop


class Feed:
    """Lines of JSON: `{"floor": …}` at first and whenever groups were edited, switched, opened or closed, `{"changed":
    …}` in between."""

    def __init__(
        self,
        distributor: Distributor,
        dialplan: Callable[[], Dialplan],
        switches: Callable[[], Switches] = Switches,
        most_behind: int = 500,
    ) -> None:
        self._distributor = distributor
        self._dialplan = dialplan
        self._switches = switches
        self._most_behind = most_behind
        self._followers: set[_Follower] = set()
        distributor.watch(self._changed)

    @contextmanager
    def follow(self, drop: Drop) -> Iterator[asyncio.Queue[str]]:
        """The lines from now on. Who is more than `most_behind` lines behind gets no more: `drop` is called, and he may
        come back for a new beginning."""
        follower = _Follower(asyncio.Queue(self._most_behind), drop)
        follower.lines.put_nowait(self._whole())
        self._followers.add(follower)
        try:
            yield follower.lines
        finally:
            self._followers.discard(follower)

    def tell_all(self) -> None:
        """Something of the groups is different that is no change of the floor."""
        self._tell(self._whole())

    async def watch_hours(self) -> None:
        """Tell when a group opens or closes by its calendar; until it is cancelled."""
        before = self._open()
        while True:
            await asyncio.sleep(_LOOKS_AT_HOURS_S)
            now = self._open()
            if now != before:
                self.tell_all()
            before = now

    def _open(self) -> set[str]:
        dialplan, switches, at = self._dialplan(), self._switches(), self._distributor.now()
        return {name for name in self._distributor.floor.rules if is_group_open(switches, name, dialplan, at)}

    def _changed(self, before: Floor, after: Floor, _: Doer | None) -> None:
        if not self._followers:
            return
        line = self._difference(before, after)
        if line is not None:
            self._tell(line)

    def _tell(self, line: str) -> None:
        for follower in tuple(self._followers):
            try:
                follower.lines.put_nowait(line)
            except asyncio.QueueFull:
                self._followers.discard(follower)
                follower.drop()

    def _difference(self, before: Floor, after: Floor) -> str | None:
        if before.rules is not after.rules or before.cards is not after.cards:
            return self._whole()
        change = change_shape(before, after, self._dialplan(), self._distributor.now())
        return _line("changed", change) if change is not None else None

    def _whole(self) -> str:
        at = self._distributor.now()
        return _line("floor", floor_shape(self._distributor.floor, self._dialplan(), at, self._switches()))


def _line(name: str, shape: BaseModel) -> str:
    return f'{{"{name}":{shape.model_dump_json()}}}\n'
