"""What one channel says or hears, on a channel of its own: for supervisors, and for what is written down of a talk."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ari_app.ari.client import AriClient
from ari_app.ari.errors import AriError, AriUnavailable
from ari_app.ari.events import StasisStart
from ari_app.ari.media import open_media
from ari_app.legs import snoop_id, supervision_bridge_id
from ivr.speech.line import AudioLine

_SNOOPS_WITHIN_S = 3.0


@asynccontextmanager
async def voice_of(client: AriClient, call_id: str, channel_id: str) -> AsyncIterator[AudioLine]:
    """What is said into this channel of the call, as a line to listen to; nothing of it is left afterwards.

    Raises:
        AriError: he has hung up, or Asterisk does not do it.
    """
    snoop = await snoop_on(client, call_id, channel_id, spy="in", whisper="none")
    bridge = supervision_bridge_id(snoop)
    # Followed, it counts as somebody's: a controller that looks for what was left of others leaves it alone.
    with client.follow(snoop):
        try:
            await client.bridges.createWithId(type="mixing", bridgeId=bridge, name=bridge)
            line = await open_media(client)
            try:
                await client.bridges.addChannel(bridgeId=bridge, channel=f"{line.channel_id},{snoop}")
                yield line
            finally:
                await line.close()
        finally:
            for end in (client.channels.hangup(channelId=snoop), client.bridges.destroy(bridgeId=bridge)):
                with contextlib.suppress(AriError):
                    await end


async def snoop_on(client: AriClient, call_id: str, channel_id: str, spy: str, whisper: str) -> str:
    """A channel in our application: `spy` is what it hears of the other (in: what is said into it; out: what goes to
    its ear; both), `whisper` where what goes into it is heard (out: in its ear; none).

    Raises:
        AriError: he has hung up.
    """
    id = snoop_id(call_id)
    with client.follow(id) as events:
        await client.channels.snoopChannelWithId(
            channelId=channel_id, snoopId=id, spy=spy, whisper=whisper, app=client.settings.app, appArgs="snoop"
        )
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SNOOPS_WITHIN_S):
                async for event in events:
                    if isinstance(event, StasisStart):
                        return id
    with contextlib.suppress(AriError):
        await client.channels.hangup(channelId=id)
    raise AriUnavailable("the channel cannot be listened to")
