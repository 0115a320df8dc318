"""Typed gaps of an intent that the caller fills: which system, which employee number, which day."""

from typing import Literal, Self

from pydantic import Field, StrictBool, StrictInt, model_validator

from dialplan.names import Name, Part, Phrases, PromptKey, Texts

SlotKind = Literal[
    "department",
    "system",
    "employee_number",
    "ticket_number",
    "phone_number",
    "date",
    "yes_no",
    "choice",
    "text",
]


class Choice(Part):
    """One thing to choose: what it is called, and what callers call it."""

    name: Texts
    phrases: Phrases = Field(default_factory=dict)


class System(Choice):
    """A system of the company; `category` is what a ticket about it gets."""

    category: Name


class Site(Choice):
    """A place of the company. `numbers` are beginnings of the telephone numbers there (E.164 or extensions)."""

    numbers: tuple[str, ...] = ()


class Slot(Part):
    """One gap. `ask` is said first, `again` once it was not understood; `keys` once it shall be keyed in.

    `digits` are the lengths that a number may have; `choices` belong to kind `choice`, by name. With `confirm`, what
    was understood is read back; numbers always are, digit by digit.
    """

    kind: SlotKind
    ask: PromptKey
    again: PromptKey | None = None
    keys: PromptKey | None = None
    digits: tuple[StrictInt, ...] = Field((), max_length=20)
    choices: dict[Name, Choice] = Field(default_factory=dict)
    confirm: StrictBool = False

    @model_validator(mode="after")
    def _choices_belong_to_choice(self) -> Self:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError("'choices' belong to kind 'choice', and it needs them")
        return self
