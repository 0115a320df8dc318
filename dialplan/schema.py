"""The language of the dialplan: what may stand in menus.yaml."""

from pydantic import Field, StrictBool, StrictInt, StrictStr

from dialplan.actions import Action, When
from dialplan.names import Key, Language, Name, Part, Phrases, PromptKey, Texts
from dialplan.slots import Choice, Site, Slot, System


class DialledNumber(Part):
    """What a called number means: the language that greets, and the first menu. With `ask_language` a caller whose
    language the directory does not know is asked for it."""

    language: Language
    ask_language: StrictBool = False
    menu: Name


class Limits(Part):
    """When the line stops trying and a person takes over."""

    no_input: StrictInt = Field(3, ge=1, le=5)
    no_match: StrictInt = Field(3, ge=1, le=5)
    articles: StrictInt = Field(2, ge=1, le=5)
    call_minutes: StrictInt = Field(15, ge=1, le=120)


class GlobalKeys(Part):
    """Keys that mean the same in every prompt; `yes` and `no` only where the line asks for one of them."""

    operator: Key = "0"
    repeat: Key = "9"
    back: Key = "7"
    main_menu: Key = "*"
    other_language: Key = "8"
    yes: Key = "1"
    no: Key = "2"


class GlobalPhrases(Part):
    """Words that mean the same in every prompt.

    `other_language` are the names of the other languages, by language. `first` and `second` choose between two things
    that were offered, `correction` begins a correction ("no, I said …"), `skip` is said by a caller who does not know,
    `next` asks for the next part of a long answer, `own_number` means the number he calls from, `filler` are sounds
    that say nothing ("uh").
    """

    operator: tuple[StrictStr, ...]
    repeat: tuple[StrictStr, ...]
    back: tuple[StrictStr, ...]
    main_menu: tuple[StrictStr, ...]
    other_language: Phrases = Field(default_factory=dict)
    yes: tuple[StrictStr, ...]
    no: tuple[StrictStr, ...]
    first: tuple[StrictStr, ...] = ()
    second: tuple[StrictStr, ...] = ()
    correction: tuple[StrictStr, ...] = ()
    skip: tuple[StrictStr, ...] = ()
    next: tuple[StrictStr, ...] = ()
    own_number: tuple[StrictStr, ...] = ()
    filler: tuple[StrictStr, ...] = ()


class Greeting(Part):
    """The first whose condition holds is said."""

    when: When | None = None
    say: PromptKey


class Route(Part):
    """Who answers instead of a category's own group: the first that holds. Without `category` it is for all; `agent` is
    rather rung than the others of the group."""

    when: When
    category: Name | None = None
    group: Name
    agent: Name | None = None
    priority: StrictInt = Field(0, ge=0, le=9)


class Announcement(Part):
    """Something that every caller hears after the greeting while a supervisor has it switched on; `name` is what
    supervisors call it."""

    name: Texts
    say: PromptKey


class Category(Part):
    """A kind of problem. `topic` completes "Is this about …?"; `group` answers when self-help does not."""

    name: Texts
    topic: Texts
    group: Name
    phrases: Phrases
    sounds_like: Phrases = Field(default_factory=dict)


class Intent(Part):
    """Something that a caller may want. `slots` are asked in their order, then `then` is done; `proof` asks who he is.

    `sounds_like` are sentences that must be understood so: they are tests, nothing is learnt from them.
    """

    topic: Texts
    category: Name
    phrases: Phrases
    sounds_like: Phrases = Field(default_factory=dict)
    slots: tuple[Name, ...] = ()
    proof: StrictBool = False
    when: When | None = None
    then: Action


class Option(Part):
    """A key of a menu; `category` is what the ticket gets, where the target does not tell."""

    key: Key
    category: Name | None = None
    when: When | None = None
    then: Action


class Menu(Part):
    """A question with keys. `ask` is said first; `keys` once speech has failed (default: `ask` again).

    With `barge_in: false` the question is heard out before the caller is.
    """

    ask: PromptKey
    keys: PromptKey | None = None
    barge_in: StrictBool = True
    options: tuple[Option, ...]

    def option(self, key: str) -> Option | None:
        return next((option for option in self.options if option.key == key), None)


class CatalogueItem(Part):
    """Something that can be ordered. `link` is where one can do it oneself; `group` deals with it otherwise."""

    name: Texts
    link: StrictStr | None = Field(None, pattern=r"^https?://\S+$")
    slots: tuple[Name, ...] = ()
    category: Name
    group: Name


class MenusFile(Part):
    """menus.yaml."""

    version: StrictInt = Field(ge=1, le=1)
    languages: tuple[Language, ...] = Field(min_length=1)
    numbers: dict[StrictStr, DialledNumber] = Field(min_length=1)
    limits: Limits = Limits()
    keys: GlobalKeys = GlobalKeys()
    phrases: dict[Language, GlobalPhrases]
    greetings: tuple[Greeting, ...] = (Greeting(say="greeting"),)
    announcements: dict[Name, Announcement] = Field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    systems: dict[Name, System] = Field(default_factory=dict)
    departments: dict[Name, Choice] = Field(default_factory=dict)
    sites: dict[Name, Site] = Field(default_factory=dict)
    categories: dict[Name, Category]
    slots: dict[Name, Slot] = Field(default_factory=dict)
    intents: dict[Name, Intent] = Field(default_factory=dict)
    catalogue: dict[Name, CatalogueItem] = Field(default_factory=dict)
    menus: dict[Name, Menu]
