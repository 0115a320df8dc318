"""What is known in one call so far, and what its parts share: the dialogue, the desk, and the facts."""

import contextlib
from dataclasses import dataclass, field
from typing import TypeVar

from dialplan.schema import MenusFile
from ivr.conditions import Facts
from ivr.conversation import Call, CallerHungUp
from ivr.decision import Decision
from ivr.desk import HelpDesk, HowKnown, KnownPerson
from ivr.dialogue import Dialogue
from ivr.site import site_of

Made = TypeVar("Made", bound=Decision)


@dataclass(slots=True)
class Talk:
    """`start` is the first menu. `filled` are slots by name; `said` is the last sentence that told what is wrong.

    `rejected` are targets that were tried, or denied by the caller; `told` the outages that he has heard of, `full` the
    groups that had no room for him, `closed` those that were not there.
    """

    call: Call
    dialogue: Dialogue
    desk: HelpDesk
    start: str
    person: KnownPerson | None = None
    known_by: HowKnown | None = None
    category: str | None = None
    system: str | None = None
    said: str = ""
    filled: dict[str, str] = field(default_factory=dict)
    rejected: set[str] = field(default_factory=set)
    told: set[int] = field(default_factory=set)
    full: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    failed_articles: int = 0

    @property
    def menus(self) -> MenusFile:
        return self.desk.dialplan.menus

    @property
    def site(self) -> str | None:
        return site_of(self.person, self.call.caller, self.menus)

    @property
    def unsuitable(self) -> frozenset[str]:
        """Targets that are articles for others than him."""
        labels = self.person.labels if self.person else frozenset[str]()
        ids = self.desk.articles.not_for(self.site, labels, self.dialogue.language)
        return frozenset(f"article:{id}" for id in ids)

    async def facts(self) -> Facts:
        """What conditions of the dialplan look at, now."""
        person, outages = self.person, await self.desk.outages.active()
        return Facts(
            is_known=person is not None,
            labels=person.labels if person else frozenset(),
            site=self.site,
            department=person.department if person else None,
            language=self.dialogue.language,
            at=self.desk.now(),
            down=frozenset(system for outage in outages for system in outage.systems),
            calendars=self.desk.dialplan.calendars,
        )

    async def part(self, decision: Made, goodbye: str, **slots: str) -> Made:
        """Say goodbye. Who hangs up in the midst of it has heard enough: what was decided stands."""
        with contextlib.suppress(CallerHungUp):
            await self.dialogue.say(goodbye, **slots)
        return decision

    async def knows(self, person: KnownPerson, how: HowKnown) -> None:
        """From now on it is clear who calls."""
        self.person, self.known_by = person, how
        await self.desk.record.identified(person, how)
