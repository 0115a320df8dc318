"""A scripted caller at a telephone without time: he hears prompts as they reach his ear, and makes himself heard."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from ivr.conversation import Expecting, Heard, Prompt, WaitingConversation
from ivr.scenario import Turn
from ivr.scripted import ScriptedCaller
from ivr.speech.line import FRAME_BYTES, FRAME_MS, SILENT_FRAME, Received
from ivr.speech.recorded_line import RecordedLine
from ivr.speech.speaker import Speaker

THINKING_MS = 500
"""So long after a question the caller answers."""

INTERRUPTS_AFTER_MS = 800
"""So far into a prompt he interrupts it, or in the middle of a shorter one."""

_NEXT_INTERRUPTION_MS = 2000
_BETWEEN_KEYS = SILENT_FRAME * (200 // FRAME_MS)

Sound = Callable[[Turn], Awaitable[bytes]]


@dataclass(slots=True)
class CallersTelephone:
    """`AudioLine`, and the caller who holds the other end of it: `sound` speaks his turns.

    Wrapped around the conversation and its speaker (`HeardSpeaker`, `AnsweredConversation`) it learns what is asked.
    """

    caller: ScriptedCaller
    sound: Sound
    line: RecordedLine = field(default_factory=RecordedLine)
    _question: str | None = field(default=None, init=False)
    _last_prompt: str = field(default="", init=False)
    _coming: deque[tuple[int, int, str]] = field(default_factory=deque, init=False)
    """Prompts that he has not heard yet: the frame at which each begins and its length in frames."""
    _due: deque[tuple[int, Turn]] = field(default_factory=deque, init=False)
    _began: int = field(default=0, init=False)
    _length: int = field(default=0, init=False)
    _quiet_ms: int = field(default=0, init=False)
    _is_done: bool = field(default=True, init=False)
    """He has said what he had to say to this."""

    def begins(self, question: str | None) -> None:
        """Something is about to be told, or asked as the question of that name."""
        self._question = question
        self._coming.clear()
        self._due.clear()
        self._began, self._length = len(self.line.heard_frames), 0
        self._quiet_ms, self._is_done = 0, question is None

    def speaks(self, prompt: str, audio: bytes) -> None:
        """A prompt is about to be played, behind those before it."""
        frames = -(-len(audio) // FRAME_BYTES)
        self._coming.append((self._length, frames, prompt))
        self._length += frames
        self._last_prompt = prompt

    async def receive(self) -> Received:
        """See `AudioLine`.

        Raises:
            OutOfStep: the caller has nothing to say to what is asked.
        """
        await self._live()
        return await self.line.receive()

    async def play(self, audio: bytes) -> None:
        await self.line.play(audio)

    async def flush(self) -> None:
        await self.line.flush()

    async def _live(self) -> None:
        """One frame of the caller's life."""
        heard = len(self.line.heard_frames) - self._began
        while self._coming and heard > self._coming[0][0]:
            begins, frames, prompt = self._coming.popleft()
            self._hear(prompt, begins, frames)
        if self._due and heard >= self._due[0][0] and not self.line.is_sending:
            await self._act(self._due.popleft()[1])
        elif self._length and not (self._is_done or self._due or self._coming) and heard >= self._length:
            self._quiet_ms += 0 if self.line.is_sending else FRAME_MS
            if self._quiet_ms >= THINKING_MS:
                assert self._question is not None  # noqa: S101 - else he was done from the beginning
                self._is_done = True
                await self._act(self.caller.answers(self._last_prompt, self._question))

    def _hear(self, prompt: str, begins: int, frames: int) -> None:
        at = begins + min(INTERRUPTS_AFTER_MS // FRAME_MS, frames // 2)
        for turn in self.caller.hears(prompt, self._question):
            self._due.append((min(at, begins + frames), turn))
            at += _NEXT_INTERRUPTION_MS // FRAME_MS
            self._is_done = self._is_done or not turn.noise

    async def _act(self, turn: Turn) -> None:
        if turn.hangs_up:
            self.line.hang_up()
        elif turn.keys is not None:
            self.line.send(*(part for key in turn.keys for part in (key, _BETWEEN_KEYS)))
        else:
            self.line.send(await self.sound(turn))


@dataclass(frozen=True, slots=True)
class HeardSpeaker:
    """`Speaker` whose prompts the caller at `telephone` hears."""

    speaker: Speaker
    telephone: CallersTelephone

    async def speak(self, prompt: Prompt) -> bytes:
        audio = await self.speaker.speak(prompt)
        self.telephone.speaks(prompt.key, audio)
        return audio


@dataclass(frozen=True, slots=True)
class AnsweredConversation:
    """`WaitingConversation` whose questions the caller at `telephone` answers."""

    conversation: WaitingConversation
    telephone: CallersTelephone

    async def say(self, prompt: Prompt) -> None:
        self.telephone.begins(None)
        await self.conversation.say(prompt)

    async def ask(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...] = ()) -> Heard:
        self.telephone.begins(expecting.name)
        return await self.conversation.ask(prompt, expecting, lead)

    async def wait(self, parts: tuple[Prompt, ...], expecting: Expecting) -> Heard:
        self.telephone.begins(None)
        return await self.conversation.wait(parts, expecting)

    def until(self, over: asyncio.Event) -> AbstractContextManager[None]:
        return self.conversation.until(over)
