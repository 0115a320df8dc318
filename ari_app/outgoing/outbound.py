"""A call that goes out: an agent, the number that is dialled for him, and both of them talking.

From then on it is a call like any other: whom we called stands where a caller stands (`session.py`), and may be held,
handed on and recorded. Its id says that we dialled it, and for which ticket.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

import structlog

from ari_app.ari.client import AriClient
from ari_app.ari.errors import AriError, AriRefused, Conflict
from ari_app.ari.events import ChannelDestroyed, ChannelVanished, StasisEnd, StasisStart
from ari_app.ari.fanout import Subscription
from ari_app.ari.media import open_media
from ari_app.editions.edition import Edition
from ari_app.exchange import Exchange
from ari_app.legs import AgentLeg, CallerLeg, bridge_id
from ari_app.outgoing.dialling import NotAllowed
from ari_app.racing import unless_gone
from ari_app.recording import call_recorder
from ari_app.session import CallSession
from ari_app.spoken_line import conversation_on, open_bridged_media
from ari_app.standing import Standing
from ivr.conversation import Call, CallerHungUp, Expecting, Prompt
from ivr.decision import EnterQueue
from ivr.record import TicketRecord
from ivr.transcript import TranscribedConversation
from ivr.words import Words

log = structlog.get_logger(__name__)

_RING_S = 30
"""So long a number is rung; a mailbox usually answers later."""

Reason = Literal["busy", "no answer", "refused", "wrong number", "not there", "mailbox", "agent hung up", "restart"]
_BY_CAUSE: dict[int, Reason] = {
    1: "wrong number",
    17: "busy",
    18: "no answer",
    19: "no answer",
    21: "refused",
    28: "wrong number",
}
"""By the numbers of Q.850."""


class Unreached(Exception):
    """Nobody who was wanted answered."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class Withdrawn(Exception):
    """The call is not wanted any more."""


class Course(Protocol):
    """Whoever wants the call is told how it goes."""

    async def begins(self) -> None:
        """The number is dialled now.

        Raises:
            Withdrawn: it must not be.
        """

    async def reached(self) -> None:
        """It has answered."""


@dataclass(frozen=True, slots=True)
class OutboundCall:
    """`id` is made by `legs.dialled_id`. `number` is rung for `purpose`, which also chooses the prompts; who answers
    hears them in the language of `record`. `queue` is the one whose agents this concerns."""

    exchange: Exchange
    edition: Edition
    record: TicketRecord
    id: str
    number: str
    purpose: Literal["callback", "call"]
    queue: EnterQueue
    course: Course

    async def from_agent(self, leg: AgentLeg) -> None:
        """The agent has answered: he hears what comes, then music while it rings; then both talk, to their end.

        Raises:
            Withdrawn: by the course.
            NotAllowed: the number may not be dialled.
            Unreached: it did not answer.
            AriError: Asterisk is gone, or does not do it.
        """
        is_talking = False
        try:
            caller = await self._call_for(leg)
            is_talking = True
        except CallerHungUp:
            raise Unreached("agent hung up") from None
        finally:
            if not is_talking:
                await self._release(leg)
        await self._session(caller, Standing(decided=self.queue), (leg,)).run()

    async def from_called(self, since: datetime) -> None:
        """The number is rung first. Who answers says that he is there, waits for an agent as if `since`, and talks with
        him, to the end of the call.

        Raises:
            Withdrawn, NotAllowed, Unreached, AriError: as above; a mailbox does not say that it is there.
        """
        caller = await self._dial()
        is_there = False
        try:
            is_there = await self._is_there(caller)
        except CallerHungUp:
            raise Unreached("refused") from None
        finally:
            if not is_there:
                await self._hang_up(caller.id)
                await self._destroy_bridge()
                caller.events.close()
        if not is_there:
            raise Unreached("mailbox")
        await self.course.reached()
        await self.record.decided(self.queue)
        await self._session(caller, Standing(decided=self.queue, waiting_since=since)).run()

    async def _call_for(self, leg: AgentLeg) -> CallerLeg:
        """Whom we called, in one bridge with the agent, and greeted."""
        client, bridge = self.exchange.client, bridge_id(self.id)
        with contextlib.suppress(Conflict):
            await client.bridges.createWithId(type="mixing", bridgeId=bridge, name=self.id)
        async with noticing_end(client, leg.id) as agent_gone:
            media = await open_media(client)
            line = conversation_on(self.exchange, self.edition, media, self.record.language)
            try:
                await client.bridges.addChannel(bridgeId=bridge, channel=f"{leg.id},{media.channel_id}")
                await unless_gone(line.say(Prompt(f"{self.purpose}.agent", self._agents_language)), agent_gone)
                try:
                    caller = await unless_gone(self._dial_with_music(), agent_gone)
                except (Unreached, NotAllowed):
                    await unless_gone(line.say(Prompt(f"{self.purpose}.unreached", self._agents_language)), agent_gone)
                    raise
                await self.course.reached()
                await self._welcome(caller, TranscribedConversation(line, self.edition.wording, self.record.said))
                return caller
            finally:
                await line.close()
                await media.close()

    async def _welcome(self, caller: CallerLeg, line: TranscribedConversation) -> None:
        """He and the agent hear each other, and who calls; that he has hung up again is the session's to see."""
        prompt = Prompt(f"{self.purpose}.caller", self.record.language)
        try:
            async with noticing_end(self.exchange.client, caller.id) as gone:
                await self.exchange.client.bridges.addChannel(bridgeId=bridge_id(self.id), channel=caller.id)
                await unless_gone(line.say(prompt), gone)
                await call_recorder(self.exchange, self.id, self.record).start()
        except (AriRefused, CallerHungUp):
            return
        except BaseException:
            caller.events.close()
            raise

    async def _is_there(self, caller: CallerLeg) -> bool:
        """He was told who calls, and says yes or presses the key for it."""
        following = asyncio.create_task(caller.follow(), name=f"called {self.id}")
        try:
            media = await open_bridged_media(self.exchange, caller)
            line = conversation_on(self.exchange, self.edition, media, self.record.language)
            heard_by = TranscribedConversation(line, self.edition.wording, self.record.said)
            language = self.record.language
            phrases = self.edition.dialplan.menus.phrases[language]
            try:
                expecting = Expecting("callback", phrases=(*phrases.yes, *phrases.no))
                greeting = (Prompt(f"{self.purpose}.caller", language),)
                for lead in (greeting, ()):
                    heard = await heard_by.ask(Prompt("callback.confirm", language), expecting, lead)
                    if (said := Words(self.edition.dialplan, language).yes_or_no(heard)) is not None:
                        break
                if said:
                    await call_recorder(self.exchange, self.id, self.record).start()
                return bool(said)
            finally:
                await line.close()
                await media.close()
        finally:
            following.cancel()

    async def _dial(self) -> CallerLeg:
        """
        Raises:
            Withdrawn, NotAllowed, Unreached.
        """
        exchange, client = self.exchange, self.exchange.client
        await self.course.begins()
        number = await exchange.dialling.permit(self.number, self.purpose, self.record.number)
        shows = exchange.settings.dialling.shows
        events = client.follow(self.id)
        is_answered = False
        try:
            await client.channels.originate(
                endpoint=exchange.dialling.endpoint(number),
                channelId=self.id,
                app=client.settings.app,
                appArgs="dialled",
                timeout=_RING_S,
                **({"callerId": shows} if shows else {}),
            )
            async for event in events:
                if isinstance(event, StasisStart):
                    is_answered = True
                    return CallerLeg(self.id, events)
                if isinstance(event, ChannelDestroyed):
                    raise Unreached(_BY_CAUSE.get(event.cause, "not there"))
                if isinstance(event, ChannelVanished):
                    break
            raise Unreached("not there")
        except AriRefused as error:
            log.warning("not dialled", error=str(error))
            raise Unreached("not there") from error
        finally:
            if not is_answered:
                events.close()
                await self._hang_up(self.id)

    async def _dial_with_music(self) -> CallerLeg:
        """The agent hears music meanwhile."""
        bridges, bridge = self.exchange.client.bridges, bridge_id(self.id)
        await bridges.startMoh(bridgeId=bridge)
        try:
            return await self._dial()
        finally:
            with contextlib.suppress(AriError):
                await bridges.stopMoh(bridgeId=bridge)

    def _session(self, caller: CallerLeg, standing: Standing, talking: tuple[AgentLeg, ...] = ()) -> CallSession:
        call = Call(self.id, self.number, "", self.record.language, self.exchange.now())
        return CallSession(self.exchange, self.edition, call, caller, self.record, standing, talking)

    @property
    def _agents_language(self) -> str:
        return self.edition.dialplan.menus.languages[0]

    async def _release(self, leg: AgentLeg) -> None:
        """Nothing of a call that did not come about is left."""
        leg.events.close()
        self.exchange.distributor.hang_up(leg.agent)
        for channel in (leg.id, self.id):
            await self._hang_up(channel)
        await self._destroy_bridge()

    async def _hang_up(self, channel: str) -> None:
        with contextlib.suppress(AriError):
            await self.exchange.client.channels.hangup(channelId=channel)

    async def _destroy_bridge(self) -> None:
        with contextlib.suppress(AriError):
            await self.exchange.client.bridges.destroy(bridgeId=bridge_id(self.id))


@contextlib.asynccontextmanager
async def noticing_end(client: AriClient, channel_id: str) -> AsyncIterator[asyncio.Event]:
    """An event that is set once the channel is gone; whoever else follows it is told all the same."""
    gone = asyncio.Event()

    async def notice(events: Subscription) -> None:
        async for event in events:
            if isinstance(event, StasisEnd | ChannelDestroyed | ChannelVanished):
                gone.set()

    with client.follow(channel_id) as events:
        noticing = asyncio.create_task(notice(events), name=f"end of {channel_id}")
        try:
            yield gone
        finally:
            noticing.cancel()
