"""The ticket of a caller in the menu, the same that the controller opens for him. Nothing that is told to it keeps him
waiting: it is written in order by the event loop, while the thread of the call goes on."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from datetime import datetime

import structlog

from ivr.conversation import Call, Digits
from ivr.decision import Decision
from ivr.desk import KnownPerson
from ivr.journal import Answered
from ivr.record import TicketRecord, open_record
from tickets.store import Store, StoreError

log = structlog.get_logger(__name__)

_Write = Callable[[TicketRecord], Awaitable[None]]
_SETTLES_WITHIN_S = 2.0


class CallTicket:
    """Implements `menu.Notes`. `opened` gives the store or raises StoreError, `loop` writes."""

    def __init__(
        self,
        opened: Callable[[], Awaitable[Store]],
        call: Call,
        sip_call_id: str,
        now: Callable[[], datetime],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._loop = loop
        self._told: asyncio.Queue[_Write | None] = asyncio.Queue()
        writing = self._write(opened, call, sip_call_id, now)
        self._writing: Future[None] = asyncio.run_coroutine_threadsafe(writing, loop)

    def identified(self, person: KnownPerson) -> None:
        self._tell(lambda record: record.identified(person, "number"))

    def speaks(self, language: str) -> None:
        self._tell(lambda record: record.speaks(language))

    def pressed(self, question: str, key: str) -> None:
        self._tell(lambda record: record.heard(Answered(question, Digits(key))))

    def understood(self, category: str) -> None:
        self._tell(lambda record: record.understood(f"category:{category}", 1.0, category))

    def decided(self, decision: Decision) -> None:
        self._tell(lambda record: record.decided(decision))

    def finished(self) -> None:
        """The caller is gone."""
        self._tell(lambda record: record.finished())

    def settle(self) -> None:
        """Nothing more is told. Returns when all is written, or after two seconds; then it goes on behind his back."""
        self._loop.call_soon_threadsafe(self._told.put_nowait, None)
        try:
            self._writing.result(_SETTLES_WITHIN_S)
        except TimeoutError:
            log.warning("the database is slow; the caller does not wait for it")

    def _tell(self, write: _Write) -> None:
        self._loop.call_soon_threadsafe(self._told.put_nowait, write)

    async def _write(
        self, opened: Callable[[], Awaitable[Store]], call: Call, sip_call_id: str, now: Callable[[], datetime]
    ) -> None:
        try:
            record = await open_record(await opened(), call, sip_call_id, now)
        except StoreError as error:
            log.error("a call without a ticket: the database does not answer", call=call.id, why=str(error))
            return
        while (write := await self._told.get()) is not None:
            await write(record)
        await record.settled()
