"""One request to be called back, from its place in the queue to its end.

It waits for its time (the end of a pause, the hours of its group), then in the queue, in its place. An offer reserves
an agent for it, and only then anybody is rung. What somebody else has changed meanwhile is not dialled: each change is
made only if the request still is what we think it is (`CallbackStore.change`).
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from ari_app.acd import callbacks as acd
from ari_app.acd.callbacks import Callback, CallbackRules, CallbackState
from ari_app.acd.queue import Offer
from ari_app.agents.telephones import endpoint_of
from ari_app.distributor import Place
from ari_app.exchange import Exchange
from ari_app.legs import dialled_id, ring_agent
from ari_app.outgoing.callbacks import callback_of, record_of
from ari_app.outgoing.dialling import NotAllowed, TooOften
from ari_app.outgoing.outbound import OutboundCall, Unreached, Withdrawn
from dialplan.calendar import next_opening
from dialplan.groups import Group
from ivr.decision import EnterQueue
from ivr.record import TicketRecord
from tickets.events import Json, Kind
from tickets.store import DatabaseUnavailable
from tickets.ticket import ENDED, Status

log = structlog.get_logger(__name__)

_LOOK_AGAIN_S = 60.0
"""The hours of a group may be edited while a request waits for them."""
_TRY_AGAIN_S = 0.5


@dataclass(slots=True)
class CallingBack:
    """`callback` is the request as we know it; while it `is_busy`, somebody is rung or talks."""

    exchange: Exchange
    callback: Callback
    is_busy: bool = False
    _agent: str = field(default="", init=False)
    _writing: asyncio.Task[None] | None = field(default=None, init=False)

    @property
    def call_id(self) -> str:
        return dialled_id(self.callback.ticket, f"callback-{self.callback.id}")

    async def carry_out(self) -> None:
        """Returns when nothing is left to do.

        Raises:
            StoreError, AriError: what is in the way; it may be called again.
        """
        await self._read()
        if self.callback.state is CallbackState.DIALLING:
            await self._settle_old_dial()
        while not self.callback.is_over:
            await self._until_due()
            if self.callback.is_over:
                return
            await self._wait_for_agent()
            await self._read()

    async def begins(self) -> None:
        """As `Course`: from here on it is a try.

        Raises:
            Withdrawn: somebody else was faster.
        """
        dialled = acd.dial(self.callback, self._agent)
        told: dict[str, Json] = {"agent": self._agent, "number_of_try": dialled.tries}
        if not await self._change(dialled, Kind.CALLBACK_DIALLED, told, Status.IN_PROGRESS):
            raise Withdrawn

    async def reached(self) -> None:
        """As `Course`: they talk, whether the database answers or not."""
        log.info("called back", callback=self.callback.id)
        self._writing = asyncio.create_task(self._note_reached())

    async def _settle_old_dial(self) -> None:
        """We died while it rang, and so did the ringing; or while they talked: then they are on the line again."""
        if self.exchange.client.is_followed(self.call_id):
            await self._note_reached()
        else:
            await self._miss("restart")

    async def _until_due(self) -> None:
        while (due := self._due_at()) is None or due > self._now():
            if due is None:
                await self._fail("the group has no hours any more")
                return
            self.exchange.distributor.give_up(self.call_id)  # the place that it had before a restart
            await asyncio.sleep(min((due - self._now()).total_seconds(), _LOOK_AGAIN_S))

    async def _wait_for_agent(self) -> None:
        """In the queue, until something has become of it, were it only that it has to wait for something else."""
        distributor = self.exchange.distributor
        place = distributor.join(acd.entry_of(self.callback, self._group_name, self.call_id))
        try:
            while True:
                offer = await place.next_offer()
                if offer is None:  # all have gone; who does not hold the line can wait for them
                    continue
                self.is_busy = True
                try:
                    if await self._take(place, offer):
                        return
                finally:
                    self.is_busy = False
        finally:
            distributor.leave(place)

    async def _take(self, place: Place, offer: Offer) -> bool:
        """The agent is reserved. False: he does not answer, and the next one is asked."""
        if not await self._may_be_dialled():
            return True
        self._agent = offer.agent
        try:
            if self._group.callback.first == "caller":
                await self._call_first(place, offer)
                return True
            return await self._agent_first(offer)
        except Withdrawn:
            log.info("callback withdrawn", callback=self.callback.id)
        except (Unreached, NotAllowed) as error:
            if self.callback.state is CallbackState.DIALLING:
                await self._miss(str(error))
        finally:
            if self._writing is not None:
                await self._writing
        return True

    async def _agent_first(self, offer: Offer) -> bool:
        record, ring_s = self._record(), self._group.ring_s
        await record.offered(offer.agent)
        endpoint = endpoint_of(self.exchange, offer.agent)
        leg = await ring_agent(self.exchange.client, self.call_id, offer.agent, endpoint, self.callback.number, ring_s)
        if leg is None:
            self.exchange.distributor.refuse(offer)
            await record.refused(offer.agent, "no answer")
            return False
        self.exchange.distributor.answer(offer)
        await self._call(record, offer).from_agent(leg)
        return True

    async def _call_first(self, place: Place, offer: Offer) -> None:
        """Once he is there he waits like any other, and the agent who is reserved for him rings first."""
        place.show(offer)
        await self._call(self._record(), offer).from_called(self.callback.entered_at)

    async def _may_be_dialled(self) -> bool:
        """Not when it is another's by now, its hours are over, its ticket is done, or its number may not be dialled."""
        known = self.callback
        await self._read()
        due = self._due_at()
        if self.callback != known or due is None or due > self._now():
            return False
        ticket = await asyncio.to_thread(self.exchange.store.tickets.get, known.ticket)
        if ticket.status in ENDED:
            cancelled = acd.cancel(known, self._now())
            await self._change(cancelled, Kind.CALLBACK_CANCELLED, {"by": f"ticket {ticket.status}"})
            return False
        try:
            await self.exchange.dialling.check(known.number)
        except TooOften as refused:
            await self._change(acd.postpone(known, refused.until))
            return False
        except NotAllowed as refused:
            await self._fail(str(refused))
            return False
        return True

    async def _note_reached(self) -> None:
        done = acd.reach(self.callback, self._now())
        await self._settle(done, Kind.CALLBACK_DONE, {"agent": self.callback.agent})

    async def _miss(self, reason: str) -> None:
        rules = CallbackRules(self._group.callback.tries, timedelta(minutes=self._group.callback.again_after_min))
        missed = acd.miss(self.callback, rules, self._now())
        log.info("not reached", callback=self.callback.id, reason=reason)
        if missed.not_before is None:
            await self._settle(missed, Kind.CALLBACK_FAILED, {"reason": reason}, Status.OPEN)
        else:
            told: dict[str, Json] = {"reason": reason, "again_at": missed.not_before.isoformat()}
            await self._settle(missed, Kind.CALLBACK_MISSED, told, Status.WAITING)

    async def _fail(self, reason: str) -> None:
        log.warning("callback given up", callback=self.callback.id, reason=reason)
        await self._change(acd.fail(self.callback, self._now()), Kind.CALLBACK_FAILED, {"reason": reason}, Status.OPEN)

    async def _settle(self, after: Callback, kind: Kind, told: dict[str, Json], status: Status | None = None) -> None:
        """What has happened is noted, as long as it takes."""
        while True:
            try:
                await self._change(after, kind, told, status)
                return
            except DatabaseUnavailable as error:
                log.warning("a callback is not noted, and tried again", error=str(error))
            await asyncio.sleep(_TRY_AGAIN_S)

    async def _change(
        self,
        after: Callback,
        kind: Kind | None = None,
        told: dict[str, Json] | None = None,
        status: Status | None = None,
    ) -> bool:
        """Whether the request is `after` now.

        Raises:
            StoreError: the database does not answer.
        """
        before, at = record_of(self.callback), self._now()
        change = self.exchange.store.callbacks.change
        if not await asyncio.to_thread(change, before, record_of(after), kind, told or {}, at, status):
            return False
        self.callback = after
        return True

    async def _read(self) -> None:
        record = await asyncio.to_thread(self.exchange.store.callbacks.get, self.callback.id)
        if record is not None:
            self.callback = callback_of(record)

    def _call(self, record: TicketRecord, offer: Offer) -> OutboundCall:
        return OutboundCall(
            exchange=self.exchange,
            edition=self.exchange.editions.current,
            record=record,
            id=self.call_id,
            number=self.callback.number,
            purpose="callback",
            queue=EnterQueue(self._group_name, "callback", self.callback.priority, agent=offer.agent),
            course=self,
        )

    def _record(self) -> TicketRecord:
        return TicketRecord(self.exchange.store, self.callback.ticket, self.exchange.now, self.callback.language)

    def _due_at(self) -> datetime | None:
        return acd.due_at(self.callback, self._opens, self._now())

    def _opens(self, at: datetime) -> datetime | None:
        """By the hours in which the group calls back, else by those in which it is there. While a supervisor has it
        closed it is looked after again and again."""
        switched = self.exchange.switchboard.switches.group(self._group_name)
        if switched == "closed":
            return at + timedelta(seconds=_LOOK_AGAIN_S)
        if switched == "open" and self._group.callback.hours is None:
            return at
        hours = self._group.callback.hours or self._group.hours
        calendar = self.exchange.editions.current.dialplan.calendars.get(hours or "")
        return next_opening(calendar, at) if calendar is not None else at

    @property
    def _group_name(self) -> str:
        """A group that was taken out of the dialplan leaves its promises to the first one."""
        dialplan = self.exchange.editions.current.dialplan
        return self.callback.group if self.callback.group in dialplan.groups else dialplan.group_of(None)

    @property
    def _group(self) -> Group:
        return self.exchange.editions.current.dialplan.groups[self._group_name]

    def _now(self) -> datetime:
        return self.exchange.now()
