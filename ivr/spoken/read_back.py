"""A value as it is read back to the caller."""

from collections.abc import Mapping
from datetime import date

from dialplan.loader import Dialplan
from dialplan.slots import Choice, Slot
from ivr.spoken.dates import date_in_words

CHOICE_KEYS = "123456"
"""The keys that choose; 7 to 0 go back, to the other language, repeat, and to a person."""


def spoken_value(slot: Slot, value: str, dialplan: Dialplan, language: str) -> str:
    """`value` in words of the language. Numbers stay digits, which the line speaks one by one; a "+" is not said."""
    if slot.kind == "date":
        return date_in_words(date.fromisoformat(value), language)
    choice = choices_of(slot, dialplan).get(value)
    if choice is not None:
        return choice.name[language]
    return value.removeprefix("+")


def spoken_options(slot: Slot, dialplan: Dialplan, language: str) -> str:
    """What there is to choose from, each with its key."""
    return named_options(choices_of(slot, dialplan), dialplan, language)


def named_options(choices: Mapping[str, Choice], dialplan: Dialplan, language: str) -> str:
    """`choices`, each with its key."""
    option = dialplan.prompts[language]["slot.option"]
    named = zip(CHOICE_KEYS, choices.values(), strict=False)
    return " ".join(option.format(name=choice.name[language], key=key) for key, choice in named)


def choices_of(slot: Slot, dialplan: Dialplan) -> Mapping[str, Choice]:
    """What there is to choose from, by name; nothing for a slot of another kind."""
    if slot.kind == "system":
        return dialplan.menus.systems
    return dialplan.menus.departments if slot.kind == "department" else slot.choices
