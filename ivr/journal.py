"""A call run again over what was already heard in it.

After a crash the flow of a call is started anew over the call's journal: questions that were answered are
answered from it, in silence, and effects that were had are not repeated. At its end the caller hears one sentence
of apology, and the conversation goes on live with the open question.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from ivr.conversation import Expecting, Heard, NoInput, Prompt, WaitingConversation
from ivr.desk import CallRecord, Channel, HowKnown, KnownPerson, Messenger, SoFar


@dataclass(frozen=True, slots=True)
class Answered:
    """A journal entry: the name of a question and what was heard."""

    question: str
    heard: Heard


class JournalledConversation:
    """Keeps a journal of the answers of `conversation`. With `kept`, even an empty one, it is a call taken up again:
    it starts from there, and the first thing said is `apology`."""

    def __init__(
        self,
        conversation: WaitingConversation,
        keep: Callable[[Answered], Awaitable[None]],
        kept: Iterable[Answered] | None = None,
        apology: str = "line.resumed",
    ) -> None:
        self._conversation = conversation
        self._keep = keep
        self._kept = deque(kept or ())
        self._owed = apology if kept is not None else None

    @property
    def is_replaying(self) -> bool:
        return bool(self._kept)

    async def say(self, prompt: Prompt) -> None:
        if self.is_replaying:
            return
        for apology in self._apology(prompt.language):
            await self._conversation.say(apology)
        await self._conversation.say(prompt)

    async def ask(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...] = ()) -> Heard:
        if (known := self._known(expecting)) is not None:
            return known
        lead = (*self._apology(prompt.language), *lead)
        heard = await self._conversation.ask(prompt, expecting, lead)
        if not expecting.secret:
            await self._keep(Answered(expecting.name, heard))
        return heard

    async def wait(self, parts: tuple[Prompt, ...], expecting: Expecting) -> Heard:
        """Of a wait only what the caller said or pressed is kept: that he listened to the music is no answer."""
        if (known := self._known(expecting)) is not None:
            return known
        apology = self._apology(parts[0].language) if parts else ()
        heard = await self._conversation.wait((*apology, *parts), expecting)
        if not isinstance(heard, NoInput):
            await self._keep(Answered(expecting.name, heard))
        return heard

    def until(self, over: asyncio.Event) -> AbstractContextManager[None]:
        return self._conversation.until(over)

    def _known(self, expecting: Expecting) -> Heard | None:
        if self._kept and self._kept[0].question == expecting.name:
            return self._kept.popleft().heard
        self._kept.clear()  # the dialplan changed meanwhile: what is left was answered to other questions
        return None

    def _apology(self, language: str) -> tuple[Prompt, ...]:
        owed, self._owed = self._owed, None
        return (Prompt(owed, language),) if owed is not None else ()


@dataclass(frozen=True, slots=True)
class JournalledRecord:
    """The call's record, written to only once the journal is behind us."""

    record: CallRecord
    conversation: JournalledConversation

    @property
    def number(self) -> str:
        return self.record.number

    @property
    def is_proven(self) -> bool:
        return self.record.is_proven

    async def so_far(self) -> SoFar:
        return await self.record.so_far()

    async def speaks(self, language: str) -> None:
        if not self.conversation.is_replaying:
            await self.record.speaks(language)

    async def understood(self, intent: str, confidence: float, category: str | None) -> None:
        if not self.conversation.is_replaying:
            await self.record.understood(intent, confidence, category)

    async def article_tried(self, article_id: str, helped: bool | None) -> None:
        if not self.conversation.is_replaying:
            await self.record.article_tried(article_id, helped)

    async def articles_sent(self, articles: Sequence[str], by: Channel) -> None:
        if not self.conversation.is_replaying:
            await self.record.articles_sent(articles, by)

    async def identified(self, person: KnownPerson, how: HowKnown) -> None:
        if not self.conversation.is_replaying:
            await self.record.identified(person, how)

    async def noted(self, fields: Mapping[str, str]) -> None:
        if not self.conversation.is_replaying:
            await self.record.noted(fields)

    async def scored(self, mark: int) -> None:
        if not self.conversation.is_replaying:
            await self.record.scored(mark)


@dataclass(frozen=True, slots=True)
class JournalledMessenger:
    """What was sent before the call was taken up again is not sent twice."""

    messenger: Messenger
    conversation: JournalledConversation

    async def send(self, by: Channel, to: str, text: str) -> bool:
        return self.conversation.is_replaying or await self.messenger.send(by, to, text)
