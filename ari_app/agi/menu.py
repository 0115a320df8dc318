"""What a caller hears and may press while the controller is away: his language, known outages, whom he wants."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from dialplan.actions import QueueAction
from dialplan.loader import Dialplan
from ivr.conditions import Facts, holds
from ivr.conversation import Prompt
from ivr.decision import EnterQueue
from ivr.desk import ActiveOutage, KnownPerson
from ivr.outage_notice import Concern, concerns
from ivr.site import site_of
from ivr.step import step_of_option

_PATIENCE_S = 5.0
_ALWAYS = ("agi.greeting", "language.ask", "outage.known", "menu.unknown_key", "queue.enter", "queue.not_understood")


class Telephone(Protocol):
    """The caller's. Each raises once he has hung up."""

    def play(self, sound: Path) -> str:
        """The key that he pressed meanwhile, which silences the sound; "" when he heard it out."""

    def wait_key(self, seconds: float) -> str:
        """The next key; "" when none comes in time."""


class SoundFiles(Protocol):
    def find(self, prompt: Prompt) -> Path | None: ...


class Notes(Protocol):
    """The caller's ticket: what is to be remembered of the talk."""

    def speaks(self, language: str) -> None: ...

    def pressed(self, question: str, key: str) -> None: ...

    def understood(self, category: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Caller:
    """`dialled` is the number that he called; `person` who he is, where his telephone tells."""

    number: str
    dialled: str
    person: KnownPerson | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """What the menu is made of; `at` is the time of the call, aware UTC; `announcements` are those that are switched
    on."""

    dialplan: Dialplan
    sounds: SoundFiles
    outages: tuple[ActiveOutage, ...]
    at: datetime
    announcements: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a key means: a matter, or a group."""

    category: str | None = None
    queue: QueueAction | None = None


class KeyMenu:
    """The menu for one caller."""

    def __init__(self, caller: Caller, material: Material, telephone: Telephone, notes: Notes) -> None:
        self._caller = caller
        self._material = material
        self._telephone = telephone
        self._notes = notes
        self._site = site_of(caller.person, caller.number, material.dialplan.menus)
        self.language = material.dialplan.entry(caller.dialled).language

    def run(self) -> EnterQueue:
        """Talk with the caller until it is clear for whom he waits."""
        self._choose_language()
        return self._ask_what_is_wrong(self._say("agi.greeting") or self._announce() or self._tell_outages())

    def _choose_language(self) -> None:
        """His own where the directory knows it, unless he dialled the number of another; else what he presses."""
        dialplan = self._material.dialplan
        languages, entry = dialplan.menus.languages, dialplan.entry(self._caller.dialled)
        own = self._caller.person.language if self._caller.person else None
        if own in languages and entry.language == languages[0]:
            self._speak(own)
        elif own is None and entry.ask_language:
            asked = [Prompt("language.ask", language) for language in languages]
            key = self._play(asked) or self._telephone.wait_key(_PATIENCE_S)
            if key:
                self._notes.pressed("language", key)
                self._speak(dict(zip("123456789", languages, strict=False)).get(key, self.language))

    def _speak(self, language: str) -> None:
        if language != self.language:
            self.language = language
            self._notes.speaks(language)

    def _announce(self) -> str:
        """What a supervisor has switched on; the key that he pressed."""
        known, switched = self._material.dialplan.menus.announcements, self._material.announcements
        return self._play(Prompt(known[name].say, self.language) for name in known if name in switched)

    def _tell_outages(self) -> str:
        """The notices of what is down everywhere, or at his site; the key that he pressed."""
        material = self._material
        told = (
            outage
            for outage in material.outages
            if concerns(outage, self._site, None, None, material.dialplan) is not Concern.SILENT
        )
        notices = [notice for outage in told if (notice := notice_of(outage, self.language)) is not None]
        there = [notice for notice in notices if material.sounds.find(notice) is not None]
        return self._play([Prompt("outage.known", self.language), *there]) if there else ""

    def _ask_what_is_wrong(self, key: str) -> EnterQueue:
        """The keys of the first menu. `key` was pressed before it was asked for."""
        dialplan = self._material.dialplan
        keys, limits = dialplan.menus.keys, dialplan.menus.limits
        menu = dialplan.entry(self._caller.dialled).menu
        silent = unknown = 0
        while silent < limits.no_input and unknown < limits.no_match:
            key = key or self._say(keys_of(dialplan, menu)) or self._telephone.wait_key(_PATIENCE_S)
            if not key:
                silent += 1
                continue
            self._notes.pressed(menu, key)
            if key == keys.operator:
                return self._put_through(_Wanted(), "asked")
            if (wanted := self._wanted(menu, key)) is not None:
                return self._put_through(wanted, "menu")
            if key == keys.other_language:
                self._speak_the_next_language()
            is_known = key in (keys.other_language, keys.repeat, keys.back, keys.main_menu)
            unknown += not is_known
            key = "" if is_known else self._say("menu.unknown_key")
        return self._put_through(_Wanted(), "no_match" if unknown else "no_input")

    def _wanted(self, menu: str, key: str) -> _Wanted | None:
        dialplan = self._material.dialplan
        options = dialplan.menus.menus[menu].options
        pressed = next((one for one in options if one.key == key and holds(one.when, self._facts())), None)
        if pressed is None:
            return None
        step = step_of_option(pressed, dialplan)
        return _Wanted(step.category, step.action.queue)

    def _speak_the_next_language(self) -> None:
        languages = self._material.dialplan.menus.languages
        self._speak(languages[(languages.index(self.language) + 1) % len(languages)])

    def _put_through(self, wanted: _Wanted, reason: str) -> EnterQueue:
        """A route of the dialplan that holds goes first, then the group of the key, then that of the matter."""
        dialplan, facts = self._material.dialplan, self._facts()
        if wanted.category is not None:
            self._notes.understood(wanted.category)
        self._say("queue.enter" if reason in ("asked", "menu") else "queue.not_understood")
        queue = wanted.queue or QueueAction(group=dialplan.group_of(wanted.category))
        for route in dialplan.menus.routes:
            if route.category in (None, wanted.category) and holds(route.when, facts):
                return EnterQueue(route.group, reason, max(route.priority, queue.priority), queue.skills)
        return EnterQueue(queue.group, reason, queue.priority, queue.skills)

    def _facts(self) -> Facts:
        person, material = self._caller.person, self._material
        return Facts(
            is_known=person is not None,
            labels=person.labels if person else frozenset(),
            site=self._site,
            department=person.department if person else None,
            language=self.language,
            at=material.at,
            down=frozenset(system for outage in material.outages for system in outage.systems),
            calendars=material.dialplan.calendars,
        )

    def _say(self, key: str) -> str:
        return self._play([Prompt(key, self.language)])

    def _play(self, prompts: Iterable[Prompt]) -> str:
        """Until a key is pressed, which is returned; what there is no sound of is left out."""
        for prompt in prompts:
            sound = self._material.sounds.find(prompt)
            if sound is not None and (key := self._telephone.play(sound)):
                return key
        return ""


def keys_of(dialplan: Dialplan, menu: str) -> str:
    """The prompt that tells the keys of a menu."""
    return dialplan.menus.menus[menu].keys or dialplan.menus.menus[menu].ask


def notice_of(outage: ActiveOutage, language: str) -> Prompt | None:
    """None in a language that the line has learnt since the outage was declared."""
    notice = outage.notice.get(language)
    return Prompt("outage.notice", language, {"notice": notice}) if notice else None


def prompts_of(dialplan: Dialplan, outages: Iterable[ActiveOutage]) -> tuple[Prompt, ...]:
    """Everything that the menu may say."""
    menus = {entry.menu for entry in dialplan.menus.numbers.values()}
    announcements = (announcement.say for announcement in dialplan.menus.announcements.values())
    keys = (*_ALWAYS, *announcements, *(keys_of(dialplan, menu) for menu in sorted(menus)))
    languages = dialplan.menus.languages
    notices = (notice_of(outage, language) for outage in outages for language in languages)
    fixed = (Prompt(key, language) for language in languages for key in keys)
    return (*fixed, *(notice for notice in notices if notice is not None))
