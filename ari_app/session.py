"""One call from answer to hang-up: its legs, its bridge, and the decisions of its flow carried out."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from ari_app.ari.errors import AriError, AriRefused, ignoring_gone
from ari_app.ari.media import MediaLine
from ari_app.call_desk import CallDesk
from ari_app.edition import Edition
from ari_app.exchange import Exchange
from ari_app.legs import NORMAL_CLEARING, OUT_OF_ORDER, AgentLeg, CallerLeg, bridge_id
from ari_app.queueing import wait_in_queue
from ari_app.racing import until_first
from ari_app.recording import CallRecorder, call_recorder
from ari_app.spoken_line import conversation_on, open_bridged_media
from ari_app.standing import Standing, standing_of
from ari_app.voicemail import take_message
from ivr.conversation import Call, CallerHungUp, Prompt
from ivr.decision import Decision, EnterQueue, LeaveMessage, RequestCallback
from ivr.flow import take_call
from ivr.journal import JournalledConversation, JournalledMessenger, JournalledRecord
from ivr.record import TicketRecord
from ivr.speech.conversation import AudioConversation
from ivr.transcript import TranscribedConversation

log = structlog.get_logger(__name__)
_HANG_UP_WITHIN_S = 1.0


@dataclass(slots=True)
class CallSession:
    """The running call; `edition` is what it says and understands to its end.

    `standing` is how far it had come before a restart of the controller, `talking` the agent whom the caller is
    connected with by then."""

    exchange: Exchange
    edition: Edition
    call: Call
    caller: CallerLeg
    record: TicketRecord
    standing: Standing = field(default_factory=Standing)
    talking: AgentLeg | None = None
    _media: MediaLine | None = field(default=None, init=False)
    _recorder: CallRecorder = field(init=False)

    def __post_init__(self) -> None:
        self._recorder = call_recorder(self.exchange, self.call.id, self.record)

    async def run(self) -> None:
        """Carry the call to its end. Cancellation leaves the caller in Asterisk: only this process stops."""
        following = asyncio.create_task(self.caller.follow(), name=f"caller {self.call.id}")
        try:
            try:
                while not await self._is_served():
                    log.warning("the caller is there, his sound was lost: once more from the journal")
                    history = await asyncio.to_thread(self.exchange.store.events.of_call, self.call.id)
                    self.standing = standing_of(history)
            except AriError as error:
                log.warning("call lost", error=str(error))
                self.caller.cause = self.caller.cause or OUT_OF_ORDER
            except Exception:
                log.exception("call failed; the dialplan goes on with it")
                await self._hand_back()
            await self._end()
        finally:
            following.cancel()
            self.caller.events.close()
            if self._media is not None:
                await self._media.close()

    async def _is_served(self) -> bool:
        """Serve the call; False when its media leg broke while the caller was there."""
        try:
            await self._serve()
        except CallerHungUp:
            # The two legs' ends are told apart only by waiting for the caller's own.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.caller.gone.wait(), _HANG_UP_WITHIN_S)
            if not self.caller.gone.is_set():
                return False
            log.info("caller hung up")
        return True

    async def _serve(self) -> None:
        if self.talking is not None:
            if self.standing.agent is None:
                await self.record.answered(self.talking.agent)
            await self._talk_with(self.talking)
            return
        if self.standing.agent is not None:
            log.info("the agent has hung up while we were away")
            return
        conversation = await self._open_line()
        try:
            decision = self.standing.decided or await self._talk(conversation)
            await self._carry_out(decision, conversation)
        finally:
            await conversation.close()

    async def _open_line(self) -> AudioConversation:
        self._media = await open_bridged_media(self.exchange, self.caller)
        return conversation_on(self.exchange, self.edition, self._media, self.record.language)

    async def _talk(self, line: AudioConversation) -> Decision:
        transcribed = TranscribedConversation(line, self.edition.wording, self.record.said)
        conversation = JournalledConversation(transcribed, self.record.heard, self.standing.journal)
        desk = CallDesk(
            self.exchange,
            self.edition,
            JournalledRecord(self.record, conversation),
            self._recorder,
            JournalledMessenger(self.exchange.messenger, conversation),
        )
        try:
            decision = await take_call(self.call, conversation, desk)
        except (CallerHungUp, AriError):
            raise
        except Exception:
            # Whatever breaks, the caller reaches a human.
            log.exception("the flow failed")
            await transcribed.say(Prompt("line.trouble", line.language))
            decision = EnterQueue(self.edition.dialplan.group_of(None), "trouble")
        log.info("decided", decision=decision.kind)
        await self.record.decided(decision)
        return decision

    async def _carry_out(self, decision: Decision, conversation: AudioConversation) -> None:
        if isinstance(decision, RequestCallback):
            self.exchange.callbacks.changed.set()
        if isinstance(decision, EnterQueue):
            if await self._reach_agent(decision, conversation):
                return
            decision = LeaveMessage(decision.group)
        if isinstance(decision, LeaveMessage):
            await take_message(self.exchange, self.record, conversation, decision)

    async def _reach_agent(self, decision: EnterQueue, conversation: AudioConversation) -> bool:
        """Wait for an agent and talk with him; False when nobody is there."""
        since = (
            self.standing.waiting_since or await self._old_place(decision.group, conversation) or self.exchange.now()
        )
        while True:
            leg = await wait_in_queue(self.exchange, self.call, self.record, self.caller, conversation, decision, since)
            if leg is None:
                return False
            if await self._connect(leg):
                await self._talk_with(leg)
                return True

    async def _old_place(self, group: str, conversation: AudioConversation) -> datetime | None:
        """Of who calls again before he was called back: since when he has been waiting."""
        since = await self.exchange.callbacks.take_back(self.call.caller, group)
        if since is not None:
            await conversation.say(Prompt("callback.kept", conversation.language))
        return since

    async def _connect(self, leg: AgentLeg) -> bool:
        """Caller and agent hear each other; False when the agent has hung up already."""
        try:
            await self.exchange.client.bridges.addChannel(bridgeId=bridge_id(self.call.id), channel=leg.id)
        except AriError as error:
            await self._release(leg)
            if isinstance(error, AriRefused):
                return False
            raise
        if self._media is not None:
            await self._media.close()
        await self.record.answered(leg.agent)
        return True

    async def _talk_with(self, leg: AgentLeg) -> None:
        """Caller and agent talk until one of them hangs up. Cancelled, it leaves them to it."""
        log.info("talking", agent=leg.agent)
        await until_first(leg.gone(), self.caller.gone.wait())
        await self._release(leg)

    async def _release(self, leg: AgentLeg) -> None:
        leg.events.close()
        self.exchange.distributor.hang_up(leg.agent)
        with ignoring_gone():
            await self.exchange.client.channels.hangup(channelId=leg.id)

    async def _hand_back(self) -> None:
        """The dialplan's own queue takes the caller: he reaches a human."""
        with contextlib.suppress(AriError):
            await self.exchange.client.channels.continueInDialplan(channelId=self.caller.id, label="fallback")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.caller.gone.wait(), _HANG_UP_WITHIN_S)

    async def _end(self) -> None:
        """Nothing of the call is left in Asterisk, and the ticket knows how it ended."""
        client = self.exchange.client
        # Read before we hang up ourselves: then it is the caller's reason.
        cause = self.caller.cause or NORMAL_CLEARING
        if not self.caller.gone.is_set():
            with contextlib.suppress(AriError):
                await client.channels.hangup(channelId=self.caller.id)
        await self._recorder.finish()
        with contextlib.suppress(AriError):
            await client.bridges.destroy(bridgeId=bridge_id(self.call.id))
        await self.record.finished(cause)
        log.info("call ended", cause=cause)
