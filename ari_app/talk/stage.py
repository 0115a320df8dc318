"""Where the people of a call are in Asterisk: in its bridge, or the caller with the music; and the way between."""

import contextlib
from dataclasses import dataclass

from ari_app.ari.client import AriClient
from ari_app.ari.errors import AriError, Conflict, ignoring_gone
from ari_app.legs import bridge_id, music_bridge_id


@dataclass(frozen=True, slots=True)
class Stage:
    """The two bridges of one call; that of the music is made when it is first wanted, and stays until the call is over.

    Who is in which bridge is all there is to know of a hold: a restarted controller reads it there. A caller who has
    hung up meanwhile is no error.
    """

    client: AriClient
    call_id: str

    async def play_music(self) -> None:
        """The caller hears music, and nobody hears him."""
        await self._stop_other_music()
        music = music_bridge_id(self.call_id)
        # It is never made anew: Asterisk goes on refusing an id for a while after its bridge was destroyed.
        with contextlib.suppress(Conflict):
            await self.client.bridges.createWithId(type="holding", bridgeId=music, name=music)
        await self.client.bridges.startMoh(bridgeId=music)
        with ignoring_gone():
            await self.client.bridges.addChannel(bridgeId=music, channel=self.call_id)

    async def fetch_caller(self) -> None:
        """He hears the others again, and they him."""
        await self._stop_other_music()
        with ignoring_gone():
            await self.client.bridges.addChannel(bridgeId=bridge_id(self.call_id), channel=self.call_id)

    async def take_from_music(self) -> None:
        """He is with nobody, until whoever goes on with him fetches him."""
        with contextlib.suppress(AriError):
            await self.client.bridges.removeChannel(bridgeId=music_bridge_id(self.call_id), channel=self.call_id)

    async def bring(self, leg_id: str) -> None:
        """To the others in the call. Keys that he presses reach them: whoever is consulted may have a menu.

        Raises:
            AriError: he has hung up.
        """
        await self.client.bridges.addChannel(bridgeId=bridge_id(self.call_id), channel=leg_id)

    async def send_away(self, leg_id: str) -> None:
        with ignoring_gone():
            await self.client.channels.hangup(channelId=leg_id)

    async def ring_back(self) -> None:
        """Who waits for somebody to answer hears it ring."""
        with contextlib.suppress(AriError):
            await self.client.bridges.play(
                bridgeId=bridge_id(self.call_id), media="tone:ring", playbackId=self._ringing
            )

    async def stop_ring_back(self) -> None:
        with contextlib.suppress(AriError):
            await self.client.playbacks.stop(playbackId=self._ringing)

    async def _stop_other_music(self) -> None:
        """A telephone on hold makes Asterisk play music to the other side; moved meanwhile, it would not stop."""
        with contextlib.suppress(AriError):
            await self.client.channels.stopMoh(channelId=self.call_id)

    @property
    def _ringing(self) -> str:
        return f"ring-back-{self.call_id}"
