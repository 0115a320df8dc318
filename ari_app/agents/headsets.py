"""A dead headset is noticed: an agent who talks, and from whom nothing is heard."""

import asyncio

import structlog

from ari_app.acd.agents import AgentState
from ari_app.ari.client import AriClient
from ari_app.ari.errors import ignoring_gone
from ari_app.ari.events import (
    ChannelEnteredBridge,
    ChannelLeftBridge,
    ChannelTalkingFinished,
    ChannelTalkingStarted,
    Resynced,
)
from ari_app.distributor import Distributor
from ari_app.legs import agent_of

log = structlog.get_logger(__name__)


class Headsets:
    """Listens, by Asterisk's ears, whether agents who are connected with callers make any sound.

    From the moment he is connected, and whenever he falls silent, an agent has `silent_s` seconds to be heard; then he
    is flagged (`Distributor.miss_sound`), until he is heard again. While he has a caller on hold nobody listens.
    """

    def __init__(self, client: AriClient, distributor: Distributor, silent_s: float) -> None:
        self._client = client
        self._distributor = distributor
        self._silent_s = silent_s
        self._timers: dict[str, asyncio.TimerHandle] = {}
        client.on_resync(self._on_resync)
        client.on_event("ChannelEnteredBridge", self._on_entered)
        client.on_event("ChannelLeftBridge", self._on_left)
        client.on_event("ChannelTalkingStarted", self._on_started)
        client.on_event("ChannelTalkingFinished", self._on_finished)

    def close(self) -> None:
        for timer in self._timers.values():
            timer.cancel()

    async def _on_resync(self, event: Resynced) -> None:
        connected = {id for bridge in event.bridges for id in bridge.channels if agent_of(id) is not None}
        for id in self._timers.keys() - connected:
            self._stop(id)
        for id in connected - self._timers.keys():
            await self._listen(id)

    async def _on_entered(self, event: ChannelEnteredBridge) -> None:
        if agent_of(event.channel.id) is not None:
            await self._listen(event.channel.id)

    async def _on_left(self, event: ChannelLeftBridge) -> None:
        self._stop(event.channel.id)

    async def _on_started(self, event: ChannelTalkingStarted) -> None:
        self._stop(event.channel.id)
        if (agent := agent_of(event.channel.id)) is not None:
            self._distributor.hear(agent)

    async def _on_finished(self, event: ChannelTalkingFinished) -> None:
        if agent_of(event.channel.id) is not None:
            self._start(event.channel.id)

    async def _listen(self, id: str) -> None:
        with ignoring_gone():
            await self._client.channels.setChannelVar(channelId=id, variable="TALK_DETECT(set)", value="")
            self._start(id)

    def _start(self, id: str) -> None:
        self._stop(id)
        self._timers[id] = asyncio.get_running_loop().call_later(self._silent_s, self._miss, id)

    def _stop(self, id: str) -> None:
        if (timer := self._timers.pop(id, None)) is not None:
            timer.cancel()

    def _miss(self, id: str) -> None:
        agent = self._distributor.floor.agents.get(agent_of(id) or "")
        self._start(id)
        if agent is None or agent.state is not AgentState.TALKING or agent.is_silent:
            return
        log.warning("nothing is heard from the agent: his headset may be dead", agent=agent.name, call=agent.call_id)
        self._distributor.miss_sound(agent.name)
