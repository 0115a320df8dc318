"""A conversation in writing: at a keyboard, or in a chat on a web page."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from ivr.conversation import CallerHungUp, Digits, Expecting, Heard, Hypothesis, NoInput, Prompt, Utterance
from ivr.speech.wording import Wording

_KEYS = re.compile(r"#?[0-9*]+#?|#")


@dataclass(slots=True)
class TextConversation:
    """What is typed is said; only digits (also `#12`) are keys, an empty line is silence.

    `show` writes what the line says. `read` waits for what the caller types next; EOFError means that he is gone.
    """

    wording: Wording
    show: Callable[[str], None]
    read: Callable[[], Awaitable[str]]
    _keys: str = field(default="", init=False)

    async def say(self, prompt: Prompt) -> None:
        self.show(self.wording.text(prompt))

    async def ask(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...] = ()) -> Heard:
        if not self._keys:
            for part in (*lead, prompt):
                await self.say(part)
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
