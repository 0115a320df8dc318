"""A value as it is read back to the caller."""

from collections.abc import Mapping
from datetime import date

from dialplan.loader import Dialplan
from dialplan.slots import Choice, Slot
from ivr.spoken.dates import date_in_words


def spoken_value(slot: Slot, value: str, dialplan: Dialplan, language: str) -> str:
    """`value` in words of the language. Numbers stay digits, which the line speaks one by one; a "+" is not said."""
    if slot.kind == "date":
        return date_in_words(date.fromisoformat(value), language)
    choice = choices_of(slot, dialplan).get(value)
    if choice is not None:
        return choice.name[language]
    return value.removeprefix("+")


def choices_of(slot: Slot, dialplan: Dialplan) -> Mapping[str, Choice]:
    """What there is to choose from, by name; nothing for a slot of another kind."""
    if slot.kind == "system":
        return dialplan.menus.systems
    return dialplan.menus.departments if slot.kind == "department" else slot.choices
