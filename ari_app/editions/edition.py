"""What the line says and understands at one time. A call takes it at its start and keeps it to its end, so that an
edit of the dialplan disturbs nobody who is on the line."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

from ari_app.late import LateMatcher, LateSpeaker
from dialplan.loader import Dialplan
from ivr.library import SpokenLibrary
from ivr.speech.wording import Wording


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Edition:
    """One version of the dialplan and the articles; `version` is a short hash of their files."""

    version: str
    dialplan: Dialplan
    wording: Wording
    matcher: LateMatcher
    articles: SpokenLibrary
    speaker: LateSpeaker

    async def loaded(self) -> None:
        """Returns when it speaks and understands.

        Raises:
            ManifestError, KnowledgeError: it never will.
        """
        await self.speaker.loaded()
        await self.matcher.loaded()


class Editions:
    """The edition that new calls get, and the others as long as a call has them.

    `load` makes the edition of an earlier version again; None when that version is not kept or cannot be used any more.
    """

    def __init__(self, current: Edition, load: Callable[[str], Coroutine[Any, Any, Edition | None]]) -> None:
        self._current = current
        self._load = load
        self._loading: dict[str, asyncio.Task[Edition | None]] = {}
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
        found = self._alive.get(version) or await asyncio.shield(self._loaded(version))
        if found is None:
            return self._current
        return self._alive.setdefault(version, found)

    def _loaded(self, version: str) -> "asyncio.Task[Edition | None]":
        """After a restart all callers ask at once: it is loaded once."""
        loading = self._loading.get(version)
        if loading is None:
            loading = self._loading[version] = asyncio.create_task(self._load(version), name=f"loading {version}")
            loading.add_done_callback(lambda _: self._loading.pop(version))
        return loading
