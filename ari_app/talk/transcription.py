"""A talk written down while it goes on: each who talks is heard by himself, and each utterance stands on the ticket as
soon as it is understood. Only what is recorded is written down: no hold, no secret, no caller who was not told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

import structlog

from ari_app.ari.client import AriClient
from ari_app.ari.errors import AriError
from ari_app.talk.snooping import voice_of
from ivr.record import TicketRecord
from ivr.speech.endpointing import Endpointer, EndpointingSettings
from ivr.speech.line import SAMPLE_RATE, AudioLine, Frame, LineClosed
from ivr.speech.overhearing import Overhearer
from ivr.speech.recognizer import Overhearing, RecognizerError
from tickets.events import Kind

log = structlog.get_logger(__name__)

Who = Literal["caller", "agent"]
Listen = Callable[[AriClient, str, str], AbstractAsyncContextManager[AudioLine]]
_KEPT = 4
"""So many utterances of each may wait to be understood; the oldest gives way."""
_UNDERSTOOD_WITHIN_S = 20.0
"""After the talk what was said last is waited for so long."""


class Recorded(Protocol):
    """The recording of a call, as `ari_app/recording.py` makes it."""

    call_id: str

    @property
    def is_heard(self) -> bool: ...


class Transcribers:
    """How many talks may be written down at once, and what they need for it. `now` is the time, aware UTC; `listen`
    opens the voice of a channel of a call."""

    def __init__(
        self,
        client: AriClient,
        recognizer: Overhearing,
        endpointing: EndpointingSettings,
        at_once: int,
        now: Callable[[], datetime],
        listen: Listen = voice_of,
    ) -> None:
        self.client = client
        self.recognizer = recognizer
        self.endpointing = endpointing
        self.now = now
        self.listen = listen
        self._free = at_once
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def transcribing(
        self, record: TicketRecord, recorder: Recorded, language: str | None
    ) -> "AsyncIterator[Transcription | None]":
        """The transcription of a talk in this language (None: nobody wants it), until it is left; None, and the ticket
        says so, when there are as many as may be.

        A talk that a controller before us has begun is not taken up: it is not known whether the caller was told.
        """
        if language is None or not recorder.is_heard:
            yield None
            return
        if not self._free:
            log.info("not transcribed: as many talks are as may be")
            await record.talked(Kind.NOT_TRANSCRIBED, {"reason": "capacity"})
            yield None
            return
        self._free -= 1
        transcription = Transcription(self, record, recorder, language)
        try:
            yield transcription
        finally:
            self._free += 1
            await transcription.close()

    def start(self, work: "asyncio.Task[None]") -> None:
        """Held until it is done."""
        self._tasks.add(work)
        work.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """What is not understood yet never will be."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(slots=True)
class Transcription:
    """One talk."""

    shared: Transcribers
    record: TicketRecord
    recorder: Recorded
    language: str
    _ears: "dict[str, asyncio.Task[None]]" = field(default_factory=dict, init=False)

    def hear_agent(self, channel_id: str) -> None:
        """From now on what he says is written down, as long as it is recorded, and what the caller says to him."""
        self._open(self.recorder.call_id, "caller")
        self._open(channel_id, "agent")

    def stop(self, channel_id: str) -> None:
        """He talks no more."""
        ear = self._ears.pop(channel_id, None)
        if ear is not None:
            ear.cancel()
            self.shared.start(ear)

    async def close(self) -> None:
        """Returns when nothing of it is left in Asterisk. What was said last still comes to the ticket."""
        ears = tuple(self._ears.values())
        for channel_id in tuple(self._ears):
            self.stop(channel_id)
        await asyncio.gather(*ears, return_exceptions=True)

    def _open(self, channel_id: str, who: Who) -> None:
        if channel_id not in self._ears:
            self._ears[channel_id] = asyncio.create_task(self._hear(channel_id, who), name=f"ear {channel_id}")

    async def _hear(self, channel_id: str, who: Who) -> None:
        said = _Said(self, who)
        self.shared.start(asyncio.create_task(said.write_down(), name=f"transcript {channel_id}"))
        try:
            async with self.shared.listen(self.shared.client, self.recorder.call_id, channel_id) as line:
                await self._listen(line, said)
        except (AriError, LineClosed) as error:
            log.info("not listened to any more", who=who, reason=str(error))
        finally:
            said.end()

    async def _listen(self, line: AudioLine, said: "_Said") -> None:
        voice = Overhearer(Endpointer(self.shared.endpointing))
        try:
            while True:
                received = await line.receive()
                if not self.recorder.is_heard:
                    voice.forget()
                elif isinstance(received, Frame):
                    said.take(voice.feed(received.audio))
        finally:
            said.take(voice.cut())


class _Said:
    """What one of them has said and what waits to be understood."""

    def __init__(self, talk: Transcription, who: Who) -> None:
        self._talk = talk
        self._who = who
        self._waiting: asyncio.Queue[tuple[bytes, datetime] | None] = asyncio.Queue()

    def take(self, utterance: bytes | None) -> None:
        if not utterance:
            return
        if self._waiting.qsize() >= _KEPT:
            log.warning("an utterance was not written down: too many wait")
            self._waiting.get_nowait()
        began = self._talk.shared.now() - timedelta(seconds=len(utterance) / SAMPLE_RATE)
        self._waiting.put_nowait((utterance, began))

    def end(self) -> None:
        self._waiting.put_nowait(None)

    async def write_down(self) -> None:
        """Until the end, one after the other."""
        talk = self._talk
        while (next_one := await self._waiting.get()) is not None:
            utterance, began = next_one
            try:
                async with asyncio.timeout(_UNDERSTOOD_WITHIN_S):
                    understood = await talk.shared.recognizer.overhear(utterance, talk.language)
            except (RecognizerError, TimeoutError) as error:
                log.warning("an utterance was not written down", reason=str(error) or "too late")
                continue
            if understood and understood[0].text:
                await talk.record.overheard(self._who, understood, began)
