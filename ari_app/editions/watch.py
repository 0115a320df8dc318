"""Edits of the dialplan and of the articles are noticed, tried out and given to new calls; a bad one is refused."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog

from ari_app.editions.content import read_kept
from ari_app.editions.edition import Edition, Editions
from ari_app.editions.history import Copy, History, article_files, dialplan_files, has_same_dialplan
from ari_app.editions.loading import EditionLoader
from ari_app.editions.trial import TrialFailed, in_place, try_out
from ari_app.editions.verdicts import Verdicts
from dialplan.problems import Problem
from tickets.events import Json, Kind
from tickets.store import Store, StoreError

log = structlog.get_logger(__name__)

_LOOK_EVERY_S = 1.0
_TOLD_PROBLEMS = 20

Files = dict[Path, tuple[int, int]]
"""Each file's time of change (ns) and size."""


@dataclass(slots=True)
class DialplanWatch:
    """Looks at the files every second, and takes them once they have been quiet for one. `on_change` is told the new
    edition after new calls have it."""

    editions: Editions
    history: History
    loader: EditionLoader
    store: Store
    now: Callable[[], datetime]
    on_change: Callable[[Edition], Awaitable[None]]
    _is_refused: bool = field(default=False, init=False)

    @property
    def is_refused(self) -> bool:
        """Whether the files hold an edit that was refused: calls go on with the version before it."""
        return self._is_refused

    async def follow(self) -> None:
        """Runs for as long as the controller does."""
        version = self.editions.current.version
        await self._tell(Kind.DIALPLAN_CHANGED, {"version": version})
        Verdicts(self.loader.settings.state_dir).note_good(version)  # calls have it: who goes back to it need not wait
        last: Files = {}
        taken: Files = {}
        while True:
            files = await asyncio.to_thread(self._files)
            if files == last != taken:
                taken = files
                await self._take()
            last = files
            await asyncio.sleep(_LOOK_EVERY_S)

    def _files(self) -> Files:
        settings = self.loader.settings
        found: Files = {}
        for file in (*dialplan_files(settings.dialplan), *article_files(settings.knowledge.in_force)):
            try:
                status = file.stat()
            except OSError:
                continue  # being replaced: the next look will tell
            found[file] = status.st_mtime_ns, status.st_size
        return found

    async def _take(self) -> None:
        settings = self.loader.settings
        try:
            with self.history.draft(settings.dialplan, settings.knowledge.in_force) as draft:
                if draft.version != self.editions.current.version:
                    await self._try(draft)
                elif self._is_refused:
                    await self._adopted("the bad edit was taken back")
        except Exception:
            log.exception("the edited dialplan could not be taken; calls go on with the present version")

    async def _try(self, draft: Copy) -> None:
        settings = self.loader.settings
        log.info("the dialplan was edited; it is being checked", version=draft.version)
        try:
            problems = () if Verdicts(settings.state_dir).is_good(draft.version) else await try_out(draft)
        except TrialFailed as failure:
            problems = (Problem(str(settings.dialplan), 1, 1, "error", "trial-failed", str(failure), "see the log"),)
        if problems:
            await self._refuse(
                [in_place(one, draft, settings.dialplan, settings.knowledge.in_force) for one in problems]
            )
            return
        Verdicts(settings.state_dir).note_good(draft.version)
        kept = await asyncio.to_thread(self.history.keep, draft)
        by = await asyncio.to_thread(self._cause, kept)
        edition = self.loader.begin(await asyncio.to_thread(read_kept, kept))
        await edition.loaded()
        self.editions.adopt(edition)
        self.history.note(edition.version, self.now(), by)
        self.history.forget(self.editions.in_use)
        await self._adopted("new calls get the edited dialplan")
        await self.on_change(edition)

    def _cause(self, kept: Copy) -> str:
        """Of the change: where the knowledge base is the truth about articles, nobody edits their files."""
        knowledge, before = self.loader.settings.knowledge, self.history.get(self.editions.current.version)
        if before is None or knowledge.in_force != knowledge.published or not has_same_dialplan(kept, before):
            return "file edit"
        return "publication"

    async def _adopted(self, what: str) -> None:
        self._is_refused = False
        version = self.editions.current.version
        log.info(what, version=version)
        by = next((entry.by for entry in reversed(self.history.entries()) if entry.version == version), None)
        await self._tell(Kind.DIALPLAN_CHANGED, {"version": version, "by": by})

    async def _refuse(self, problems: list[Problem]) -> None:
        self._is_refused = True
        version = self.editions.current.version
        log.error("the edited dialplan has errors; calls go on with the present version", version=version)
        for problem in problems[:_TOLD_PROBLEMS]:
            log.error(str(problem))
        told: list[Json] = [str(problem) for problem in problems[:_TOLD_PROBLEMS]]
        await self._tell(Kind.DIALPLAN_REFUSED, {"version": version, "problems": told, "count": len(problems)})

    async def _tell(self, kind: Kind, data: dict[str, Json]) -> None:
        try:
            await asyncio.to_thread(self.store.events.append, kind, self.now(), None, None, data)
        except StoreError as error:
            log.error("not in the event log", kind=str(kind), error=str(error))
