"""The conversation of somebody's channel with the line: the channel and a media leg in one bridge."""

import contextlib

from ari_app.ari.errors import Conflict
from ari_app.ari.media import MediaLine, open_media
from ari_app.editions.edition import Edition
from ari_app.exchange import Exchange
from ari_app.legs import CallerLeg, bridge_id
from ivr.conversation import CallerHungUp
from ivr.speech.conversation import AudioConversation
from ivr.speech.endpointing import Endpointer
from ivr.speech.hearing import Hearing
from ivr.words import Command, Words


async def open_bridged_media(exchange: Exchange, leg: CallerLeg) -> MediaLine:
    """The media leg, in one mixing bridge with the channel of `leg`. After a restart the bridge is there already.

    Raises:
        CallerHungUp: he has gone meanwhile.
        AriError: Asterisk does not do it.
    """
    client, bridge = exchange.client, bridge_id(leg.id)
    with contextlib.suppress(Conflict):
        await client.bridges.createWithId(type="mixing", bridgeId=bridge, name=leg.id)
    media = await open_media(client)
    leg.speak_on(media)
    try:
        if leg.gone.is_set():
            raise CallerHungUp
        # The media leg first: who is there already leaves for an instant, and an empty bridge ends its recording.
        await client.bridges.addChannel(bridgeId=bridge, channel=f"{media.channel_id},{leg.id}")
    except BaseException:
        await media.close()
        raise
    return media


def conversation_on(exchange: Exchange, edition: Edition, media: MediaLine, language: str) -> AudioConversation:
    """What is said and heard over `media`, in the words of `edition`."""
    dialplan = edition.dialplan
    return AudioConversation(
        media,
        edition.speaker,
        Hearing(exchange.recognizer, Endpointer(exchange.settings.endpointing), language),
        says_nothing=lambda text, language: Words(dialplan, language).says_nothing(text),
        wants_person=lambda heard, language: Words(dialplan, language).command(heard) is Command.OPERATOR,
        music=exchange.hold_music,
    )
