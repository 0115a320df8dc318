"""Asking with manners: global words, silence and misunderstanding are dealt with here, once for all questions."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, NoReturn, TypeVar

from dialplan.loader import Dialplan
from ivr.conversation import Conversation, Deaf, Digits, Expecting, Heard, NoInput, Prompt, Utterance
from ivr.words import Command, Words

Answer = TypeVar("Answer")


class PersonWanted(Exception):
    """A person has to take over; `reason` is asked, no_input, no_match, deaf, not_helped, unproven, link, no_article or
    too_long."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StepChanged(Exception):
    """The caller wants to be elsewhere than at the question that was asked."""


class StartOver(StepChanged):
    """Back to the main menu."""


class GoBack(StepChanged):
    """Back to the question before."""


class LanguageChanged(StepChanged):
    """The same again, in the language that the dialogue has from now on."""


@dataclass(frozen=True, slots=True)
class Question(Generic[Answer]):
    """A question, its wordings, and how an answer to it is understood (None: not at all).

    `ask` is said first; `again` after an answer that was not understood, `silent` after silence, `keys` from
    the second miss on.
    """

    expecting: Expecting
    understand: Callable[[Utterance | Digits], Awaitable[Answer | None]]
    ask: Prompt
    again: Prompt
    silent: Prompt
    keys: Prompt


@dataclass(slots=True)
class Dialogue:
    """A conversation in one language at a time, with its count of silences and misunderstandings in a row.

    `may_go_on` tells whether the call is still short enough to talk to the line itself.
    """

    conversation: Conversation
    dialplan: Dialplan
    language: str
    may_go_on: Callable[[], bool]
    _silences: int = field(default=0, init=False)
    _misses: int = field(default=0, init=False)

    @property
    def words(self) -> Words:
        return Words(self.dialplan, self.language)

    def prompt(self, key: str, /, **slots: str) -> Prompt:
        return Prompt(key, self.language, slots)

    async def say(self, key: str, **slots: str) -> None:
        await self.conversation.say(self.prompt(key, **slots))

    async def ask(self, question: Question[Answer], lead: tuple[Prompt, ...] = ()) -> Answer:
        """Ask until an answer is understood.

        Raises:
            PersonWanted: the caller asked for one, or could not be understood often enough.
            StepChanged: the caller wants the main menu, the question before, or another language.
        """
        prompt = question.ask
        while True:
            if not self.may_go_on():
                raise PersonWanted("too_long")
            heard = await self.conversation.ask(prompt, question.expecting, lead)
            lead = ()
            command = self.words.command(heard)
            if command is Command.REPEAT:
                prompt = question.ask
                continue
            if command is not None:
                _obey(command)
            self.change_language(heard)
            misses = self._misses
            answer = await self._understood(heard, question)
            if answer is not None:
                self._silences = self._misses = 0
                return answer
            self._misses = misses  # an answer to a confirmation in between forgives nothing: it was a no
            lead = self._excuse(heard, question.expecting)
            prompt = self._next_wording(heard, question)

    def change_language(self, heard: Heard) -> None:
        """
        Raises:
            LanguageChanged: he wants another one, and it is spoken from now on.
        """
        language = self.words.other_language(heard)
        if language is not None:
            self.language = language
            raise LanguageChanged

    async def _understood(self, heard: Heard, question: Question[Answer]) -> Answer | None:
        if isinstance(heard, Digits) or (isinstance(heard, Utterance) and not self.words.says_nothing(heard.text)):
            return await question.understand(heard)
        return None

    def _excuse(self, heard: Heard, expecting: Expecting) -> tuple[Prompt, ...]:
        if isinstance(heard, Deaf):
            return (self.prompt("line.deaf"),)
        is_key = isinstance(heard, Digits) and expecting.max_digits == 1
        return (self.prompt("menu.unknown_key"),) if is_key else ()

    def _next_wording(self, heard: Heard, question: Question[Answer]) -> Prompt:
        limits = self.dialplan.menus.limits
        if isinstance(heard, NoInput):
            self._silences += 1
            if self._silences >= limits.no_input:
                raise PersonWanted("no_input")
            return question.silent if self._silences == 1 else question.keys
        self._misses += 1
        if self._misses >= limits.no_match:
            raise PersonWanted("deaf" if isinstance(heard, Deaf) else "no_match")
        by_voice = isinstance(heard, Utterance) and self._misses == 1
        return question.again if by_voice else question.keys


def _obey(command: Command) -> NoReturn:
    if command is Command.OPERATOR:
        raise PersonWanted("asked")
    raise StartOver if command is Command.MAIN_MENU else GoBack
