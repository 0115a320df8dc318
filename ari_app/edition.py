"""What the line says and understands at one time. A call takes it at its start and keeps it to its end, so that an
edit of the dialplan disturbs nobody who is on the line."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from weakref import WeakValueDictionary

from dialplan.loader import Dialplan
from ivr.desk import Articles, Matcher
from ivr.speech.speaker import Speaker
from ivr.speech.wording import Wording


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Edition:
    """One version of the dialplan and the articles, ready to be used; `version` is a short hash of their files."""

    version: str
    dialplan: Dialplan
    wording: Wording
    matcher: Matcher
    articles: Articles
    speaker: Speaker


class Editions:
    """The edition that new calls get, and the others as long as a call has them.

    `load` makes the edition of an earlier version again; None when that version is not kept or cannot be used any more.
    """

    def __init__(self, current: Edition, load: Callable[[str], Awaitable[Edition | None]]) -> None:
        self._current = current
        self._load = load
        # An edition lives exactly as long as a call refers to it; nobody has to hand it back.
        self._alive = WeakValueDictionary({current.version: current})

    @property
    def current(self) -> Edition:
        return self._current

    @property
    def in_use(self) -> frozenset[str]:
        """The versions that are current or that a call still has."""
        return frozenset(self._alive.keys())

    def adopt(self, edition: Edition) -> None:
        """From now on new calls get `edition`."""
        self._alive[edition.version] = self._current = edition

    async def of(self, version: str | None) -> Edition:
        """The edition of a call that began before this process did; the current one when its own is gone."""
        if version is None or version == self._current.version:
            return self._current
        found = self._alive.get(version) or await self._load(version)
        if found is None:
            return self._current
        # Two calls may have asked at once: they share what came first.
        return self._alive.setdefault(version, found)
