"""One supervisor at one talk: he listens, speaks to the agent alone, or with both.

While he listens or whispers he is in a bridge of his own with a snoop channel on the agent's: what he hears comes from
there. The snoop of one who only listens has no way back into the talk; so it is made anew when he changes. To speak
with both he is brought into the call's own bridge.
"""

import asyncio
import contextlib
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ari_app.ari.client import AriClient
from ari_app.ari.errors import AriError
from ari_app.ari.events import ChannelDestroyed, ChannelVanished, StasisEnd
from ari_app.legs import SupervisorLeg, bridge_id, supervision_bridge_id
from ari_app.talk.snooping import snoop_on
from ari_app.talks import Talk

_TONE, _TONE_S = "tone:1400", 0.3


class Mode(StrEnum):
    LISTEN = "listen"
    WHISPER = "whisper"
    """The agent hears him, the caller does not."""
    BARGE = "barge"
    """Both hear him."""


@dataclass(slots=True)
class Supervision:
    """`by` hears the talk of `talk.agent` at `ear`, his telephone, from when it `is_on`; `leg` once he has answered."""

    client: AriClient
    by: str
    ear: str
    talk: Talk
    mode: Mode
    since: datetime
    leg: SupervisorLeg | None = None
    is_on: bool = False
    is_over: asyncio.Event = field(default_factory=asyncio.Event)
    _snoop: str | None = field(default=None, init=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def begin(self, has_tone: bool) -> None:
        """He has answered.

        Raises:
            AriError: the talk is over, or he has hung up.
        """
        if has_tone:
            await self._play_tone()
        async with self._turn:
            await self.client.bridges.createWithId(type="mixing", bridgeId=self._bridge, name=self._bridge)
            await self._enter(self.mode)
        self.is_on = True

    async def change(self, mode: Mode) -> None:
        """
        Raises:
            AriError: the talk is over, or he has hung up.
        """
        async with self._turn:
            await self._enter(mode)
            self.mode = mode

    async def end(self) -> None:
        """Nothing of it is left in Asterisk."""
        async with self._turn:
            await self._end_snoop()
            if self.leg is None:
                return
            self.leg.events.close()
            with contextlib.suppress(AriError):
                await self.client.channels.hangup(channelId=self.leg.id)
            with contextlib.suppress(AriError):
                await self.client.bridges.destroy(bridgeId=self._bridge)

    async def until_over(self, leg: SupervisorLeg) -> str:
        """Why it is over: he has hung up, or the agent's talk is."""
        async for event in leg.events:
            match event:
                case StasisEnd(channel=channel) | ChannelDestroyed(channel=channel):
                    gone = channel.id
                case ChannelVanished(channel_id=gone):
                    pass
                case _:
                    continue
            if gone in (leg.id, self.talk.leg_id):
                return "hung_up" if gone == leg.id else "talk_over"
        return "failed"

    async def _enter(self, mode: Mode) -> None:
        """What he hears and who hears him is never more on the way than before and after it."""
        leg = self.leg
        if leg is None:
            return
        await self._end_snoop()
        if mode is Mode.BARGE:
            await self.client.bridges.addChannel(bridgeId=bridge_id(self.talk.call_id), channel=leg.id)
            return
        await self.client.bridges.addChannel(bridgeId=self._bridge, channel=leg.id)
        self._snoop = await self._make_snoop("both", "out" if mode is Mode.WHISPER else "none")
        await self.client.bridges.addChannel(bridgeId=self._bridge, channel=self._snoop)

    async def _make_snoop(self, spy: str, whisper: str) -> str:
        """On the agent's channel, as `snoop_on` says; raises AriError when he has hung up."""
        return await snoop_on(self.client, self.talk.call_id, self.talk.leg_id, spy, whisper)

    async def _play_tone(self) -> None:
        """To the agent alone."""
        snoop = await self._make_snoop("none", "out")
        try:
            playing = f"tone-{uuid.uuid4().hex}"
            await self.client.channels.play(channelId=snoop, media=_TONE, playbackId=playing)
            await asyncio.sleep(_TONE_S)
        finally:
            await self._hang_up(snoop)

    async def _end_snoop(self) -> None:
        snoop, self._snoop = self._snoop, None
        if snoop is not None:
            await self._hang_up(snoop)

    async def _hang_up(self, id: str) -> None:
        with contextlib.suppress(AriError):
            await self.client.channels.hangup(channelId=id)

    @property
    def _bridge(self) -> str:
        return supervision_bridge_id(self.leg.id if self.leg is not None else "")
