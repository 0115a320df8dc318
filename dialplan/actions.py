"""What can be done for a caller, and on what conditions: the closed lists from which a dialplan chooses."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, StrictStr, model_validator

from dialplan.names import Language, Name, Part, PromptKey


class When(Part):
    """Conditions; all that are given must hold. `known` is whether we know who calls, `open` and `closed` name a
    calendar, `outage` a system that is down."""

    known: StrictBool | None = None
    label: Name | None = None
    site: Name | None = None
    department: Name | None = None
    language: Language | None = None
    open: Name | None = None
    closed: Name | None = None
    outage: Name | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("a condition is needed: known, label, site, department, language, open, closed or outage")
        return self


SkillLevel = Annotated[StrictInt, Field(ge=1, le=3)]


def _level_one(value: Any) -> Any:
    return dict.fromkeys(value, 1) if isinstance(value, list | tuple) else value


class QueueAction(Part):
    """Queue for `group`: a higher `priority` (0 to 9) goes first; agents need all `skills`, each at its level (1 to
    3)."""

    group: Name
    priority: StrictInt = Field(0, ge=0, le=9)
    skills: Annotated[dict[Name, SkillLevel], BeforeValidator(_level_one, list[Name] | dict[Name, SkillLevel])] = Field(
        default_factory=dict
    )


class LinkAction(Part):
    """Send `url` to the caller, as a text message or an e-mail; `text` is the prompt whose words go before it."""

    url: Annotated[StrictStr, Field(pattern=r"^https?://\S+$")]
    by: Literal["sms", "email"] = "sms"
    text: PromptKey


class DiagnoseAction(Part):
    """Measure `probe` of probes.yaml while the caller waits; where it cannot be measured, `fault` is done too."""

    probe: Name
    ok: "Action"
    fault: "Action"


def _group_alone(value: Any) -> Any:
    return {"group": value} if isinstance(value, str) else value


class Action(Part):
    """Where something leads: exactly one of these. `say`, where given, is said first.

    `menu`, `article`, `intent` and `request` (of the catalogue) name what to go on with. `queue`, `callback` and
    `voicemail` name the group that will deal with it. `ticket` writes the ticket and says its number, `ticket_status`
    tells how a ticket stands, `send_link` sends a link, `diagnose` measures something and goes on by the verdict,
    `survey` asks for a mark, `goodbye` is the last prompt.
    """

    say: PromptKey | None = None
    menu: Name | None = None
    article: Name | None = None
    intent: Name | None = None
    queue: Annotated[QueueAction, BeforeValidator(_group_alone, str | QueueAction)] | None = None
    ticket: Literal[True] | None = None
    ticket_status: Literal[True] | None = None
    send_link: LinkAction | None = None
    request: Name | None = None
    diagnose: DiagnoseAction | None = None
    callback: Name | None = None
    voicemail: Name | None = None
    survey: Literal[True] | None = None
    goodbye: PromptKey | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        targets = [name for name in Action.model_fields if name != "say"]
        if sum(getattr(self, name) is not None for name in targets) != 1:
            raise ValueError(f"exactly one of {', '.join(targets)} is needed")
        return self

    @property
    def target(self) -> tuple[str, Any]:
        """The name and the value of the one that is given."""
        return next((name, value) for name, value in self if name != "say" and value is not None)

    @property
    def branches(self) -> tuple[tuple[str, "Action"], ...]:
        """The actions of which a verdict chooses one, each with its key."""
        return (("ok", self.diagnose.ok), ("fault", self.diagnose.fault)) if self.diagnose is not None else ()

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents to which it may lead."""
        own = (self.intent,) if self.intent is not None else ()
        return (*own, *(intent for _, branch in self.branches for intent in branch.intents))


DiagnoseAction.model_rebuild()
