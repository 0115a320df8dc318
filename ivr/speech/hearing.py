"""From frames to words: the endpointer says when, the recognizer says what.

Recognition starts at the first short pause, so that it is mostly done when the pause turns out to be the end.
"""

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field

from ivr.conversation import Deaf, Expecting, Utterance
from ivr.speech.endpointing import Activity, Endpointer
from ivr.speech.recognizer import Recognizer, RecognizerError

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Hearing:
    """The ears of one call. `language` is the one that the next utterance is listened to in."""

    recognizer: Recognizer
    endpointer: Endpointer
    language: str
    _guess: asyncio.Task[Utterance | Deaf] | None = field(default=None, init=False)

    @property
    def is_pending(self) -> bool:
        """An utterance has ended and waits to be collected by `words`."""
        return self._guess is not None and not self.endpointer.is_speaking

    @property
    def has_result(self) -> bool:
        return self.is_pending and self._guess is not None and self._guess.done()

    def feed(self, frame: bytes, expecting: Expecting) -> Activity:
        """One frame of 20 ms (160 bytes of mu-law). An utterance that grows too long ends here."""
        activity = self.endpointer.feed(frame)
        if self.endpointer.is_speaking and self.endpointer.utterance_ms >= expecting.max_utterance_s * 1000:
            self.endpointer.cut()
            activity = Activity.ENDED
            self._discard()
        if activity in (Activity.STARTED, Activity.RESUMED):
            self._discard()
        elif activity in (Activity.PAUSED, Activity.ENDED) and self._guess is None:
            self._guess = asyncio.create_task(self._recognize(self.endpointer.utterance, expecting))
        return activity

    async def words(self) -> Utterance | Deaf:
        """What was said in the utterance that ended."""
        assert self._guess is not None  # noqa: S101 - only called while is_pending
        try:
            return await self._guess
        finally:
            self._guess = None

    async def close(self) -> None:
        if self._guess is not None:
            self._guess.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._guess
            self._guess = None

    def _discard(self) -> None:
        if self._guess is not None:
            self._guess.cancel()
            self._guess = None

    async def _recognize(self, audio: bytes, expecting: Expecting) -> Utterance | Deaf:
        try:
            return Utterance(await self.recognizer.recognize(audio, self.language, expecting.phrases))
        except RecognizerError as error:
            log.warning("recognition failed: %s", error)
            return Deaf(str(error))
