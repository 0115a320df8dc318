"""A conversation by sound: prompts out, keys and speech in, with barge-in. Its only clock are the frames.

A caller who makes a sound pauses the prompt at most; only words or a key end it. A cough, and it goes on.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

from ivr.conversation import CallerHungUp, Deaf, Digits, Expecting, Heard, NoInput, Prompt, Utterance, WaitOver
from ivr.speech.hearing import Hearing
from ivr.speech.keypad import TERMINATOR, Keypad
from ivr.speech.line import FRAME_MS, SILENT_FRAME, AudioLine, Digit, Frame, LineClosed, Received
from ivr.speech.playback import Loop, Playback, Segment
from ivr.speech.speaker import Speaker

Result = TypeVar("Result")

# While something is said to its end, whatever comes is kept; it may be the answer to any question.
_KEEPING = Expecting("meanwhile")

_MOMENT_S = 0.3

_LISTENS_MS = 8000
"""So long after an announcement a waiting caller is listened to. With ears that are always open forty people who chat
with their neighbours while they wait would keep the recognizer from those who talk to the line."""


@dataclass(slots=True)
class AudioConversation:
    """`WaitingConversation` over an `AudioLine`; it listens in the language of the prompt that it speaks.

    `music` (mu-law, 8 kHz, mono) is what a waiting caller hears. `says_nothing` tells a text without meaning ("uh"),
    `wants_person` an answer that ends any prompt at once; both are told the language that was listened in.
    """

    line: AudioLine
    speaker: Speaker
    hearing: Hearing
    says_nothing: Callable[[str, str], bool]
    wants_person: Callable[[Heard, str], bool]
    music: bytes = SILENT_FRAME
    _kept: deque[Heard] = field(default_factory=deque, init=False)
    _forgives_terminator: bool = field(default=False, init=False)
    _loop: Loop = field(init=False)
    _over: asyncio.Event | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._loop = Loop(self.music)

    @property
    def language(self) -> str:
        """What is spoken at the moment."""
        return self.hearing.language

    async def say(self, prompt: Prompt) -> None:
        if any(map(self._is_for_person, self._kept)):
            return
        self.hearing.language = prompt.language
        (spoken,) = await self._spoken((prompt,))
        playback = Playback([Segment(spoken.audio, barge_in=False)])
        keypad = Keypad(max_digits=1)
        while not playback.is_heard:
            heard = await self._step(playback, keypad, _KEEPING)
            if heard is not None:
                self._kept.append(heard)
                if self._is_for_person(heard):
                    await self._stop(playback)

    async def ask(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...] = ()) -> Heard:
        await self._collect_pending()
        keypad = Keypad(expecting.max_digits)
        while self._kept:
            kept = self._kept.popleft()
            if (known := self._press(keypad, kept.digits) if isinstance(kept, Digits) else kept) is not None:
                return known
        self.hearing.language = prompt.language
        parts = () if keypad.is_collecting else (*lead, prompt)  # who is keying in his answer knows the question
        return await self._answer(Playback(await self._spoken(parts)), keypad, expecting)

    async def wait(self, parts: tuple[Prompt, ...], expecting: Expecting) -> Heard:
        self._kept.clear()  # what was pressed before the choices were told chose none of them
        await self.hearing.close()
        keypad = Keypad(expecting.max_digits)
        if not parts:
            return await self._answer(Playback((), self._loop), keypad, expecting, listens_ms=0)
        speaking = asyncio.create_task(self._spoken(parts))
        try:
            await asyncio.wait({speaking}, timeout=_MOMENT_S)
            while not speaking.done():  # a voice that has to be loaded first is waited for with music
                heard = await self._step(Playback((), self._loop), keypad, expecting, listens=False)
                if heard is not None:
                    return heard
            self.hearing.language = parts[0].language
            await self._silence()
            return await self._answer(Playback(speaking.result(), self._loop), keypad, expecting, _LISTENS_MS)
        finally:
            await _given_up(speaking)

    @contextlib.contextmanager
    def until(self, over: asyncio.Event) -> Iterator[None]:
        self._over = over
        try:
            yield
        finally:
            self._over = None

    async def sound(self, audio: bytes) -> None:
        """Play `audio` (mu-law, 8 kHz, mono) to its end, deaf to what comes meanwhile.

        Raises:
            CallerHungUp: the caller is gone.
        """
        playback = Playback([Segment(audio, barge_in=False)])
        while not playback.is_heard:
            if isinstance(await self._receive(), Frame) and (sound := playback.next_sound()):
                await self.line.play(sound)

    async def close(self) -> None:
        await self.hearing.close()

    async def _spoken(self, parts: Iterable[Prompt]) -> list[Segment]:
        return [Segment(await self._unless_over(self.speaker.speak(part)), part.barge_in) for part in parts]

    async def _answer(
        self, playback: Playback, keypad: Keypad, expecting: Expecting, listens_ms: int | None = None
    ) -> Heard:
        """The first answer; `NoInput` when `playback` was heard and nothing came. For `listens_ms` after that the ears
        are open, None: all the time."""
        answer: Heard | None = None
        silent_ms = 0
        while True:
            listens = listens_ms is None or silent_ms < listens_ms
            heard = await self._step(playback, keypad, expecting, listens)
            answer = heard if heard is not None else answer
            if answer is not None and playback.may_interrupt:
                await self._stop(playback)
                return answer
            if playback.is_heard and not self.hearing.endpointer.is_speaking and not keypad.is_collecting:
                silent_ms += FRAME_MS
                if silent_ms >= expecting.no_input_s * 1000:
                    return NoInput()

    async def _collect_pending(self) -> None:
        """What was said just before this question is an answer to it."""
        if self.hearing.is_pending:
            words = await self._unless_over(self.hearing.words())
            if not self._is_without_words(words):
                self._kept.append(words)

    async def _step(
        self, playback: Playback, keypad: Keypad, expecting: Expecting, listens: bool = True
    ) -> Heard | None:
        """One frame or one key; an answer, if it completed one."""
        received = await self._receive()
        if isinstance(received, Digit):
            if playback.may_interrupt:
                await self._stop(playback)
            return self._press(keypad, received.digit)
        heard = await self._hear(received, playback, expecting) if listens else None
        sound = playback.next_sound()
        if sound is not None:
            await self.line.play(sound)
        return heard or keypad.tick()

    def _press(self, keypad: Keypad, digit: str) -> Digits | None:
        """The answer, once this key completes it. A terminator after the greatest number of keys is one too many."""
        forgives, self._forgives_terminator = self._forgives_terminator, False
        if forgives and digit == TERMINATOR:
            return None
        answer = keypad.press(digit)
        self._forgives_terminator = answer is not None and keypad.max_digits > 1 and digit != TERMINATOR
        return answer

    async def _receive(self) -> Received:
        if self._over is not None and self._over.is_set():
            await self._fall_silent()
        try:
            return await self.line.receive()
        except LineClosed as closed:
            raise CallerHungUp from closed

    async def _fall_silent(self) -> NoReturn:
        await self._silence()
        raise WaitOver

    async def _silence(self) -> None:
        await self.line.flush()
        self._loop.begin()

    async def _unless_over(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Its result, however long it takes; given up when the wait is over."""
        if self._over is None:
            return await work
        task, over = asyncio.create_task(work), asyncio.create_task(self._over.wait())
        try:
            await asyncio.wait({task, over}, return_when=asyncio.FIRST_COMPLETED)
            if over.done():
                await self._fall_silent()
            return task.result()
        finally:
            await _given_up(task, over)

    async def _hear(self, frame: Frame, playback: Playback, expecting: Expecting) -> Utterance | Deaf | None:
        self.hearing.feed(frame.audio, expecting)
        is_heard_over = playback.may_interrupt and not (playback.is_paused or playback.is_finished)
        if self.hearing.endpointer.is_speaking and is_heard_over:
            playback.pause()
            await self.line.flush()
        # While a prompt runs on, recognition must not hold up its frames; when it is quiet there is nothing to hold up.
        is_quiet = playback.is_paused or playback.is_finished
        if not self.hearing.is_pending or not (is_quiet or self.hearing.has_result):
            return None
        words = await self._unless_over(self.hearing.words())
        return self._cough(playback, expecting) if self._is_without_words(words) else words

    def _is_for_person(self, heard: Heard) -> bool:
        return self.wants_person(heard, self.hearing.language)

    def _is_without_words(self, heard: Heard) -> bool:
        return isinstance(heard, Utterance) and self.says_nothing(heard.text, self.hearing.language)

    def _cough(self, playback: Playback, expecting: Expecting) -> Utterance | None:
        """A cough: the prompt goes on. Sound that fills a whole utterance without words is an answer of its own."""
        playback.resume()
        longest = expecting.max_utterance_s * 1000
        return Utterance(()) if self.hearing.endpointer.utterance_ms >= longest else None

    async def _stop(self, playback: Playback) -> None:
        playback.stop()
        await self._silence()


async def _given_up(*tasks: "asyncio.Task[Any]") -> None:
    """Cancelled where they are not done, and waited for."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
