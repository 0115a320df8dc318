"""The pages call articles what they are called now. # 001-9"""

import shutil
from dataclasses import replace
from pathlib import Path

from fastapi.testclient import TestClient
from real_line import wait_until

from ari_app.settings import Settings
from ari_app.web.application import web_application
from knowledge.settings import KnowledgeSettings
from tickets.settings import TicketsSettings
from tickets.store import open_store
from tickets.viewer.context import Viewer

QUESTION = "What can I do when I cannot get in?"


def test_names_follow_what_is_published(tmp_path: Path) -> None:
    published = tmp_path / "articles"
    file = published / "en" / "account-locked.md"
    file.parent.mkdir(parents=True)
    shutil.copy(KnowledgeSettings().articles / "en" / "account-locked.md", file)
    tickets = TicketsSettings(database_url=f"sqlite:///{tmp_path / 'hotline.db'}")
    knowledge = KnowledgeSettings(published=published)
    store = open_store(tickets)
    app = web_application(replace(Settings(), state_dir=tmp_path, tickets=tickets, knowledge=knowledge), store)
    viewer: Viewer = app.state.viewer

    def named() -> str | None:
        return viewer.labels["en"].articles.get("account-locked")

    before = named()
    assert before is not None
    with TestClient(app):
        file.write_text(file.read_text().replace(before, QUESTION))
        assert wait_until(lambda: named() == QUESTION, 30)
        file.write_text("damaged")
        assert not wait_until(lambda: named() != QUESTION, 4)
    store.close()
