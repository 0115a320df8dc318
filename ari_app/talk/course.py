"""A caller and those who talk with him, until he is alone or gone: one coroutine with one inbox.

Whatever happens in Asterisk and whatever agents want comes in there and is dealt with one after the other: nobody ever
finds the talk half way between two states.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from ari_app.acd.queue import QueueEntry
from ari_app.ari.errors import AriError
from ari_app.legs import AgentLeg, CallerLeg, Leg
from ari_app.recording import CallRecorder
from ari_app.talk import commands
from ari_app.talk.commands import Command
from ari_app.talk.consulting import Consulting
from ari_app.talk.errors import NotNow, NotTalking, TalkError
from ari_app.talk.holding import Holding
from ari_app.talk.keys import TalkKeys
from ari_app.talk.messages import (
    CallerGone,
    KeyPressed,
    LegEnded,
    Message,
    Order,
    Rung,
    TelephoneHeld,
    TelephoneUnheld,
    confirm,
    refuse,
)
from ari_app.talk.parting import CallerLeft, HandOn, Parting, PeopleLeft
from ari_app.talk.reach import Reach
from ari_app.talk.roster import Roster
from ari_app.talk.stage import Stage
from ari_app.talk.targets import Target
from ari_app.talk.transcription import Transcription
from ivr.decision import EnterQueue
from ivr.record import TicketRecord
from tickets.events import Kind

log = structlog.get_logger(__name__)

_SECRET = "secret"  # noqa: S105  why the recording is silent
_POLICY = "policy"


@dataclass(slots=True)
class Course:
    """The course of one talk. `reach.queue` is the queue that the caller came from: he goes back there when he is lost.

    `came_at` is when he first began to wait: his place, wherever he is handed on to. `is_recorded`: whether his group
    wants that; `transcription` where it is written down too."""

    caller: CallerLeg
    record: TicketRecord
    recorder: CallRecorder
    reach: Reach
    came_at: datetime
    is_recorded: bool = True
    transcription: Transcription | None = None
    _stage: Stage = field(init=False)
    _roster: Roster = field(init=False)
    _holding: Holding = field(init=False)
    _consulting: Consulting = field(init=False)
    _keys: dict[str, TalkKeys] = field(default_factory=dict, init=False)
    _inbox: "asyncio.Queue[Message]" = field(default_factory=asyncio.Queue, init=False)
    _is_over: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        exchange = self.reach.exchange
        self._stage = Stage(exchange.client, self.caller.id)
        post = self._inbox.put_nowait
        parts = (self._stage, exchange.distributor, exchange.talks, self.record, post, self.give)
        self._roster = Roster(*parts, self.transcription)
        self._holding = Holding(self._stage, self.recorder, exchange.distributor, self.record)
        self._consulting = Consulting(self._stage, self._roster, self._holding, self.reach, self.record, post)

    async def run(self, *legs: Leg, is_held: bool = False, is_secret: bool = False) -> Parting:
        """Until they part. After a restart several may have been talking, the caller being on hold, or the recording
        paused. Cancelled, it leaves them to it: only this process stops."""
        self._roster.watch(self._tell_caller_gone())
        for leg in legs:
            self._roster.enter(leg)
        try:
            try:
                await self._take_up(is_held, is_secret)
                parting = await self._until_parted()
                if isinstance(parting, HandOn):
                    self._take_place(parting.queue)
            except Exception:
                await self._clear("failed")
                raise
            await self._clear("caller_left" if isinstance(parting, CallerLeft) else "handed_on")
            return parting
        finally:
            self._is_over = True
            await self._roster.close()
            self._refuse_what_is_left()

    async def give(self, agent: str, command: Command) -> None:
        """
        Raises:
            TalkError: it was not done.
        """
        if self._is_over:
            raise NotTalking("the call is over")
        order = Order(agent, command, asyncio.get_running_loop().create_future())
        self._inbox.put_nowait(order)
        await order.done

    async def _take_up(self, is_held: bool, is_secret: bool) -> None:
        if not self.is_recorded:
            await self.recorder.mute(_POLICY)
        if is_secret:
            await self.recorder.mute(_SECRET)
        by = next((leg for leg in self._roster if isinstance(leg, AgentLeg)), None)
        if is_held and by is not None:
            await self._holding.resume(by.agent)
            if len(self._roster) > 1:
                self._consulting.resume(by, next(leg for leg in self._roster if leg is not by))

    async def _until_parted(self) -> Parting:
        while True:
            message = await self._inbox.get()
            try:
                parting = await self._take(message)
            except AriError as error:  # whoever is gone tells so himself
                log.warning("not done", what=type(message).__name__, error=str(error))
                continue
            if parting is not None:
                return parting

    async def _take(self, message: Message) -> Parting | None:
        match message:
            case CallerGone():
                return CallerLeft()
            case Order():
                return await self._obey(message)
            case LegEnded(leg_id, is_lost):
                return await self._go_on_without(leg_id, is_lost)
            case Rung():
                await self._consulting.take(message)
            case TelephoneHeld(leg_id) | TelephoneUnheld(leg_id):
                await self._follow_telephone(leg_id, isinstance(message, TelephoneHeld))
            case KeyPressed(leg_id, key):
                self._press(leg_id, key)
        return None

    # What agents want

    async def _obey(self, order: Order) -> Parting | None:
        by = self._roster.agent(order.agent)
        try:
            if by is None:
                raise NotTalking(f"{order.agent} is not in this call any more")
            parting = await self._do(by, order)
        except (TalkError, AriError) as error:
            why = error if isinstance(error, TalkError) else TalkError(f"Asterisk does not do it: {error}")
            log.info("not done", agent=order.agent, command=type(order.command).__name__, error=str(why))
            refuse(order.done, why)
        else:
            if not isinstance(order.command, commands.Consult):
                confirm(order.done)
            return parting
        return None

    async def _do(self, by: AgentLeg, order: Order) -> Parting | None:
        match order.command:
            case commands.Hold() | commands.Unhold():
                self._check_alone()
                await self._hold(by, isinstance(order.command, commands.Hold))
            case commands.Transfer(target):
                self._check_alone()
                return await self._transfer(by.agent, target)
            case commands.Consult(target):
                self._check_alone()
                await self._consulting.begin(by, target, order.done)
            case commands.Complete():
                await self._consulting.complete()
            case commands.Cancel():
                await self._consulting.cancel()
            case commands.Confer():
                await self._consulting.confer()
            case commands.ReturnToQueue(reason):
                self._check_alone()
                return await self._return_to_queue(by.agent, reason, "talk.returned")
            case commands.HangUp():
                await self._stage.send_away(by.id)
            case commands.PauseRecording() | commands.ResumeRecording():
                await self._record_silence(by, isinstance(order.command, commands.PauseRecording))
        return None

    async def _hold(self, by: AgentLeg, is_held: bool) -> None:
        await (self._holding.begin(by.agent) if is_held else self._holding.end(by.agent))

    async def _record_silence(self, by: AgentLeg, is_secret: bool) -> None:
        await (self.recorder.mute(_SECRET) if is_secret else self.recorder.unmute(_SECRET))
        await self.record.talked(Kind.RECORDING_PAUSED if is_secret else Kind.RECORDING_RESUMED, {"agent": by.agent})

    async def _transfer(self, agent: str, target: Target) -> Parting:
        parting = await self.reach.hand_on(target)
        await self.record.talked(Kind.TRANSFERRED, {"from": agent, "to": str(target), "warm": False})
        return parting

    async def _return_to_queue(self, agent: str, reason: str, say: str, wants: str | None = None) -> HandOn:
        await self.record.talked(Kind.RETURNED_TO_QUEUE, {"agent": agent, "reason": reason})
        return HandOn(replace(self.reach.queue, reason="returned", agent=wants), say)

    # What happens

    async def _go_on_without(self, leg_id: str, is_lost: bool) -> Parting | None:
        leg = self._roster.leg(leg_id)
        if leg is None:  # we sent him away ourselves
            return None
        now = self._consulting.now
        if now is not None and now.by is leg and now.leg is not None:  # hung up: as telephones complete a transfer
            await self._consulting.complete()
            return None
        await self._roster.release(leg, "lost" if is_lost else "hung_up")
        if now is not None:
            await self._consulting.give_up(NotNow("hung up"))
            if now.by is leg and now.to is not None:
                return await self._hand_on_instead(leg.name, now.to)
        if len(self._roster):
            await self._pass_on(leg)
            return None
        if is_lost or self._holding.is_on:
            wants = leg.agent if isinstance(leg, AgentLeg) else None
            return await self._return_to_queue(leg.name, "lost" if is_lost else "on_hold", "talk.lost", wants)
        return PeopleLeft()

    async def _hand_on_instead(self, agent: str, to: Target) -> Parting:
        """He hung up while it still rang: the caller shall have whom he wanted to ask."""
        try:
            return await self._transfer(agent, to)
        except TalkError as error:
            log.info("not handed on", to=str(to), error=str(error))
            return await self._return_to_queue(agent, "on_hold", "talk.lost")

    async def _pass_on(self, leaving: Leg) -> None:
        """One of several left: the ticket is with the agent who stays."""
        agent = next((leg.agent for leg in self._roster if isinstance(leg, AgentLeg)), None)
        if agent is not None and isinstance(leaving, AgentLeg) and self._consulting.now is None:
            await self.record.talked(Kind.TRANSFERRED, {"from": leaving.agent, "to": agent, "warm": True}, agent)

    async def _follow_telephone(self, leg_id: str, is_held: bool) -> None:
        """Who presses hold at his telephone puts the caller on hold, unless others talk with him too."""
        leg = self._roster.leg(leg_id)
        if not isinstance(leg, AgentLeg) or len(self._roster) > 1 or self._consulting.now is not None:
            return
        await self._hold(leg, is_held)

    def _press(self, leg_id: str, key: str) -> None:
        leg = self._roster.leg(leg_id)
        if not isinstance(leg, AgentLeg):
            return
        command = self._keys.setdefault(leg_id, TalkKeys()).press(key)
        if isinstance(command, commands.Hold) and self._holding.is_on:
            command = commands.Unhold()
        if command is not None:
            self._roster.watch(self._give_by_key(leg.agent, command))

    async def _give_by_key(self, agent: str, command: Command) -> None:
        with contextlib.suppress(TalkError):  # it stands in the log
            await self.give(agent, command)

    async def _tell_caller_gone(self) -> None:
        await self.caller.gone.wait()
        self._inbox.put_nowait(CallerGone())

    def _check_alone(self) -> None:
        """
        Raises:
            NotNow: others are in this talk.
        """
        if self._consulting.now is not None:
            raise NotNow("somebody is being consulted: complete, confer or cancel first")
        if len(self._roster) > 1:
            raise NotNow("others talk with the caller too: who hangs up leaves him to them")

    def _take_place(self, queue: EnterQueue) -> None:
        """Before his agent is free for others who came later."""
        place = (self.caller.id, queue.group, self.came_at, queue.priority, queue.skills, queue.agent)
        self.reach.exchange.distributor.rejoin([QueueEntry(*place, level=queue.level)])

    async def _clear(self, reason: str) -> None:
        """Nobody is left with the caller."""
        await self._consulting.give_up(NotTalking("the call is over"))
        for leg in self._roster:
            await self._roster.release(leg, reason)
        await self._holding.give_up()
        await self.recorder.unmute(_SECRET)
        await self.recorder.unmute(_POLICY)

    def _refuse_what_is_left(self) -> None:
        while not self._inbox.empty():
            message = self._inbox.get_nowait()
            if isinstance(message, Order):
                refuse(message.done, NotTalking("the call is over"))
