"""Where a call goes next."""

from dataclasses import dataclass

from dialplan.actions import Action
from dialplan.loader import Dialplan
from dialplan.schema import Option


@dataclass(frozen=True, slots=True)
class Step:
    """An action of the dialplan to be done, and the category that was learnt with it."""

    action: Action
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """An open question beside the menus; `ask` and `keys` are its prompts."""

    name: str
    ask: str
    keys: str


@dataclass(frozen=True, slots=True)
class ToPerson:
    """A person takes over; `reason` tells him why."""

    reason: str


Next = Step | Ask | ToPerson


def step_of_option(option: Option, dialplan: Dialplan) -> Step:
    """Where a key leads; an intent brings its own category unless the option names one."""
    intent = dialplan.menus.intents.get(option.then.intent or "")
    return Step(option.then, option.category or (intent.category if intent else None))


def menu_of_category(dialplan: Dialplan, category: str) -> str:
    """The menu that asks on about a category: where a key for it leads, else where calls start."""
    for menu in dialplan.menus.menus.values():
        for option in menu.options:
            if option.category == category and option.then.menu is not None:
                return option.then.menu
    return next(iter(dialplan.menus.numbers.values())).menu
