"""The language of the dialplan: what may stand in menus.yaml, groups.yaml and prompts.<language>.yaml."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, model_validator

Language = Annotated[StrictStr, Field(pattern=r"^[a-z]{2}$")]
Key = Annotated[StrictStr, Field(pattern=r"^[0-9*#]$")]
Name = Annotated[StrictStr, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
PromptKey = Annotated[StrictStr, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")]
Phrases = dict[Language, tuple[StrictStr, ...]]
Texts = dict[Language, StrictStr]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DialledNumber(_Part):
    """What a called number means: the language that greets, and the menu that asks first."""

    language: Language
    menu: Name


class Limits(_Part):
    """When the line stops trying and a person takes over."""

    no_input: StrictInt = Field(3, ge=1, le=5)
    no_match: StrictInt = Field(3, ge=1, le=5)
    articles: StrictInt = Field(2, ge=1, le=5)
    call_minutes: StrictInt = Field(15, ge=1, le=120)


class GlobalKeys(_Part):
    """Keys that mean the same in every prompt; `yes` and `no` only where the line asks for one of them."""

    operator: Key = "0"
    repeat: Key = "9"
    main_menu: Key = "*"
    yes: Key = "1"
    no: Key = "2"


class GlobalPhrases(_Part):
    """Words that mean the same in every prompt. `filler` are sounds that say nothing ("uh")."""

    operator: tuple[StrictStr, ...]
    repeat: tuple[StrictStr, ...]
    main_menu: tuple[StrictStr, ...]
    yes: tuple[StrictStr, ...]
    no: tuple[StrictStr, ...]
    filler: tuple[StrictStr, ...] = ()


class Category(_Part):
    """A kind of problem. `topic` completes "Is this about …?"; `group` answers when self-help does not."""

    name: Texts
    topic: Texts
    group: Name
    phrases: Phrases


class Action(_Part):
    """What an option leads to: exactly one of these."""

    menu: Name | None = None
    article: Name | None = None
    queue: Name | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(target is not None for target in (self.menu, self.article, self.queue)) != 1:
            raise ValueError("exactly one of 'menu', 'article' or 'queue' is needed")
        return self


class Option(_Part):
    key: Key
    category: Name
    then: Action


class Menu(_Part):
    """A question with keys. `ask` is said first; `keys` once speech has failed (default: `ask` again)."""

    ask: PromptKey
    keys: PromptKey | None = None
    options: tuple[Option, ...]

    def option(self, key: str) -> Option | None:
        return next((option for option in self.options if option.key == key), None)


class MenusFile(_Part):
    """menus.yaml."""

    version: StrictInt = Field(ge=1, le=1)
    languages: tuple[Language, ...] = Field(min_length=1)
    numbers: dict[StrictStr, DialledNumber] = Field(min_length=1)
    limits: Limits = Limits()
    keys: GlobalKeys = GlobalKeys()
    phrases: dict[Language, GlobalPhrases]
    categories: dict[Name, Category]
    menus: dict[Name, Menu]


class Group(_Part):
    """Who answers. `ring_s`: how long one agent's telephone rings; `wrap_up_s`: peace after a call."""

    name: Texts
    agents: tuple[Name, ...]
    ring_s: StrictInt = Field(15, ge=3, le=120)
    wrap_up_s: StrictInt = Field(10, ge=0, le=3600)


class GroupsFile(_Part):
    """groups.yaml."""

    groups: dict[Name, Group] = Field(min_length=1)
