"""From a prompt to words: the whole text, and the pieces in which it is spoken.

What fills a slot is a piece of its own, and so are the words around it: all of them can be recordings. A value that
is all digits is spoken digit by digit, each by the prompt `digit.0` … `digit.9`.
"""

import re
from collections.abc import Iterator, Mapping
from string import Formatter

from ivr.conversation import Prompt
from ivr.speech.speaker import SpeakerError

_EDGES = " \t\n.,;:!?，。、；：！？"


class WordingError(SpeakerError):
    """The dialplan has no such prompt in this language, or a slot was left unfilled."""


class Wording:
    """The texts of a dialplan: `prompts[language][key]`, with {slots}."""

    def __init__(self, prompts: Mapping[str, Mapping[str, str]]) -> None:
        self._prompts = prompts

    def text(self, prompt: Prompt) -> str:
        """All of `prompt` in words, slots as they were given.

        Raises:
            WordingError: an unknown key, or a slot without a value.
        """
        return "".join(
            literal + (_value(prompt, slot) if slot else "") for literal, slot in segments(self._template(prompt))
        )

    def pieces(self, prompt: Prompt) -> tuple[str, ...]:
        """The texts to speak one after the other, where there is no recording of the whole.

        Raises:
            WordingError: an unknown key, or a slot without a value.
        """
        pieces: list[str] = []
        for literal, slot in segments(self._template(prompt)):
            pieces.append(fragment(literal) if pieces else literal.strip())
            value = _value(prompt, slot).strip() if slot else ""
            if re.fullmatch(r"[0-9]+", value):
                pieces.extend(self._template(Prompt(f"digit.{digit}", prompt.language)) for digit in value)
            else:
                pieces.append(value)
        return tuple(piece for piece in pieces if piece)

    def _template(self, prompt: Prompt) -> str:
        try:
            return self._prompts[prompt.language][prompt.key]
        except KeyError:
            raise WordingError(f"no prompt '{prompt.key}' in language '{prompt.language}'") from None


def segments(template: str) -> Iterator[tuple[str, str | None]]:
    """The literal texts of `template`, each with the name of the slot that follows it (None at the end).

    Raises:
        WordingError: a brace that is not closed.
    """
    try:
        for literal, slot, _, _ in Formatter().parse(template):
            yield literal, slot
    except ValueError as error:
        raise WordingError(f"'{template}': {error}") from None


def fragment(words: str) -> str:
    """`words` from between two slots, without the marks that belonged to what stood before them."""
    return words.lstrip(_EDGES).rstrip()


def _value(prompt: Prompt, slot: str) -> str:
    try:
        return prompt.slots[slot]
    except KeyError:
        raise WordingError(f"prompt '{prompt.key}': slot '{slot}' was not filled") from None
