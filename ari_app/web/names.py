"""What groups, pauses, alarms and announcements are called, in the language of a page."""

from collections.abc import Mapping
from dataclasses import dataclass

from dialplan.loader import Dialplan
from tickets.switches import Switched, Switches
from tickets.viewer.words import readable


@dataclass(frozen=True, slots=True)
class Announcement:
    """`switched` while callers hear it."""

    name: str
    called: str
    switched: Switched | None


@dataclass(frozen=True, slots=True)
class Names:
    """While no dialplan is known, ids are made readable."""

    dialplan: Dialplan | None
    language: str

    def group(self, name: str) -> str:
        known = self.dialplan.groups.get(name) if self.dialplan is not None else None
        return self._in_words(name, known.name if known is not None else {})

    def pause(self, name: str) -> str:
        known = self.dialplan.pauses.get(name) if self.dialplan is not None else None
        return self._in_words(name, known.name if known is not None else {})

    def alarm(self, name: str) -> str:
        known = self.dialplan.monitor.alarms.get(name) if self.dialplan is not None else None
        return self._in_words(name, known.name if known is not None else {})

    def site(self, name: str) -> str:
        known = self.dialplan.menus.sites.get(name) if self.dialplan is not None else None
        return self._in_words(name, known.name if known is not None else {})

    def department(self, name: str) -> str:
        known = self.dialplan.menus.departments.get(name) if self.dialplan is not None else None
        return self._in_words(name, known.name if known is not None else {})

    def pauses(self) -> Mapping[str, str]:
        return {name: self.pause(name) for name in (self.dialplan.pauses if self.dialplan is not None else ())}

    def announcements(self, switches: Switches) -> list[Announcement]:
        """Those of the dialplan, and what is still on of those that were taken out of it."""
        known = self.dialplan.menus.announcements if self.dialplan is not None else {}
        return [
            Announcement(
                name,
                self._in_words(name, known[name].name if name in known else {}),
                switches.announcements.get(name),
            )
            for name in dict.fromkeys((*known, *switches.announcements))
        ]

    def _in_words(self, name: str, texts: Mapping[str, str]) -> str:
        return texts.get(self.language) or readable(name)
