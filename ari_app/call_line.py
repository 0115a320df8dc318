"""The line as one caller hears it, opened and closed as people come and go; it remembers his language and answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from ari_app.ari.media import MediaLine
from ari_app.call_desk import CallDesk
from ari_app.diagnosis.on_call import CallProbes
from ari_app.editions.edition import Edition
from ari_app.exchange import Exchange
from ari_app.legs import CallerLeg
from ari_app.recording import CallRecorder
from ari_app.spoken_line import conversation_on, open_bridged_media
from ivr.journal import Answered, JournalledConversation, JournalledMessenger, JournalledRecord
from ivr.record import TicketRecord
from ivr.speech.conversation import AudioConversation
from ivr.transcript import TranscribedConversation


@dataclass(slots=True)
class CallLine:
    """`language` is what was spoken last; `journal` what was answered before the call was taken up again, for the
    first who asks."""

    exchange: Exchange
    edition: Edition
    caller: CallerLeg
    record: TicketRecord
    recorder: CallRecorder
    language: str
    journal: tuple[Answered, ...] | None = None
    _media: MediaLine | None = field(default=None, init=False)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[AudioConversation]:
        """The caller hears the line, wherever he was.

        Raises:
            CallerHungUp, AriError: he has gone meanwhile; Asterisk does not do it.
        """
        self._media = await open_bridged_media(self.exchange, self.caller)
        conversation = conversation_on(self.exchange, self.edition, self._media, self.language)
        try:
            yield conversation
        finally:
            self.language = conversation.language
            await conversation.close()
            await self.fall_silent()

    async def fall_silent(self) -> None:
        """People take over: nothing is said or listened to any more."""
        if self._media is not None:
            await self._media.close()

    def journalled(self, line: AudioConversation, apology: str) -> JournalledConversation:
        """What is said and answered stands in the transcript and in the journal; `apology` is said once what was
        answered before is behind us."""
        journal, self.journal = self.journal, None
        transcribed = TranscribedConversation(line, self.edition.wording, self.record.said)
        return JournalledConversation(transcribed, self.record.heard, journal, apology)

    def desk(self, conversation: JournalledConversation) -> CallDesk:
        exchange, probes = self.exchange, self.edition.dialplan.probes
        return CallDesk(
            exchange,
            self.edition,
            JournalledRecord(self.record, conversation),
            self.recorder,
            JournalledMessenger(exchange.messenger, conversation),
            CallProbes(exchange.probing, exchange.store, probes, self.record.number, lambda: conversation.is_replaying),
        )
