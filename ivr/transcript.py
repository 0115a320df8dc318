"""A conversation that writes down what the line says, while it says it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeVar

from ivr.conversation import Expecting, Heard, Prompt, WaitingConversation
from ivr.speech.wording import Wording

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Said:
    """What the line says in one breath: `prompts` are its keys, `question` the name of what it asks, if it does."""

    text: str
    prompts: tuple[str, ...]
    question: str | None = None


@dataclass(frozen=True, slots=True)
class TranscribedConversation:
    """Tells `said` the words of every prompt of `conversation`; what is said in one breath is told at once."""

    conversation: WaitingConversation
    wording: Wording
    said: Callable[[Said], Awaitable[None]]

    async def say(self, prompt: Prompt) -> None:
        await self._telling((prompt,), None, self.conversation.say(prompt))

    async def ask(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...] = ()) -> Heard:
        return await self._telling((*lead, prompt), expecting.name, self.conversation.ask(prompt, expecting, lead))

    async def wait(self, parts: tuple[Prompt, ...], expecting: Expecting) -> Heard:
        """What a waiting caller hears is told, not asked: he need not answer."""
        waiting = self.conversation.wait(parts, expecting)
        return await (self._telling(parts, None, waiting) if parts else waiting)

    def until(self, over: asyncio.Event) -> AbstractContextManager[None]:
        return self.conversation.until(over)

    async def _telling(self, prompts: tuple[Prompt, ...], question: str | None, talking: Awaitable[Result]) -> Result:
        """Beside the talking, so that a slow database does not keep the caller waiting."""
        text = " ".join(map(self.wording.text, prompts))
        writing = asyncio.ensure_future(self.said(Said(text, tuple(prompt.key for prompt in prompts), question)))
        try:
            return await talking
        finally:
            await writing
