"""Supervisors who hear talks: who is at which, from their wish to their hanging up; each step is in the event log."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from ari_app.acd.agents import SUPERVISING, WITH_A_CALLER, AgentState
from ari_app.agents.telephones import endpoint_of
from ari_app.ari.errors import AriError
from ari_app.ari.events import ChannelDestroyed, ChannelVanished, StasisEnd
from ari_app.ari.fanout import Subscription
from ari_app.exchange import Exchange
from ari_app.legs import SupervisorLeg, ring_supervisor
from ari_app.outgoing.dialling import NotAllowed
from ari_app.racing import unless_gone
from ari_app.talk.errors import NotNow, NotTalking, Unreachable
from ari_app.talk.supervision import Mode, Supervision
from ari_app.talks import Talk
from ivr.conversation import CallerHungUp
from tickets.events import Json, Kind
from tickets.store import StoreError

log = structlog.get_logger(__name__)

_BUSY = WITH_A_CALLER | {AgentState.RINGING}


class Supervisors:
    """At most one talk for each supervisor (`by`) and each telephone (`ear`); a talk may have several of them."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._present: dict[str, Supervision] = {}
        self._stopping: dict[str, asyncio.Event] = {}
        self._paused: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def present(self) -> tuple[Supervision, ...]:
        """Also those whose telephone still rings: they have no leg yet."""
        return tuple(self._present.values())

    async def start(self, agent: str, by: str, ear: str, mode: Mode) -> Supervision:
        """Ring the supervisor; returns once he hears the talk.

        Raises:
            TalkError: why he does not.
        """
        talk = self._exchange.talks.of(agent)
        if talk is None:
            raise NotTalking(f"{agent} has no caller at the moment")
        self._check(agent, by, ear)
        now = self._exchange.now()
        supervision = Supervision(self._exchange.client, by, ear, talk, mode, now)
        stopping = asyncio.Event()
        self._present[by], self._stopping[by] = supervision, stopping
        try:
            self._pause(ear, by)
            endpoint = await self._endpoint(ear)
            leg = supervision.leg = await self._answered(supervision, endpoint, stopping)
            leg.events.follow(talk.leg_id)
            if self._exchange.talks.of(agent) is not talk:
                raise NotTalking(f"{agent}'s talk is over")
            await supervision.begin(self._has_tone(talk))
        except BaseException as error:
            await self._leave(supervision)
            if isinstance(error, AriError):
                raise NotTalking(f"{agent}'s talk is over: {error}") from error
            raise
        await self._tell(Kind.SUPERVISION_STARTED, supervision, mode=mode, ear=ear)
        task = asyncio.create_task(self._follow(supervision, leg, stopping), name=f"supervisor {by}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return supervision

    async def change(self, by: str, mode: Mode) -> Supervision:
        """
        Raises:
            TalkError: it was not done.
        """
        supervision = self._of(by)
        if not supervision.is_on:
            raise NotNow(f"{supervision.ear} still rings")
        if supervision.mode is not mode:
            try:
                await supervision.change(mode)
            except AriError as error:
                raise NotTalking(f"{supervision.talk.agent}'s talk is over: {error}") from error
            await self._tell(Kind.SUPERVISION_CHANGED, supervision, mode=mode)
        return supervision

    async def stop(self, by: str) -> None:
        """
        Raises:
            TalkError: he hears no talk.
        """
        supervision = self._of(by)
        self._stopping[by].set()
        await supervision.is_over.wait()

    async def close(self) -> None:
        """All of them are released: nobody looks after them any more."""
        tasks = tuple(self._tasks)
        for stopping in self._stopping.values():
            stopping.set()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _of(self, by: str) -> Supervision:
        supervision = self._present.get(by)
        if supervision is None:
            raise NotTalking(f"{by} hears nobody's talk at the moment")
        return supervision

    def _check(self, agent: str, by: str, ear: str) -> None:
        if ear == agent:
            raise NotNow("nobody supervises himself")
        if by in self._present:
            raise NotNow(f"you hear the talk of {self._present[by].talk.agent} already: stop that first")
        if any(other.ear == ear for other in self._present.values()):
            raise NotNow(f"somebody hears another talk at {ear} already")
        known = self._exchange.distributor.floor.agents.get(ear)
        if known is not None and known.state in _BUSY:
            raise NotNow(f"{ear} has a caller at the moment")

    async def _endpoint(self, ear: str) -> str:
        """
        Raises:
            Unreachable: the number may not be dialled.
        """
        exchange = self._exchange
        if ear in exchange.distributor.floor.members:
            return endpoint_of(exchange, ear)
        try:
            return exchange.dialling.endpoint(await exchange.dialling.permit(ear, "supervision"))
        except NotAllowed as refusal:
            raise Unreachable(str(refusal)) from None

    async def _answered(self, supervision: Supervision, endpoint: str, stopping: asyncio.Event) -> SupervisorLeg:
        """
        Raises:
            Unreachable, NotTalking, NotNow: he does not answer; the talk, or his wish, is over before.
        """
        exchange, talk = self._exchange, supervision.talk
        gone = asyncio.Event()
        with exchange.client.follow(talk.leg_id) as events:
            watching = asyncio.create_task(_until_over(events, gone))
            try:
                ringing = ring_supervisor(
                    exchange.client, talk.call_id, supervision.ear, endpoint, talk.agent, self._ring_s(talk)
                )
                leg = await unless_gone(ringing, gone, stopping)
            except CallerHungUp:
                if stopping.is_set():
                    raise NotNow("stopped") from None
                raise NotTalking(f"{talk.agent}'s talk is over") from None
            finally:
                watching.cancel()
        if leg is None:
            raise Unreachable(f"{supervision.ear} does not answer")
        return leg

    async def _follow(self, supervision: Supervision, leg: SupervisorLeg, stopping: asyncio.Event) -> None:
        reason = "failed"
        try:
            reason = await unless_gone(supervision.until_over(leg), stopping)
        except CallerHungUp:
            reason = "stopped"
        finally:
            await self._leave(supervision)
            await self._tell(Kind.SUPERVISION_ENDED, supervision, reason=reason)

    async def _leave(self, supervision: Supervision) -> None:
        await supervision.end()
        supervision.is_over.set()
        self._present.pop(supervision.by, None)
        self._stopping.pop(supervision.by, None)
        if supervision.ear in self._paused:
            self._paused.discard(supervision.ear)
            end_pause(self._exchange, supervision.ear)

    def _pause(self, ear: str, by: str) -> None:
        """While he listens no caller is shown to him; who pauses already goes on pausing afterwards."""
        known = self._exchange.distributor.floor.agents.get(ear)
        if known is not None and known.is_logged_in and known.pause is None:
            self._paused.add(ear)
            self._exchange.distributor.pause(ear, SUPERVISING, by)

    def _ring_s(self, talk: Talk) -> int:
        group = self._group(talk)
        return self._exchange.distributor.group(group).ring_s if group is not None else 20

    def _has_tone(self, talk: Talk) -> bool:
        group = self._group(talk)
        return group is not None and self._exchange.distributor.group(group).supervision_tone

    def _group(self, talk: Talk) -> str | None:
        agent = self._exchange.distributor.floor.agents.get(talk.agent)
        return agent.group if agent is not None and agent.group in self._exchange.distributor.floor.rules else None

    async def _tell(self, kind: Kind, supervision: Supervision, **more: Json) -> None:
        talk = supervision.talk
        told: dict[str, Json] = {"by": supervision.by, "agent": talk.agent, "call": talk.call_id, **more}
        log.info(kind.value, **told)
        try:
            events = self._exchange.store.events
            await asyncio.to_thread(events.append, kind, self._exchange.now(), talk.call_id, None, told)
        except StoreError as error:
            log.error("not in the event log", kind=str(kind), error=str(error))


def end_pause(exchange: Exchange, ear: str) -> None:
    """He takes calls again, unless he has changed that himself meanwhile."""
    known = exchange.distributor.floor.agents.get(ear)
    if known is not None and known.pause == SUPERVISING:
        exchange.distributor.end_pause(ear)


async def _until_over(events: Subscription, gone: asyncio.Event) -> None:
    async for event in events:
        if isinstance(event, StasisEnd | ChannelDestroyed | ChannelVanished):
            gone.set()


@asynccontextmanager
async def supervising(exchange: Exchange) -> AsyncIterator[Supervisors]:
    """Supervisors are served as long as this lasts."""
    supervisors = Supervisors(exchange)
    try:
        yield supervisors
    finally:
        await supervisors.close()
