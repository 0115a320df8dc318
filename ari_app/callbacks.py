"""Requests to be called back, as callers make and withdraw them. Who carries them out is `callback_dialler.py`."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime

import structlog

from ari_app.acd import callbacks as acd
from ari_app.acd.callbacks import Callback, CallbackState, WrongState
from ivr.decision import RequestCallback
from tickets.callback import CallbackRecord
from tickets.events import Json, Kind
from tickets.store import DatabaseUnavailable, Store
from tickets.ticket import Status

log = structlog.get_logger(__name__)

_TRY_AGAIN_S = 0.5
_TRIED_FOR_S = 60.0


def callback_of(record: CallbackRecord) -> Callback:
    return Callback(**{**asdict(record), "state": CallbackState(record.state)})


def record_of(callback: Callback) -> CallbackRecord:
    return CallbackRecord(**{**asdict(callback), "state": callback.state.value})


@dataclass(slots=True)
class Callbacks:
    """`changed` is set whenever a request was made or cancelled here; `now` is the time, aware UTC."""

    store: Store
    now: Callable[[], datetime]
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def request(self, ticket: str, language: str, wanted: RequestCallback) -> None:
        """What the caller was promised. An earlier request for the same number is part of it, with its place.

        A database that does not answer is tried for a minute; a promise that could not be written is logged."""
        deadline = asyncio.get_running_loop().time() + _TRIED_FOR_S
        while True:
            try:
                asked = await asyncio.to_thread(self._request, ticket, language, wanted)
                log.info("callback requested", callback=asked.id, ticket=ticket)
                self.changed.set()
                return
            except DatabaseUnavailable as error:
                if asyncio.get_running_loop().time() >= deadline:
                    log.error("a promised callback is lost", ticket=ticket, error=str(error))
                    return
            await asyncio.sleep(_TRY_AGAIN_S)

    async def take_back(self, number: str, group: str) -> datetime | None:
        """He calls again: he is not called back any more. Since when he has been waiting for `group`, if he has.

        Raises:
            StoreError: the database does not answer.
        """
        since = await asyncio.to_thread(self._take_back, number, group, "")
        self.changed.set()
        return since

    def _request(self, ticket: str, language: str, wanted: RequestCallback) -> CallbackRecord:
        at = self.now()
        earlier = self._take_back(wanted.number, wanted.group, ticket)
        entered_at = min(since for since in (wanted.entered_at, earlier, at) if since is not None)
        return self.store.callbacks.request(
            ticket, wanted.number, wanted.group, language, entered_at, at, wanted.priority
        )

    def _take_back(self, number: str, group: str, but_of: str) -> datetime | None:
        since = None
        for record in self.store.callbacks.of_number(number) if number else ():
            if record.ticket != but_of and cancel(self.store, record, "caller", self.now()) and record.group == group:
                since = min(record.entered_at, since or record.entered_at)
        return since


def cancel(store: Store, record: CallbackRecord, by: str, at: datetime) -> bool:
    """Whether it was cancelled: a request that is being dialled or over is not. Its ticket is open again.

    Raises:
        StoreError: the database does not answer.
    """
    try:
        cancelled = acd.cancel(callback_of(record), at)
    except WrongState:
        return False
    told: dict[str, Json] = {"by": by}
    return store.callbacks.change(record, record_of(cancelled), Kind.CALLBACK_CANCELLED, told, at, Status.OPEN)
