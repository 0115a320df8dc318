"""A conversation in writing: at a keyboard, or in a chat on a web page."""

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from ivr.conversation import CallerHungUp, Digits, Expecting, Heard, Hypothesis, NoInput, Prompt, Utterance, WaitOver
from ivr.speech.wording import Wording

_KEYS = re.compile(r"#?[0-9*]+#?|#")


class EndsWithWait:
    """`until` for a conversation without sound: it calls `go_on` before whatever it says."""

    _over: asyncio.Event | None = None

    @contextlib.contextmanager
    def until(self, over: asyncio.Event) -> Iterator[None]:
        self._over = over
        try:
            yield
        finally:
            self._over = None

    def go_on(self) -> None:
        """
        Raises:
            WaitOver: the wait is over.
        """
        if self._over is not None and self._over.is_set():
            raise WaitOver


@dataclass
class TextConversation(EndsWithWait):
    """What is typed is said; only digits (also `#12`) are keys, an empty line is silence.

    `show` writes what the line says. `read` waits for what the caller types next; EOFError means that he is gone.
    """

    wording: Wording
    show: Callable[[str], None]
    read: Callable[[], Awaitable[str]]
    _keys: str = field(default="", init=False)

    async def say(self, prompt: Prompt) -> None:
        self.go_on()
        self.show(self.wording.text(prompt))

    async def ask(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...] = ()) -> Heard:
        if not self._keys:
            for part in (*lead, prompt):
                await self.say(part)
        return await self._answer(expecting)

    async def wait(self, parts: tuple[Prompt, ...], expecting: Expecting) -> Heard:
        """The time of a wait goes by as soon as he types nothing."""
        self._keys = ""
        for part in parts:
            await self.say(part)
        self.go_on()
        return await self._answer(expecting)

    async def _answer(self, expecting: Expecting) -> Heard:
        if not self._keys:
            typed = await self._read()
            if not _KEYS.fullmatch(typed):
                return Utterance((Hypothesis(typed),)) if typed else NoInput()
            self._keys = typed.removeprefix("#") or "#"
        digits, self._keys = first_answer(self._keys, expecting.max_digits)
        return digits

    async def _read(self) -> str:
        try:
            return (await self.read()).strip()
        except EOFError:
            raise CallerHungUp from None


def first_answer(keys: str, max_digits: int) -> tuple[Digits, str]:
    """What a keypad makes of `keys`: the first answer, ended by `#` or the greatest number, and the keys left over."""
    if keys.startswith("#"):
        return Digits("#"), keys[1:]
    end = keys.find("#", 1, max_digits)
    if end > 0:
        return Digits(keys[:end]), keys[end + 1 :]
    return Digits(keys[:max_digits]), keys[max_digits:]
