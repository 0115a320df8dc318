"""Learning with a line's settings."""

from ari_app.knowledge_base import open_base
from ari_app.learning.learning import Learning
from ari_app.settings import Settings
from tickets.store import Store


def open_learning(settings: Settings, store: Store) -> Learning:
    return Learning(store, open_base(store), settings)
