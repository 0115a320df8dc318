"""Who answers: what may stand in groups.yaml."""

from typing import Literal, Self

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr, model_validator

from dialplan.actions import Action, SkillLevel
from dialplan.names import Language, Name, Part, Phrases, PromptKey, Texts
from dialplan.slots import Choice


class AgentCard(Part):
    """An agent: his name, the language in which the line speaks with him, what he can do (1: a little, 3: an expert),
    and the groups whose callers he takes first. `telephone` is where he is rung if that is not an account of ours: a
    number or a SIP address, over the trunk."""

    name: StrictStr
    language: Language | None = None
    telephone: StrictStr | None = Field(None, pattern=r"^([+0-9]{2,20}|sips?:[^\s@]+@[^\s@]+)$")
    skills: dict[Name, SkillLevel] = Field(default_factory=dict)
    prefers: tuple[Name, ...] = ()


class Tier(Part):
    """A further level of a group: its agents are rung too once a caller has waited `after_s`."""

    agents: tuple[Name, ...] = Field(min_length=1)
    after_s: StrictInt = Field(ge=0, le=3600)


class Overflow(Part):
    """When the agents of `group` help out: after a wait, when too many wait for each agent, when nobody is there."""

    group: Name
    after_s: StrictInt | None = Field(None, ge=0, le=3600)
    waiting_per_agent: StrictFloat | StrictInt | None = Field(None, gt=0)
    nobody: Literal[True] | None = None

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if self.model_fields_set <= {"group"}:
            raise ValueError("'after_s', 'waiting_per_agent' or 'nobody' is needed: when do they help out?")
        return self


class Limit(Part):
    """No more than so many callers wait; for who comes then, `then` is done."""

    waiting: StrictInt = Field(ge=1, le=1000)
    then: Action


class Waiting(Part):
    """What a waiting caller hears every so many seconds beside the music: his place and the wait, in turn with
    `messages`; and what he may choose instead of waiting."""

    every_s: StrictInt = Field(40, ge=15, le=600)
    messages: tuple[PromptKey, ...] = ()
    offer: tuple[Literal["callback", "message", "menu", "articles"], ...] = ("callback", "message", "menu")


def waiting_keys(waiting: Waiting) -> dict[str, str]:
    """What a waiting caller may choose, by the key that chooses it: 1, 2, 3 in the order of `offer`. Articles are
    offered to him one by one, and have none."""
    return dict(zip("123", (choice for choice in waiting.offer if choice != "articles"), strict=False))


class CallbackRules(Part):
    """When and how callers are called back: `first` is who is rung first, `tries` how often a caller is tried."""

    hours: Name | None = None
    first: Literal["agent", "caller"] = "agent"
    tries: StrictInt = Field(3, ge=1, le=10)
    again_after_min: StrictInt = Field(15, ge=1, le=1440)


class Group(Part):
    """Who answers. `ring_s`: how long one agent's telephone rings; `wrap_up_s`: peace after a call.

    `agents` are the first level, `tiers` those after it. An agent who lets `missed_rings` calls in a row ring out is
    paused (0: never). For `last_agent_s` a caller waits for the agent he knows, and after each `relax_skills_s` the
    skills he needs may be one level less. `recording`: whether talks with its agents are recorded; `transcription`:
    whether they are written down while they go on, which only what is recorded may be; `survey`: whether the caller is
    asked for a mark once his agent has hung up; `supervision_tone`: whether an agent hears a short tone when a
    supervisor begins to listen. `hours` names the calendar by which the group is there (none: always); outside
    of it `after_hours` is done.
    """

    name: Texts
    agents: tuple[Name, ...]
    tiers: tuple[Tier, ...] = ()
    strategy: Literal["longest_idle", "fewest_calls"] = "longest_idle"
    ring_s: StrictInt = Field(15, ge=3, le=120)
    wrap_up_s: StrictInt = Field(10, ge=0, le=3600)
    missed_rings: StrictInt = Field(3, ge=0, le=20)
    last_agent_s: StrictInt = Field(20, ge=0, le=600)
    relax_skills_s: StrictInt = Field(30, ge=1, le=3600)
    overflow: tuple[Overflow, ...] = ()
    limit: Limit | None = None
    waiting: Waiting = Waiting()
    callback: CallbackRules = CallbackRules()
    recording: Literal["all", "none"] = "all"
    transcription: Literal["none", "talk"] = "none"
    survey: StrictBool = False
    supervision_tone: StrictBool = False
    hours: Name | None = None
    after_hours: Action | None = None

    @model_validator(mode="after")
    def _transcription_needs_recording(self) -> Self:
        if self.transcription != "none" and self.recording == "none":
            raise ValueError("'transcription' needs 'recording: all'; it is the recording that callers are told of")
        return self

    @model_validator(mode="after")
    def _after_hours_needs_hours(self) -> Self:
        if self.after_hours is not None and self.hours is None:
            raise ValueError("'after_hours' needs 'hours': name a calendar of hours.yaml")
        return self


def agents_of(group: Group) -> tuple[str, ...]:
    """Those of all levels, the first level first."""
    return (*group.agents, *(agent for tier in group.tiers for agent in tier.agents))


class Supplier(Part):
    """Somebody outside to whom agents may hand a caller on (the third level): the number that is dialled."""

    name: Texts
    number: StrictStr = Field(pattern=r"^[+0-9]{2,20}$")


class AgentWords(Part):
    """What agents say to the line when they call it from their own telephones, by language."""

    ready: Phrases = Field(default_factory=dict)
    pause: Phrases = Field(default_factory=dict)
    log_out: Phrases = Field(default_factory=dict)
    log_in: Phrases = Field(default_factory=dict)
    state: Phrases = Field(default_factory=dict)


class Disposition(Part):
    """What came of a call, as its agent says at the desk; `status` is what his ticket becomes by it."""

    name: Texts
    status: Literal["open", "waiting", "solved", "closed"]


MOST_DISPOSITIONS = 9
"""As many as there are keys for them."""
MOST_PAUSES = 6
"""As many as there are keys without another meaning."""


class GroupsFile(Part):
    """groups.yaml. `pauses` are the reasons for which an agent may pause; the first one is meant when he names none.
    `dispositions` are what he may say of a call when he wraps it up."""

    agents: dict[Name, AgentCard] = Field(default_factory=dict)
    groups: dict[Name, Group] = Field(min_length=1)
    suppliers: dict[Name, Supplier] = Field(default_factory=dict)
    pauses: dict[Name, Choice] = Field(default_factory=dict, max_length=MOST_PAUSES)
    dispositions: dict[Name, Disposition] = Field(default_factory=dict, max_length=MOST_DISPOSITIONS)
    agent_words: AgentWords = AgentWords()
