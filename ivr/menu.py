"""Where an option of a menu leads."""

from dataclasses import dataclass

from dialplan.loader import Dialplan
from dialplan.schema import Option


@dataclass(frozen=True, slots=True)
class Target:
    """The next step of a call: a menu to ask, an article to read or a group to queue for; and the category learnt."""

    category: str | None = None
    menu: str | None = None
    article: str | None = None
    queue: str | None = None


def option_target(option: Option) -> Target:
    return Target(option.category, option.then.menu, option.then.article, option.then.queue)


def menu_of_category(dialplan: Dialplan, category: str) -> str:
    """The menu that asks on about a category: where a key for it leads, else where calls start."""
    for menu in dialplan.menus.menus.values():
        for option in menu.options:
            if option.category == category and option.then.menu is not None:
                return option.then.menu
    return next(iter(dialplan.menus.numbers.values())).menu
