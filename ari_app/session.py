"""One call from answer to hang-up: its legs, its bridge, and the decisions of its flow carried out."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from ari_app.ari.errors import AriError, AriRefused, ignoring_gone
from ari_app.call_line import CallLine
from ari_app.editions.edition import Edition
from ari_app.exchange import Exchange
from ari_app.legs import NORMAL_CLEARING, OUT_OF_ORDER, AgentLeg, CallerLeg, Leg, bridge_id, music_bridge_id
from ari_app.queueing import Queued
from ari_app.racing import unless_gone
from ari_app.recording import CallRecorder, call_recorder
from ari_app.standing import Standing, read_standing
from ari_app.talk.course import Course
from ari_app.talk.parting import CallerLeft, DialOut, HandOn, Parting, PeopleLeft
from ari_app.talk.reach import Reach
from ari_app.talk.stage import Stage
from ari_app.voicemail import take_message
from dialplan.groups import Group
from ivr.conversation import Call, CallerHungUp, Conversation, Prompt
from ivr.decision import BackToMenu, Decision, EnterQueue, LeaveMessage, RequestCallback
from ivr.desk import HelpDesk
from ivr.flow import return_to_menu, take_call
from ivr.journal import JournalledConversation
from ivr.record import TicketRecord
from ivr.speech.conversation import AudioConversation
from ivr.survey import take_survey
from tickets.events import Kind

log = structlog.get_logger(__name__)
_HANG_UP_WITHIN_S = 1.0

Flow = Callable[[Call, Conversation, HelpDesk], Awaitable[Decision]]


@dataclass(slots=True)
class CallSession:
    """The running call; `edition` is what it says and understands to its end.

    `standing` is how far it had come before a restart of the controller, `talking` those whom the caller is connected
    with by then; `is_held`: he hears music meanwhile."""

    exchange: Exchange
    edition: Edition
    call: Call
    caller: CallerLeg
    record: TicketRecord
    standing: Standing = field(default_factory=Standing)
    talking: tuple[Leg, ...] = ()
    is_held: bool = False
    _recorder: CallRecorder = field(init=False)
    _line: CallLine = field(init=False)
    _queue: EnterQueue = field(init=False)
    _since: datetime | None = field(default=None, init=False)
    _lead: str | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._queue = self._queue_before(self.standing.decided)
        self._recorder = call_recorder(self.exchange, self.call.id, self.record)
        self._line = CallLine(
            self.exchange, self.edition, self.caller, self.record, self._recorder, self.record.language
        )

    async def run(self) -> None:
        """Carry the call to its end. Cancellation leaves the caller in Asterisk: only this process stops."""
        following = asyncio.create_task(self.caller.follow(), name=f"caller {self.call.id}")
        try:
            try:
                while not await self._is_served():
                    log.warning("the caller is there, his sound was lost: once more from the journal")
                    self.standing = await asyncio.to_thread(read_standing, self.exchange.store, self.call.id)
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
            await self._line.fall_silent()

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
        parting = await self._begin()
        while parting is not None and not isinstance(parting, CallerLeft):
            parting = await self._go_on(parting)

    async def _begin(self) -> Parting | None:
        """The flow and its decision; after a restart whatever the call had come to. What came of it, if people did."""
        people, is_held, queue = self.talking, self.is_held, self._queue
        self.talking, self.is_held = (), False
        if people:
            if self.standing.agent is None and isinstance(people[0], AgentLeg):
                await self.record.answered(people[0].agent)
            return await self._talk_with(*people, is_held=is_held)
        if is_held or self.standing.is_handed_on:
            return HandOn(queue, "talk.lost")
        if self.standing.agent is not None:
            log.info("the agent has hung up while we were away")
            return None
        async with self._line.open() as conversation:
            self._line.journal = self.standing.journal
            decision = self.standing.decided or await self._talk(conversation, take_call)
            return await self._carry_out(decision, conversation)

    async def _go_on(self, parting: HandOn | DialOut | PeopleLeft) -> Parting | None:
        """The line speaks again to the caller whom people have left."""
        match parting:
            case HandOn(queue, say):
                self._queue, self._lead = queue, say
                try:
                    await self.record.handed_on(queue, self._came_at())
                    async with self._line.open() as conversation:
                        await self._recorder.go_on()
                        return await self._carry_out(queue, conversation)
                finally:
                    self.exchange.distributor.give_up(self.call.id)  # his place, if he did not come to it
            case DialOut():
                async with self._line.open() as conversation:
                    await self._recorder.go_on()
                    await conversation.say(Prompt("talk.dialling", conversation.language))
                    return await self._dial_out(parting)
            case PeopleLeft():
                if self._group.survey:
                    async with self._line.open() as conversation:
                        await self._survey(conversation)
                return None

    async def _talk(self, line: AudioConversation, flow: Flow) -> Decision:
        conversation = self._line.journalled(line, "line.resumed")
        try:
            decision = await flow(self.call, conversation, self._line.desk(conversation))
        except (CallerHungUp, AriError):
            raise
        except Exception:
            # Whatever breaks, the caller reaches a human.
            log.exception("the flow failed")
            await line.say(Prompt("line.trouble", line.language))
            decision = EnterQueue(self.edition.dialplan.group_of(None), "trouble")
        log.info("decided", decision=decision.kind)
        await self.record.decided(decision)
        return decision

    async def _survey(self, line: AudioConversation) -> None:
        """What he thinks of it, now that the agent has gone."""
        conversation = self._line.journalled(line, "line.resumed")
        await take_survey(replace(self.call, language=line.language), conversation, self._line.desk(conversation))

    async def _carry_out(self, decision: Decision, conversation: AudioConversation) -> Parting | None:
        """What came of it, if people talked with the caller."""
        while True:
            match decision:
                case EnterQueue():
                    outcome = await self._reach_agent(decision, conversation)
                    if not isinstance(outcome, Decision):
                        return outcome
                    decision = outcome
                case BackToMenu():
                    decision = await self._talk(conversation, return_to_menu)
                case LeaveMessage():
                    await take_message(self.exchange, self.record, conversation, decision, "message.ask")
                    return None
                case RequestCallback():
                    self.exchange.callbacks.changed.set()
                    return None
                case _:
                    return None

    async def _reach_agent(self, decision: EnterQueue, line: AudioConversation) -> Parting | Decision | None:
        """Wait for an agent and talk, unless the caller decides otherwise; nobody is there: he leaves a message."""
        self._queue = decision
        first: tuple[str, ...] = ()
        since = self._since or self.standing.waiting_since
        if since is None and (since := await self.exchange.callbacks.take_back(self.call.caller, decision.group)):
            first = ("callback.kept",)
        self._since = since = since or self.exchange.now()
        while True:
            conversation = self._waiting(line)
            parts = (self.exchange, self.call, self.record, self.caller, conversation, self._line.desk(conversation))
            left = await Queued(*parts, decision, since, first).wait()
            if left is None:
                message = LeaveMessage(decision.group)
                await take_message(self.exchange, self.record, line, message, "queue.nobody")
                return None
            if not isinstance(left, AgentLeg):
                log.info("decided", decision=left.kind)
                # A message is decided by who leaves one; who was moved waits already.
                if not isinstance(left, LeaveMessage | EnterQueue):
                    await self.record.decided(left)
                return left
            if await self._connect(left):
                await self.record.answered(left.agent)
                return await self._talk_with(left)
            await self.record.refused(left.agent, "hung up")

    async def _dial_out(self, parting: DialOut) -> Parting:
        """The caller hears music while it rings; whoever answers talks with him, else he waits for us again."""
        stage = Stage(self.exchange.client, self.call.id)
        await stage.play_music()
        leg = await unless_gone(self._reach.ring(parting), self.caller.gone)
        if leg is None or not await self._connect(leg):
            await stage.take_from_music()
            return HandOn(replace(self._queue, reason="returned"), "talk.not_reached")
        await stage.fetch_caller()
        await self.record.talked(Kind.TALK_JOINED, {"party": leg.name})
        return await self._talk_with(leg)

    async def _connect(self, leg: Leg) -> bool:
        """Caller and `leg` hear each other; False when that one has hung up already."""
        try:
            await Stage(self.exchange.client, self.call.id).bring(leg.id)
        except AriError as error:
            await self._release(leg)
            if isinstance(error, AriRefused):
                return False
            raise
        await self._line.fall_silent()
        return True

    async def _talk_with(self, *people: Leg, is_held: bool = False) -> Parting:
        """They talk until they part. Cancelled, it leaves them to it."""
        log.info("talking", people=[leg.name for leg in people])
        is_recorded = self._group.recording == "all"
        parts = (self.caller, self.record, self._recorder, self._reach, self._came_at(), is_recorded)
        spoken = self._line.language if self._group.transcription == "talk" else None
        async with self.exchange.transcribers.transcribing(self.record, self._recorder, spoken) as transcription:
            course = Course(*parts, transcription)
            return await course.run(*people, is_held=is_held, is_secret=self.standing.is_secret)

    def _waiting(self, line: AudioConversation) -> JournalledConversation:
        """Who was handed on hears that first, while agents are rung already."""
        lead, self._lead = self._lead, None
        self._line.journal = () if lead else self._line.journal
        return self._line.journalled(line, lead or "waiting.resumed")

    def _came_at(self) -> datetime:
        self._since = self._since or self.standing.waiting_since or self.exchange.now()
        return self._since

    @property
    def _group(self) -> Group:
        return self.exchange.distributor.group(self._queue.group)

    @property
    def _reach(self) -> Reach:
        return Reach(self.exchange, self.call, self.record.number, self._queue)

    def _queue_before(self, decided: Decision | None) -> EnterQueue:
        """Where he goes if people lose him: whence he came, if he did (we may have called him), and if it is there."""
        floor = self.exchange.distributor.floor
        if isinstance(decided, EnterQueue) and decided.group in floor.rules:
            return decided
        known = (floor.agents.get(leg.agent) for leg in self.talking if isinstance(leg, AgentLeg))
        group = next((agent.group for agent in known if agent is not None and agent.group in floor.rules), None)
        return EnterQueue(group or next(iter(floor.rules)), "returned")

    async def _release(self, leg: Leg) -> None:
        leg.events.close()
        if isinstance(leg, AgentLeg):
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
        for bridge in (bridge_id(self.call.id), music_bridge_id(self.call.id)):
            with contextlib.suppress(AriError):
                await client.bridges.destroy(bridgeId=bridge)
        await self.record.finished(cause)
        log.info("call ended", cause=cause)
