"""What the menu is made of, ready before a caller needs it: the good dialplan, its sounds, what is down now."""

import asyncio
from pathlib import Path

import structlog

from ari_app.agi.menu import prompts_of
from ari_app.agi.sounds import Sounds
from ari_app.outage_scope import CurrentDialplan
from ari_app.settings import Settings
from dialplan.loader import Dialplan
from ivr.desk import ActiveOutage
from ivr.service_desk import DeclaredOutages, SetSwitches
from tickets.store import Store, StoreError, open_store

log = structlog.get_logger(__name__)

_LOOKED_AFTER_S = 5.0


class Content:
    """Kept up to date by `follow`; read by the threads of the calls. `dialplan` is None while there was never a good
    one; `outages` are those whose notices can be said by now, `announcements` those that are on, both as of the last
    answer of the database."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.dialplan: Dialplan | None = None
        self.sounds: Sounds | None = None
        self.outages: tuple[ActiveOutage, ...] = ()
        self.announcements: frozenset[str] = frozenset()
        self._settings = settings
        self._folder = folder
        self._source = CurrentDialplan(settings)
        self._store: Store | None = None
        self._opening = asyncio.Lock()

    async def store(self) -> Store:
        """The database, opened when it is first there.

        Raises:
            StoreError: it does not answer.
        """
        async with self._opening:
            if self._store is None:
                self._store = await asyncio.to_thread(open_store, self._settings.tickets)
            return self._store

    async def follow(self) -> None:
        """Until it is cancelled."""
        while True:
            await self.refresh()
            await asyncio.sleep(_LOOKED_AFTER_S)

    async def refresh(self) -> None:
        dialplan = await asyncio.to_thread(lambda: self._source.dialplan)
        if dialplan is None:
            return
        outages, announcements = await self._told_unasked()
        sounds = Sounds(dialplan, self._folder)
        await sounds.render(prompts_of(dialplan, outages), self._settings)
        self.dialplan, self.sounds = dialplan, sounds
        self.outages, self.announcements = outages, announcements

    async def _told_unasked(self) -> tuple[tuple[ActiveOutage, ...], frozenset[str]]:
        try:
            store = await self.store()
        except StoreError as error:
            log.warning("nothing is known of outages: the database does not answer", why=str(error))
            return (), frozenset()
        return await DeclaredOutages(store).active(), (await SetSwitches(store).now()).announcements

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
