"""Before a line starts: the shipped articles in the base, and the folder as the base has it."""

import shutil
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

from ari_app.published.opening import published_articles
from ari_app.settings import Settings
from knowledge.errors import ArticleError
from knowledge.library import load_library
from tickets.store import StoreError, open_store


def prepare_articles(settings: Settings, tell: Callable[[str], None]) -> None:
    """Whatever goes wrong is told, and the line starts: with the folder as it is, or with the shipped articles where
    that cannot be read. The controller tries again.
    """
    began = time.monotonic()
    try:
        with closing(open_store(settings.tickets)) as store:
            articles = published_articles(settings, store, lambda: _now(settings))
            written = articles.look().written if articles else ()
    except StoreError as error:
        tell(f"the knowledge base cannot be read ({error}): the articles are those of last time")
        written = ()
    if written:
        tell(f"articles published from the knowledge base: {len(written)} ({time.monotonic() - began:.1f} s)")
    _require_readable(settings, tell)


def _require_readable(settings: Settings, tell: Callable[[str], None]) -> None:
    """A folder that was damaged and that no base could mend makes way."""
    folder = settings.knowledge.published
    if folder is None or not folder.is_dir():
        return
    try:
        load_library(folder)
    except ArticleError as error:
        aside = folder.with_name(f"{folder.name}.unreadable")
        shutil.rmtree(aside, ignore_errors=True)
        folder.rename(aside)
        tell(f"{error}\nthe shipped articles are in force; those that cannot be read are now in {aside}")


def _now(settings: Settings) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=settings.clock.ahead_s)
