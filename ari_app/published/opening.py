"""The published articles of a line's settings."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from ari_app.knowledge_base import open_base
from ari_app.published.following import PublishedArticles
from ari_app.settings import Settings
from tickets.store import Store


def published_articles(settings: Settings, store: Store, now: Callable[[], datetime]) -> PublishedArticles | None:
    """None where the settings name no folder for them."""
    if settings.knowledge.published is None:
        return None
    zone = ZoneInfo(settings.tickets.timezone) if settings.tickets.timezone else None
    return PublishedArticles(open_base(store), settings.knowledge.articles, settings.knowledge.published, now, zone)
