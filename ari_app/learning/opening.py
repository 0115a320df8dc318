"""Learning with a line's settings."""

from functools import partial

from ari_app.exchange import Exchange
from ari_app.knowledge_base import open_base
from ari_app.learning.following import CallFollower
from ari_app.learning.learning import Learning
from ari_app.published.publishing import try_publications
from ari_app.settings import Settings
from tickets.store import Store


def open_learning(settings: Settings, store: Store) -> Learning:
    return Learning(store, open_base(store), partial(try_publications, settings))


def call_follower(exchange: Exchange) -> CallFollower:
    """What learns from the calls of a line."""
    learning = open_learning(exchange.settings, exchange.store)
    knowledge, editions = exchange.settings.knowledge, exchange.editions
    return CallFollower(
        exchange.store, learning.base, knowledge, lambda: editions.current, learning.accept, exchange.now
    )
