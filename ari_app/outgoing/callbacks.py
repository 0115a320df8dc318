"""Requests to be called back, as callers make and withdraw them. Who carries them out is `dialler.py`."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime

import structlog

from ari_app.acd import callbacks as acd
from ari_app.acd.callbacks import Callback, CallbackState, WrongState
from tickets.callback import CallbackRecord
from tickets.events import Json, Kind
from tickets.store import Store, StoreError
from tickets.ticket import Status

log = structlog.get_logger(__name__)


def callback_of(record: CallbackRecord) -> Callback:
    return Callback(**{**asdict(record), "state": CallbackState(record.state)})


def record_of(callback: Callback) -> CallbackRecord:
    return CallbackRecord(**{**asdict(callback), "state": callback.state.value})


@dataclass(slots=True)
class Callbacks:
    """What calls have to do with requests. `changed` is set when there may be other ones than before; `now` is the
    time, aware UTC."""

    store: Store
    now: Callable[[], datetime]
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def take_back(self, number: str, group: str) -> datetime | None:
        """He waits on the line instead, and is not called back any more. Since when he has been waiting for `group`;
        None when he has not, or nobody can say just now."""
        if not number:
            return None
        try:
            since = await asyncio.to_thread(self.store.callbacks.take_back, number, group, self.now())
        except StoreError as error:
            log.warning("nobody can say whether he waits for a callback", error=str(error))
            return None
        self.changed.set()
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
