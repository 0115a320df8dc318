"""The port through which a flow talks with a caller, and the words it uses.

A flow knows two acts: `say` something to its end, and `ask` something and hear the answer. Whether the
caller is a keyboard, a scenario file or a telephone is the business of whoever implements the port.
"""

import asyncio
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


class CallerHungUp(Exception):
    """The caller is gone. Raised by `say` and `ask`; a flow lets it pass."""


class WaitOver(Exception):
    """The wait for an agent has ended, and with it what was being said. Raised only within `until`."""


@dataclass(frozen=True, slots=True)
class Call:
    """The facts of a call, known when it is answered.

    `caller` is the normalised number ("" when withheld), `dialled` the number that was called,
    `language` an ISO 639-1 code and `arrived_at` an aware UTC time.
    """

    id: str
    caller: str
    dialled: str
    language: str
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class Prompt:
    """Something to be said: a key of `prompts.<language>.yaml` and what fills its slots.

    A caller who speaks interrupts it where `barge_in` is set; otherwise it is heard out first.
    """

    key: str
    language: str
    slots: Mapping[str, str] = field(default_factory=dict)
    barge_in: bool = True


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One reading of what was said; `confidence` is 0…1, or None where the engine gives none."""

    text: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """The caller spoke: one reading or several, best first. No reading means sound without words."""

    hypotheses: tuple[Hypothesis, ...]

    @property
    def text(self) -> str:
        return self.hypotheses[0].text if self.hypotheses else ""

    @property
    def confidence(self) -> float | None:
        return self.hypotheses[0].confidence if self.hypotheses else None


@dataclass(frozen=True, slots=True)
class Digits:
    """The caller pressed keys; the terminator is not among them."""

    digits: str


@dataclass(frozen=True, slots=True)
class NoInput:
    """The caller neither spoke nor pressed a key in time."""


@dataclass(frozen=True, slots=True)
class Deaf:
    """The caller spoke, but the line could not listen: the recognizer is down or overloaded."""

    reason: str


Heard = Utterance | Digits | NoInput | Deaf


@dataclass(frozen=True, slots=True)
class Expecting:
    """What kind of answer a question waits for.

    `name` names the question in logs and journals. `phrases`, where given, is the closed set of answers
    (a grammar for engines that take one); empty means open speech. `max_digits` keys make an answer at
    once; fewer need the terminator `#` or a pause. The answer to a `secret` question is written down nowhere.
    """

    name: str
    phrases: tuple[str, ...] = ()
    max_digits: int = 1
    no_input_s: float = 6.0
    max_utterance_s: float = 12.0
    secret: bool = False


class Conversation(Protocol):
    async def say(self, prompt: Prompt) -> None:
        """Speak `prompt` to its end. Keys and speech meanwhile are kept for the next `ask`; the word or the
        key for a person ends the prompt at once.

        Raises:
            CallerHungUp: the caller is gone.
        """

    async def ask(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...] = ()) -> Heard:
        """Speak `lead` and `prompt` in one breath with open ears, and return the first answer.

        Raises:
            CallerHungUp: the caller is gone.
        """


class WaitingConversation(Conversation, Protocol):
    """A conversation that can also keep a waiting caller company."""

    async def wait(self, parts: tuple[Prompt, ...], expecting: Expecting) -> Heard:
        """Speak `parts` with open ears, then play music; the first answer, or `NoInput` once the music has played for
        `expecting.no_input_s` seconds. The ears are open for the first seconds of it, and not at all where there are no
        `parts`; keys always count.

        Raises:
            CallerHungUp: the caller is gone.
            WaitOver: see `until`.
        """

    def until(self, over: asyncio.Event) -> AbstractContextManager[None]:
        """Within this, once `over` is set, whatever is said, asked or waited for falls silent within a frame, and
        raises `WaitOver`."""
