"""What an outage may name: the systems, sites and languages of the dialplan, as its files say now."""

import re

import structlog

from ari_app.editions.history import History, dialplan_files
from ari_app.settings import Settings
from dialplan.loader import Dialplan, load_dialplan
from dialplan.problems import DialplanError
from dialplan.slots import Choice
from tickets.outage import Scope

_LANGUAGE = "en"

log = structlog.get_logger(__name__)


def scope_of(dialplan: Dialplan) -> Scope:
    """Systems and sites with the names that people at the desk read."""

    def called(name: str, thing: Choice) -> str:
        return as_read(thing.name.get(_LANGUAGE, name))

    menus = dialplan.menus
    return Scope(
        languages=menus.languages,
        systems={name: called(name, system) for name, system in menus.systems.items()},
        sites={name: called(name, site) for name, site in menus.sites.items()},
    )


def good_dialplan(settings: Settings) -> Dialplan:
    """The dialplan on disk; while that has errors, the last good version of the line, for outages do not wait.

    Raises:
        DialplanError: it has errors, and there is no good version.
    """
    try:
        return load_dialplan(settings.dialplan)
    except DialplanError:
        history = History(settings.state_dir / "dialplans")
        entries = history.entries()
        last = history.get(entries[-1].version) if entries else None
        if last is None:
            raise
        return load_dialplan(last.dialplan)


def as_read(name: str) -> str:
    """Names of the dialplan are written as they are spoken: "V P N" is read as VPN."""
    return re.sub(r"\b([A-Z]) (?=[A-Z]\b)", r"\1", name)


class CurrentDialplan:
    """The good dialplan for a process that stays: read again when a file has changed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._read: tuple[object, Dialplan | None] = (None, None)

    @property
    def dialplan(self) -> Dialplan | None:
        """None while there has never been a good one."""
        seen, known = self._read
        files = self._files()
        if files != seen:
            try:
                known = good_dialplan(self._settings)
            except DialplanError as error:
                log.warning("no good dialplan: outages name what was there before", why=str(error))
            self._read = (files, known)
        return known

    def scope(self) -> Scope:
        dialplan = self.dialplan
        return scope_of(dialplan) if dialplan else Scope()

    def _files(self) -> object:
        """Changes with every edit."""
        try:
            return [(file, file.stat().st_mtime_ns) for file in dialplan_files(self._settings.dialplan)]
        except OSError:  # a file vanished between two looks
            return None
