"""Edits of the files as the running line takes them: tried out in a process of their own, adopted or refused. # D8"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ari_app.editions.edition import Edition, Editions
from ari_app.editions.history import History
from ari_app.editions.loading import EditionLoader, first_content
from ari_app.editions.watch import DialplanWatch
from ari_app.settings import Settings, load_settings
from dialplan.loader import SHIPPED
from dialplan.problems import DialplanError
from ivr.conversation import Prompt
from ivr.speech.synthesis.synthesizer import Synthesizer
from tickets.events import Event
from tickets.store import Store, open_store

TAKEN_WITHIN_S = 90.0
GREETING = Prompt("greeting", "en")


@dataclass
class Watched:
    """A folder under watch, and what became of the edits."""

    settings: Settings
    history: History
    editions: Editions
    store: Store
    changes: list[str] = field(default_factory=list)

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.settings.dialplan / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def greeting(self) -> str:
        return self.editions.current.wording.text(GREETING)

    def told(self, kind: str) -> list[Event]:
        return [event for event in self.store.events.after(0) if event.kind == kind]

    async def until(self, is_true: Callable[[], object]) -> None:
        async with asyncio.timeout(TAKEN_WITHIN_S):
            while not is_true():  # noqa: ASYNC110 (files and processes set no event)
                await asyncio.sleep(0.1)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """As the environment has them: the process that tries an edit out reads them there."""
    shutil.copytree(SHIPPED, tmp_path / "dialplan")
    (tmp_path / "hotline.toml").write_text(f'dialplan = "{tmp_path}/dialplan"\n')
    monkeypatch.setenv("HOTLINE_CONFIG", str(tmp_path / "hotline.toml"))
    monkeypatch.setenv("HOTLINE_STATE", str(tmp_path / "state"))
    return load_settings(os.environ)


@pytest.fixture
async def watched(settings: Settings) -> AsyncIterator[Watched]:
    store = open_store(settings.tickets)
    synthesizer = Synthesizer(settings.synthesis)
    history = History(settings.state_dir / "dialplans")
    may_load = asyncio.Event()
    may_load.set()
    loader = EditionLoader(settings, history, synthesizer, may_load)
    editions = Editions(loader.begin(first_content(settings, history)), loader.load_kept)
    found = Watched(settings, history, editions, store)

    async def on_change(edition: Edition) -> None:
        found.changes.append(edition.version)

    watch = DialplanWatch(editions, history, loader, store, lambda: datetime.now(UTC), on_change)
    following = asyncio.create_task(watch.follow())
    yield found
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
    await synthesizer.close()
    store.close()


async def test_a_good_edit_is_for_new_calls_and_a_bad_one_for_nobody(watched: Watched) -> None:
    first = watched.editions.current  # a call has it
    greeting = watched.greeting()
    watched.edit("prompts.en.yaml", greeting, "Good day.")
    await watched.until(lambda: watched.editions.current is not first)
    second = watched.editions.current
    assert watched.greeting() == "Good day."
    assert first.wording.text(GREETING) == greeting
    assert watched.editions.in_use == {first.version, second.version}
    await watched.until(lambda: watched.changes == [second.version])
    newest = watched.history.entries()[-1]
    assert (newest.version, newest.by) == (second.version, "file edit")

    watched.edit("menus.yaml", "ask: main.ask", "ask: main.akk")
    await watched.until(lambda: watched.told("dialplan_refused"))
    (refused,) = watched.told("dialplan_refused")
    assert watched.editions.current is second
    assert refused.data["version"] == second.version
    (problem,) = refused.data["problems"]
    assert str(problem).startswith(f"{watched.settings.dialplan}/")
    assert "main.akk" in str(problem)

    before = len(watched.told("dialplan_changed"))
    watched.edit("menus.yaml", "ask: main.akk", "ask: main.ask")
    await watched.until(lambda: len(watched.told("dialplan_changed")) > before)
    assert watched.editions.current is second
    assert watched.changes == [second.version]


async def test_what_the_knowledge_base_publishes_is_no_edit(watched: Watched) -> None:
    first, published = watched.editions.current, watched.settings.knowledge.published
    assert published is not None
    shutil.copytree(watched.settings.knowledge.articles, published)
    article = published / "en" / "vpn-slow.md"
    article.write_text(article.read_text(encoding="utf-8").replace("owner: ", "owner: the "), encoding="utf-8")
    await watched.until(lambda: watched.editions.current is not first)
    await watched.until(lambda: watched.changes)
    assert watched.history.entries()[-1].by == "publication"


async def test_an_edition_of_an_earlier_process_comes_back_from_the_history(watched: Watched) -> None:
    version = watched.editions.current.version
    watched.edit("prompts.en.yaml", watched.greeting(), "Good day.")
    await watched.until(lambda: watched.editions.current.version != version)
    assert watched.editions.in_use == {watched.editions.current.version}  # nobody has the first one any more
    one, other = await asyncio.gather(watched.editions.of(version), watched.editions.of(version))
    assert one is other
    assert one.version == version
    assert one.wording.text(GREETING) != watched.greeting()
    assert await watched.editions.of("0000000000") is watched.editions.current
    assert await watched.editions.of(None) is watched.editions.current


def test_a_controller_that_comes_back_to_broken_files_starts_with_the_last_good_version(settings: Settings) -> None:
    history = History(settings.state_dir / "dialplans")
    good = first_content(settings, history)
    history.note(good.version, datetime.now(UTC), "start")
    (settings.dialplan / "groups.yaml").write_text("groups: {")
    again = first_content(settings, history)
    assert again.version == good.version
    assert again.dialplan.menus == good.dialplan.menus
    with pytest.raises(DialplanError, match=r"groups\.yaml"):
        first_content(settings, History(settings.state_dir / "empty"))
