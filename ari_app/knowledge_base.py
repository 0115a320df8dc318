"""Where the knowledge base and the ticket database meet: one database, one event log."""

from knowledge.store.base import KnowledgeBase
from tickets.store import Store
from tickets.store.events import log_of_system


def open_base(store: Store) -> KnowledgeBase:
    return KnowledgeBase(store.database, log_of_system)
