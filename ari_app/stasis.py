"""Callers as they come in: each gets a ticket and one supervised task; after a restart, all who are there already."""

import asyncio
import contextlib
from collections.abc import Coroutine, Iterable, Sequence
from datetime import timedelta
from typing import Any

import structlog

from ari_app.agents.agent_line import AgentSession, is_agents_code, telephone_of
from ari_app.agents.duty import duty_of
from ari_app.ari.errors import AriError, ignoring_gone
from ari_app.ari.events import Channel, Resynced, StasisStart
from ari_app.ari.fanout import Subscription
from ari_app.editions.edition import Edition
from ari_app.exchange import Exchange
from ari_app.fallback.taking_over import Outside, callers_outside, follow_to_end, take_over
from ari_app.legs import CallerLeg, ticket_of
from ari_app.outgoing.outbound_resumed import resume_outbound
from ari_app.pbx.configuration import BACK
from ari_app.putting_back import complete_log, put_back
from ari_app.recovery import Recovered, finish, recover
from ari_app.session import CallSession
from ari_app.standing import standing_of
from ari_app.talk.supervision_left import end_interrupted
from ivr.conversation import Call
from ivr.record import open_record
from tickets.numbers import normalise

log = structlog.get_logger(__name__)
_RUNG_WITHIN_S = 1.0
_SETTLED_WITHIN_S = 3.0
_SETTLE_AT_ONCE = 4


class Reception:
    """Takes calls until it is cancelled."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._calls: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Cancelled, it lets go of the calls and leaves the callers in Asterisk."""
        arrivals = self._exchange.client.arrivals()
        self._exchange.client.on_resync(self._on_resync)
        try:
            outside = await callers_outside(self._exchange)
            self._leave_talks(outside)
            recovery = await recover(self._exchange)
            await put_back(self._exchange, recovery)
            self._supervise(end_interrupted(self._exchange), "all who were supervised")
            self._supervise(self._resume_all(recovery.calls), "all who were here")
            self._supervise(finish(self._exchange, recovery.gone), "all who are gone")
            self._supervise(take_over(self._exchange, outside), "all in app_queue")
            async for arrival in arrivals:
                self._supervise(self._welcome(arrival.event, arrival.events), arrival.event.channel.id)
        finally:
            self._exchange.distributor.close()  # what the calls let go of from now on stays as it is
            for task in self._calls:
                task.cancel()
            await asyncio.gather(*self._calls, return_exceptions=True)

    async def _on_resync(self, _: Resynced) -> None:
        """The wire was gone, and the dialplan has served whoever called meanwhile."""
        outside = await callers_outside(self._exchange)
        self._leave_talks(outside)
        self._supervise(take_over(self._exchange, outside), "all in app_queue")

    def _leave_talks(self, outside: Iterable[Outside]) -> None:
        for one in outside:
            if not one.is_waiting:
                self._supervise(follow_to_end(self._exchange, one), one.channel.id)

    async def _resume_all(self, calls: Sequence[Recovered]) -> None:
        """Whom an agent is rung for comes first, with nobody beside him; then who talks, and the others in the order in
        which they are due. With the last of them the queue is served.
        """
        waiting = self._exchange.distributor.floor.waiting()
        due = {entry.call_id: place for place, entry in enumerate(waiting)}
        offered = {entry.call_id for entry in waiting if entry.offered_to is not None}
        in_order = sorted(calls, key=lambda found: due.get(found.channel.id, -1))
        await self._settle([found for found in in_order if found.channel.id in offered], _RUNG_WITHIN_S)
        await self._settle([found for found in in_order if found.channel.id not in offered], _SETTLED_WITHIN_S)
        self._exchange.queue_is_served.set()

    async def _settle(self, calls: Sequence[Recovered], within_s: float) -> None:
        """They come to their places, a few at a time, so that the first do not wait for all; no slow one holds the
        others up for longer than `within_s`."""
        slots, settling = asyncio.Semaphore(_SETTLE_AT_ONCE), []
        deadline = asyncio.get_running_loop().time() + within_s
        try:
            for found in calls:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout_at(deadline):
                        await slots.acquire()
                self._supervise(self._resume(found), found.channel.id)
                settling.append(asyncio.create_task(self._exchange.distributor.until_claimed([found.channel.id])))
                settling[-1].add_done_callback(lambda _: slots.release())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(deadline):
                    await asyncio.gather(*settling)
        finally:
            for task in settling:
                task.cancel()

    def _supervise(self, work: Coroutine[Any, Any, None], call_id: str) -> None:
        task = asyncio.create_task(self._guarded(work, call_id), name=f"call {call_id}")
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def _guarded(self, work: Coroutine[Any, Any, None], call_id: str) -> None:
        structlog.contextvars.bind_contextvars(call=call_id)
        try:
            await work
        except Exception:
            log.exception("call failed; the dialplan goes on with it")
            with contextlib.suppress(AriError):
                await self._exchange.client.channels.continueInDialplan(channelId=call_id, label="fallback")

    async def _welcome(self, event: StasisStart, events: Subscription) -> None:
        dialled, sip_call_id, comes, *_ = (*event.args, "", "", "")
        if comes == BACK:
            standing = standing_of(await asyncio.to_thread(self._exchange.store.events.of_call, event.channel.id))
            if standing.is_waiting:
                await self._resume(Recovered(event.channel, events, standing))
                return
        edition = self._exchange.editions.current
        if is_agents_code(dialled):
            await self._serve_agent(event.channel, events, edition, dialled)
            return
        call = self._call(event.channel, dialled or event.channel.dialplan.exten, edition)
        log.info("call", dialled=call.dialled, dialplan=edition.version)
        await self._answer(call.id)
        record = await open_record(self._exchange.store, call, sip_call_id, self._exchange.now)
        await record.served_by(edition.version)
        await CallSession(self._exchange, edition, call, CallerLeg(call.id, events), record).run()

    async def _resume(self, found: Recovered) -> None:
        try:
            await self._go_on(found)
        finally:
            self._exchange.distributor.give_up(found.channel.id)

    async def _go_on(self, found: Recovered) -> None:
        exchange, place = self._exchange, found.channel.dialplan
        if is_agents_code(place.exten):
            await self._serve_agent(found.channel, found.events, exchange.editions.current, place.exten)
            return
        if ticket_of(found.channel.id) is not None:
            await resume_outbound(exchange, found)
            return
        edition = await exchange.editions.of(found.standing.dialplan)
        call = self._call(found.channel, place.exten, edition)
        log.info("call resumed", dialplan=edition.version)
        await self._answer(call.id)  # we may have died before we did
        # As the dialplan called us: Stasis(application,number,Call-ID).
        _, _, sip_call_id, *_ = (*place.app_data.split(","), "", "", "")
        record = await open_record(exchange.store, call, sip_call_id, exchange.now)
        await record.resumed()
        standing = await complete_log(record, found)
        await record.served_by(edition.version)
        leg = CallerLeg(call.id, found.events)
        await CallSession(exchange, edition, call, leg, record, standing, found.talking, found.is_held).run()

    async def _serve_agent(self, channel: Channel, events: Subscription, edition: Edition, code: str) -> None:
        agent, leg = telephone_of(channel), CallerLeg(channel.id, events)
        log.info("an agent's call", agent=agent, code=code)
        await self._answer(channel.id)
        await AgentSession(self._exchange, edition, duty_of(self._exchange), agent, code, leg).run()

    async def _answer(self, call_id: str) -> None:
        with ignoring_gone():
            await self._exchange.client.channels.answer(channelId=call_id)

    def _call(self, channel: Channel, dialled: str, edition: Edition) -> Call:
        exchange = self._exchange
        return Call(
            channel.id,
            normalise(channel.caller.number, exchange.settings.tickets.region),
            dialled,
            edition.dialplan.entry(dialled).language,
            channel.creationtime + timedelta(seconds=exchange.settings.clock.ahead_s),
        )
