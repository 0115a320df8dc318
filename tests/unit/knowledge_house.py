"""What tests of the knowledge base share: a base of one's own, and articles to put into it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from ari_app.knowledge_base import open_base
from knowledge.article import Article, article_text
from knowledge.store import ArticleKey, KnowledgeBase
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
KEY = ArticleKey("en", "vpn-slow")


def an_article(key: ArticleKey = KEY, question: str = "Why is the VPN slow?", **other: object) -> Article:
    values: dict[str, object] = {
        "id": key.article,
        "language": key.language,
        "question": question,
        "topic": "a slow VPN",
        "category": "network",
        "system": "VPN",
        "kind": "fault",
        "phrasings": tuple(f"{question} {word}" for word in ("one", "two", "three", "four", "five", "six")),
        "terms": (),
        "spoken": "Choose the site nearest to you.",
        "review": date(2027, 5, 31),
        "owner": "network team",
        "steps": "1. Choose a site.",
    }
    return Article(**(values | other))  # type: ignore[arg-type]


def a_text(key: ArticleKey = KEY, question: str = "Why is the VPN slow?", **other: object) -> str:
    return article_text(an_article(key, question, **other))


@contextmanager
def knowledge_house(folder: Path) -> Iterator[tuple[Store, KnowledgeBase]]:
    store = open_store(TicketsSettings(f"sqlite:///{folder}/tickets.db", folder))
    try:
        yield store, open_base(store)
    finally:
        store.close()
