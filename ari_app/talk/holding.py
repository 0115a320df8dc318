"""The caller on hold: he hears music, the recording is silent, and the agent's state says so."""

from dataclasses import dataclass

from ari_app.distributor import Distributor
from ari_app.recording import CallRecorder
from ari_app.talk.stage import Stage
from ivr.record import TicketRecord
from tickets.events import Kind

_REASON = "hold"


@dataclass(slots=True)
class Holding:
    """What is said while the caller does not hear it is not recorded: it was him who was told of the recording."""

    stage: Stage
    recorder: CallRecorder
    distributor: Distributor
    record: TicketRecord
    is_on: bool = False

    async def begin(self, agent: str) -> None:
        if self.is_on:
            return
        await self.stage.play_music()
        self.is_on = True
        await self.recorder.mute(_REASON)
        self.distributor.hold(agent)
        await self.record.talked(Kind.CALL_HELD, {"agent": agent})

    async def resume(self, agent: str) -> None:
        """It had begun before a restart of the controller."""
        self.is_on = True
        await self.recorder.mute(_REASON)
        self.distributor.hold(agent)

    async def end(self, agent: str) -> None:
        if not self.is_on:
            return
        await self.stage.fetch_caller()
        self.is_on = False
        await self.recorder.unmute(_REASON)
        self.distributor.unhold(agent)
        await self.record.talked(Kind.CALL_UNHELD, {"agent": agent})

    async def give_up(self) -> None:
        """The talk is over, and the caller is fetched by whoever goes on with him."""
        if self.is_on:
            self.is_on = False
            await self.recorder.unmute(_REASON)
            await self.stage.take_from_music()
