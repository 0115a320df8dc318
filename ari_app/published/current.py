"""The articles in force, for a process that stays: read again when a file has changed."""

import threading
import time
from collections.abc import Callable

import structlog

from ari_app.published.folder import Look, look_at
from knowledge.errors import ArticleError
from knowledge.library import Library, load_library
from knowledge.settings import KnowledgeSettings

log = structlog.get_logger(__name__)

_LOOK_EVERY_S = 1.0


class CurrentLibrary:
    """For several threads. However often it is asked, it looks at the files once a second."""

    def __init__(self, settings: KnowledgeSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._looked_at: float | None = None
        self._seen: tuple[object, Look] | None = None
        self._library: Library | None = None

    @property
    def library(self) -> Library | None:
        """The same object for as long as nothing has changed; None while they have never been without errors."""
        with self._lock:
            now = self._clock()
            if self._looked_at is None or now - self._looked_at >= _LOOK_EVERY_S:
                self._look()
                self._looked_at = now
            return self._library

    def _look(self) -> None:
        folder = self._settings.in_force
        seen = folder, look_at(folder)
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self._library = load_library(folder)
        except ArticleError as error:
            log.warning("the articles cannot be read: pages go on with those before", why=str(error))
