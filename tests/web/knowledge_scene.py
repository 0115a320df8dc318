"""A knowledge base with two articles, its pages, and a user of each role."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import httpx
from conftest import PASSWORD, Site, serve
from fastapi import FastAPI

from ari_app.knowledge_base import open_base
from ari_app.outage_scope import CurrentDialplan
from ari_app.settings import Settings
from ari_app.web.application import add_line_pages
from ari_app.web.knowledge.parts import KnowledgeDesk
from knowledge.errors import Problem
from knowledge.store import ArticleKey, KnowledgeBase
from knowledge.store.learning_shapes import Asked, FoundCluster, Lesson, Meant
from tickets.rights import Role
from tickets.viewer.access import SESSION_COOKIE, TOKEN_HEADER, form_token
from tickets.viewer.app import utc_now

SHIPPED = Settings().knowledge.articles
SLOW = ArticleKey("en", "vpn-slow")
CONNECT = ArticleKey("en", "vpn-access")
PAGE = f"/knowledge/{SLOW}"
BADGE = (
    "my badge does not open the gate",
    "the gate stays shut",
    "the reader at the door is red",
    "my card is refused at the entrance",
    "I am standing outside, my badge is dead",
    "the turnstile does not know me",
)
FORM = {
    "question": "Why does the wall clock stop?",
    "topic": "a stopped wall clock",
    "category": "hardware",
    "kind": "fault",
    "system": "Wall clock",
    "owner": "workplace team",
    "phrasings": "the clock stands still\nthe clock is wrong\nthe clock is late\nno clock works\nit died\nbad clock",
    "spoken": "Press the small button behind the clock for three seconds.",
    "steps": "1. Press the **button**.\n2. Wait.",
    "review": "2099-01-31",
}


@dataclass
class House:
    """`refused` is what the line would refuse a version for."""

    site: Site
    base: KnowledgeBase
    refused: list[Problem] = field(default_factory=list)

    def client(self, user: str) -> httpx.Client:
        secret = self.session(user)
        client = httpx.Client(base_url=self.site.address, timeout=60)
        client.cookies.set(SESSION_COOKIE, secret)
        client.headers[TOKEN_HEADER] = form_token(secret)
        return client

    def session(self, user: str) -> str:
        return self.site.store.accounts.start_session(user, "web", utc_now(), "127.0.0.1")

    def changed(self, key: ArticleKey, old: str, new: str, by: str = "agent") -> str:
        """A draft of the article with other words in it; gives the path of its version."""
        (*_, newest) = self.base.versions(key)
        assert old in newest.text
        version = self.base.draft(newest.text.replace(old, new), key, by, utc_now())
        return f"/knowledge/{key}/{version.number}"


def import_some(base: KnowledgeBase) -> None:
    """Two of the shipped articles, published days ago."""
    texts = {key: (SHIPPED / key.file).read_text(encoding="utf-8") for key in (SLOW, CONNECT)}
    base.import_texts(texts, "line", utc_now() - timedelta(days=3), publish=True, origin="shipped")


def teach(base: KnowledgeBase) -> None:
    """What five calls have shown: phrasings to be decided, one of them doubtful, and questions without an answer."""
    now = utc_now()
    meant = {
        1: (Meant(SLOW, "from home the web is like treacle", None, False),),
        2: (Meant(SLOW, "from home the web is like treacle", None, False),),
        3: (Meant(SLOW, "I cannot dial in to the tunnel", CONNECT.article, True),),
        4: (Meant(CONNECT, "how do I dial in from the train", None, False),),
        5: (Meant(CONNECT, "please let me in from my kitchen", None, False),),
    }
    asked = {n: (Asked("en", f"my badge does not open gate {n}", now),) for n in meant}
    lessons = [Lesson(f"call-{n}", now - timedelta(hours=n), meant[n], asked[n]) for n in meant]
    base.learn(lessons, read_to=0, most=20)
    questions = base.questions("en", now - timedelta(days=1))
    texts = tuple(question.text for question in questions)
    ids = tuple(question.id for question in questions)
    badge = FoundCluster(
        None, "My badge does not open the gate", texts[:3], BADGE, CONNECT.article, "network team", ids
    )
    base.keep_clusters("en", [badge])


def open_house(folder: Path) -> Iterator[House]:
    """The pages of a line without a controller; the line's trial is the scene's own."""
    settings = replace(Settings(), state_dir=folder)
    houses: list[House] = []

    def try_out(key: ArticleKey, text: str | None) -> Sequence[Problem]:
        return houses[0].refused

    def add(app: FastAPI) -> None:
        add_line_pages(app, settings)
        # Without a dialplan the matcher is not learnt, which would take longer than all of a test: words must do.
        none = CurrentDialplan(replace(settings, dialplan=folder / "none"))
        desk: KnowledgeDesk = app.state.knowledge
        learning = replace(desk.learning, try_out=lambda texts: tuple(houses[0].refused))
        suggestions = replace(desk.suggestions, current=none)
        app.state.knowledge = replace(desk, learning=learning, try_out=try_out, suggestions=suggestions)

    for site in serve(folder, add):
        house = House(site, open_base(site.store))
        houses.append(house)
        import_some(house.base)
        for role in set(Role) - {Role.ADMIN}:  # who is there from the beginning
            site.store.accounts.add(role, role, utc_now())
            site.store.accounts.change_password(role, PASSWORD, utc_now())
        site.store.accounts.change_password("admin", PASSWORD, utc_now())
        yield house
