"""The published folder follows the base: what is published there is what new calls get, seconds later."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from pathlib import Path

import structlog

from ari_app.published.folder import Changed, Look, look_at, published_files, write_published
from ari_app.published.seeding import seed
from knowledge.errors import ArticleError
from knowledge.store import KnowledgeBase
from tickets.store import StoreError

log = structlog.get_logger(__name__)

_LOOK_EVERY_S = 1.0


@dataclass(slots=True)
class PublishedArticles:
    """Keeps `folder` saying what is in force by the clock `now` (aware UTC), in the time zone `zone` (None: that of the
    machine). `shipped` is the folder of the articles that came with the program.

    What goes wrong is in the log once, and tried again with every look: calls go on with the folder as it is.
    """

    base: KnowledgeBase
    shipped: Path
    folder: Path
    now: Callable[[], datetime]
    zone: tzinfo | None
    _is_seeded: bool = field(default=False, init=False)
    _written: tuple[int, date] | None = field(default=None, init=False)
    _seen: Look = field(default_factory=dict, init=False)
    _trouble: str = field(default="", init=False)

    async def follow(self) -> None:
        """Runs for as long as the controller does."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(_LOOK_EVERY_S)

    def look(self) -> Changed:
        """Publish what is due, and write what changed."""
        try:
            changed = self._look()
        except (StoreError, OSError) as error:
            self._complain(str(error))
            return Changed()
        except Exception:
            log.exception("the published articles could not be brought up to date; calls go on with what is there")
            return Changed()
        return changed

    def _look(self) -> Changed:
        now = self.now()
        if not self._is_seeded:
            self._seed(now)
        for version in self.base.publish_due(now):
            log.info("published at its time", article=str(version.key), number=version.number)
        # The number is read before what it stands for: of a change between the two the next look will tell.
        wanted = self.base.stamp(), now.astimezone(self.zone).date()
        seen = look_at(self.folder)
        if wanted == self._written and seen == self._seen:
            self._complain("")
            return Changed()
        return self._write(wanted, is_edited=wanted == self._written)

    def _seed(self, now: datetime) -> None:
        try:
            if added := seed(self.base, self.shipped, now):
                log.info("shipped articles are in the knowledge base", count=len(added))
        except ArticleError as error:
            log.error("the shipped articles are not taken into the knowledge base", why=str(error))
        self._is_seeded = True

    def _write(self, wanted: tuple[int, date], is_edited: bool) -> Changed:
        versions = self.base.in_force(wanted[1])
        if not versions:  # which is no reason to have no answers
            self._complain("no article is published")
            return Changed()
        changed = write_published(published_files(versions, self.shipped), self.folder)
        self._written, self._seen = wanted, look_at(self.folder)
        self._complain("")
        if changed:
            said = "the published folder was edited by hand: put back" if is_edited else "articles are published"
            log.info(said, written=_named(changed.written), removed=_named(changed.removed))
        return changed

    def _complain(self, trouble: str) -> None:
        if trouble and trouble != self._trouble:
            log.error("the published articles do not follow the knowledge base", why=trouble)
        elif self._trouble and not trouble:
            log.info("the published articles follow the knowledge base again")
        self._trouble = trouble


def _named(places: tuple[Path, ...], most: int = 10) -> str:
    more = f" and {len(places) - most} more" if len(places) > most else ""
    return ", ".join(str(place.with_suffix("")) for place in places[:most]) + more
