"""A caller put on hold again and again, as fast as a real Asterisk does it."""

from real_asterisk import RealAsterisk
from test_ari_calls import settings_of

from ari_app.ari.client import AriClient
from ari_app.legs import music_bridge_id
from ari_app.talk.stage import Stage


# P-5
async def test_hold_after_hold_is_never_refused(asterisk: RealAsterisk) -> None:
    """Asterisk refuses the id of a bridge that played music for some time after it was destroyed."""
    music = music_bridge_id("call-1")
    async with AriClient(settings_of(asterisk)) as client:
        stage = Stage(client, "call-1")
        for _ in range(100):
            await stage.play_music()
            await stage.take_from_music()
            await stage.play_music()
            await stage.fetch_caller()
        assert [bridge.id for bridge in await client.bridges.list()] == [music]
        await client.bridges.destroy(bridgeId=music)
