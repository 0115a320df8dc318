"""A conversation that writes down what the line says, while it says it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from ivr.conversation import Conversation, Expecting, Heard, Prompt
from ivr.speech.wording import Wording

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class TranscribedConversation:
    """Tells `said` the words of every prompt of `conversation`; what is said in one breath is told at once."""

    conversation: Conversation
    wording: Wording
    said: Callable[[str], Awaitable[None]]

    async def say(self, prompt: Prompt) -> None:
        await self._telling((prompt,), self.conversation.say(prompt))

    async def ask(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...] = ()) -> Heard:
        return await self._telling((*lead, prompt), self.conversation.ask(prompt, expecting, lead))

    async def _telling(self, prompts: tuple[Prompt, ...], talking: Awaitable[Result]) -> Result:
        """Beside the talking, so that a slow database does not keep the caller waiting."""
        writing = asyncio.ensure_future(self.said(" ".join(map(self.wording.text, prompts))))
        try:
            return await talking
        finally:
            await writing
