"""Sees to it that every request to be called back is carried out, whoever made it, and after every restart."""

import asyncio
import contextlib
from dataclasses import dataclass, field

import structlog

from ari_app.ari.errors import AriError
from ari_app.exchange import Exchange
from ari_app.outgoing.callbacks import callback_of
from ari_app.outgoing.calling_back import CallingBack
from tickets.callback import CallbackRecord
from tickets.store import StoreError

log = structlog.get_logger(__name__)

_LOOK_EVERY_S = 15.0
"""Requests may also be made and cancelled by other processes."""
_AFTER_AN_ERROR_S = 5.0


@dataclass(slots=True)
class CallbackDialler:
    """`serve` is its life: a task for each open request."""

    exchange: Exchange
    _attended: dict[int, tuple[CallingBack, asyncio.Task[None]]] = field(default_factory=dict, init=False)

    async def serve(self) -> None:
        """It begins when all who were on the line before us are looked after: those whom we had called are among them.
        Cancelled, it lets go of the calls and leaves those who talk in Asterisk."""
        await self.exchange.queue_is_served.wait()
        changed = self.exchange.callbacks.changed
        try:
            while True:
                changed.clear()
                try:
                    self._attend(await asyncio.to_thread(self.exchange.store.callbacks.open))
                except StoreError as error:
                    log.warning("callbacks not read", error=str(error))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), _LOOK_EVERY_S)
        finally:
            tasks = [task for _, task in self._attended.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _attend(self, records: list[CallbackRecord]) -> None:
        """These are open: each is seen to, and no other has a place in a queue any more."""
        found = {record.id for record in records}
        for callback_id, (calling, task) in self._attended.items():
            if callback_id not in found and not calling.is_busy:
                task.cancel()
        for record in records:
            if record.id not in self._attended:
                self._begin(record)
        distributor = self.exchange.distributor
        for entry in distributor.floor.waiting():
            is_his = entry.callback in found or self.exchange.client.is_followed(entry.call_id)
            if entry.callback is not None and not is_his:
                distributor.give_up(entry.call_id)

    def _begin(self, record: CallbackRecord) -> None:
        calling = CallingBack(self.exchange, callback_of(record))
        task = asyncio.create_task(_carried_out(calling), name=f"callback {record.id}")
        self._attended[record.id] = (calling, task)
        task.add_done_callback(lambda _: self._attended.pop(record.id, None))


async def _carried_out(calling: CallingBack) -> None:
    """What is in the way of it now is so only for a while."""
    structlog.contextvars.bind_contextvars(call=calling.call_id)
    while True:
        try:
            return await calling.carry_out()
        except (StoreError, AriError) as error:
            log.warning("callback interrupted", error=str(error))
        except Exception:
            log.exception("callback interrupted")
        await asyncio.sleep(_AFTER_AN_ERROR_S)
