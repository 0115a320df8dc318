"""What is published in the base is what the line's folder says, whatever happens between the two. # 000-13 001-9"""

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ari_app.editions.history import version_of
from ari_app.knowledge_base import open_base
from ari_app.published.current import CurrentLibrary
from ari_app.published.following import PublishedArticles
from ari_app.published.preparing import prepare_articles
from ari_app.published.publishing import try_publication
from ari_app.settings import Settings, load_settings
from dialplan.loader import SHIPPED
from knowledge.library import load_library
from knowledge.settings import KnowledgeSettings
from knowledge.store import ArticleKey, KnowledgeBase
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LOCKED, EXPIRED = ArticleKey("en", "account-locked"), ArticleKey("en", "password-expired")
KEYS = (LOCKED, EXPIRED)


@dataclass
class House:
    """A base, and the folder that follows it; the clock is put on by hand."""

    folder: Path
    store: Store
    base: KnowledgeBase
    shipped: Path
    now: datetime = NOON
    articles: PublishedArticles = field(init=False)

    def __post_init__(self) -> None:
        self.starts()

    def starts(self) -> None:
        """The controller, anew."""
        self.articles = PublishedArticles(self.base, self.shipped, self.folder, lambda: self.now, UTC)

    def text(self, key: ArticleKey) -> str:
        return (self.folder / key.file).read_text(encoding="utf-8")

    def there(self) -> set[str]:
        return {file.stem for file in self.folder.glob("*/*.md")}

    def publish(self, key: ArticleKey, text: str, at: datetime | None = None) -> None:
        version = self.base.draft(text, key, "maria", self.now)
        self.base.submit(version.id, "maria", self.now)
        self.base.approve(version.id, "otto", self.now, publish_at=at)

    def shipped_text(self, key: ArticleKey) -> str:
        return (self.shipped / key.file).read_text(encoding="utf-8")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    settings = TicketsSettings(database_url=f"sqlite:///{tmp_path / 'hotline.db'}", busy_timeout_s=0.2)
    shipped = tmp_path / "shipped"
    for key in KEYS:
        (shipped / key.file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(KnowledgeSettings().articles / key.file, shipped / key.file)
    (shipped / "en" / "chatter.txt").write_text("nice weather today\n")
    store = open_store(settings)
    yield House(tmp_path / "articles", store, open_base(store), shipped)
    store.close()


def changed(text: str, to: str) -> str:
    """With another phrasing."""
    assert "phrasings:\n" in text
    return text.replace("phrasings:\n", f"phrasings:\n  - {to}\n", 1)


def test_the_shipped_articles_are_published_first_byte_for_byte(house: House) -> None:
    assert house.articles.look()
    assert version_of(SHIPPED, house.folder) == version_of(SHIPPED, house.shipped)
    assert not house.articles.look()


def test_what_is_published_and_what_is_retired(house: House) -> None:
    house.articles.look()
    text = changed(house.text(LOCKED), "the door to my account is shut")
    house.publish(LOCKED, text)
    assert house.articles.look().written == (LOCKED.file,)
    assert house.text(LOCKED) == text
    house.base.retire(EXPIRED, "otto", house.now, "not true any more")
    assert house.articles.look().removed == (EXPIRED.file,)
    assert house.there() == {"account-locked"}
    house.starts()  # a retired article does not come back with the next start
    assert not house.articles.look()
    assert house.there() == {"account-locked"}


def test_two_publications_within_a_second(house: House) -> None:
    house.articles.look()
    for key in KEYS:
        house.publish(key, changed(house.text(key), f"something quite new about {key.article}"))
    assert house.articles.look().written == tuple(key.file for key in KEYS)
    first = changed(house.text(LOCKED), "first of two")
    house.publish(LOCKED, first)
    house.publish(LOCKED, changed(first, "second of two"))
    house.articles.look()
    assert "second of two" in house.text(LOCKED)


def test_a_new_release_brings_new_articles_and_touches_no_other(house: House) -> None:
    house.articles.look()
    own = changed(house.text(LOCKED), "in our own words")
    house.publish(LOCKED, own)
    house.articles.look()
    (house.shipped / LOCKED.file).write_text(changed(house.shipped_text(LOCKED), "as the release has it"))
    shutil.copy(KnowledgeSettings().articles / "en" / "mailbox-full.md", house.shipped / "en")
    house.starts()
    assert house.articles.look().written == (Path("en/mailbox-full.md"),)
    assert house.text(LOCKED) == own


def test_at_its_time(house: House) -> None:
    house.articles.look()
    text = changed(house.text(LOCKED), "from tomorrow on")
    house.publish(LOCKED, text, at=NOON + timedelta(hours=20))
    house.now = NOON + timedelta(hours=19, minutes=59)
    assert not house.articles.look()
    house.now = NOON + timedelta(hours=20)
    assert house.articles.look().written == (LOCKED.file,)
    assert house.text(LOCKED) == text


def test_its_last_day_ends_at_midnight(house: House) -> None:
    house.articles.look()
    house.publish(LOCKED, house.text(LOCKED).replace("review:", "valid_until: 2026-03-02\nreview:", 1))
    house.articles.look()
    house.now = datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)
    house.articles.look()
    assert LOCKED.article in house.there()
    house.now = datetime(2026, 3, 3, tzinfo=UTC)
    assert house.articles.look().removed == (LOCKED.file,)


def test_killed_between_the_base_and_the_folder(house: House) -> None:
    house.articles.look()
    house.publish(LOCKED, changed(house.text(LOCKED), "was not written yet"))
    house.starts()
    assert house.articles.look().written == (LOCKED.file,)


def test_what_is_edited_by_hand_is_put_back_and_said(house: House) -> None:
    house.articles.look()
    before = house.text(LOCKED)
    (house.folder / LOCKED.file).write_text("not an article")
    (house.folder / "en" / "own.md").write_text("of somebody's own")
    with capture_logs() as logs:
        found = house.articles.look()
    assert (found.written, found.removed) == ((LOCKED.file,), (Path("en/own.md"),))
    assert any("by hand" in entry["event"] and "en/account-locked" in entry["written"] for entry in logs)
    assert house.text(LOCKED) == before
    shutil.rmtree(house.folder)
    assert set(house.articles.look().written) == {LOCKED.file, EXPIRED.file, Path("en/chatter.txt")}
    assert house.text(LOCKED) == before


def test_a_database_that_is_away_leaves_the_folder_as_it_is(house: House, tmp_path: Path) -> None:
    house.articles.look()
    before = house.there()
    (tmp_path / "hotline.db").rename(tmp_path / "away")
    house.store.database.close()
    (tmp_path / "hotline.db").mkdir()
    with capture_logs() as logs:
        for _ in range(3):
            assert not house.articles.look()
    assert house.there() == before
    assert len([entry for entry in logs if "do not follow" in entry["event"]]) == 1
    (tmp_path / "hotline.db").rmdir()
    (tmp_path / "away").rename(tmp_path / "hotline.db")
    house.publish(LOCKED, changed(house.text(LOCKED), "when it was back"))
    with capture_logs() as logs:
        assert house.articles.look().written == (LOCKED.file,)
    assert any("again" in entry["event"] for entry in logs)


def test_a_database_that_is_locked_at_the_first_start(house: House, tmp_path: Path) -> None:
    locker = sqlite3.connect(tmp_path / "hotline.db", isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    assert not house.articles.look()
    assert not house.folder.exists(), "an empty base is no reason to have no answers"
    locker.execute("ROLLBACK")
    locker.close()
    assert house.articles.look()
    assert house.there() == {key.article for key in KEYS}


def test_a_full_disk(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.articles.look()
    before = house.text(LOCKED)
    house.publish(LOCKED, changed(before, "there was no room"))

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    with monkeypatch.context() as patched, capture_logs() as logs:
        patched.setattr("ari_app.published.folder.write_atomically", full)
        assert not house.articles.look()
        assert not house.articles.look()
    assert house.text(LOCKED) == before
    assert len([entry for entry in logs if "No space left" in entry.get("why", "")]) == 1
    assert house.articles.look().written == (LOCKED.file,)


def test_shipped_articles_that_are_broken_do_not_keep_others_from_being_published(house: House) -> None:
    house.articles.look()
    (house.shipped / "en" / "broken.md").write_text("no front matter")
    house.publish(LOCKED, changed(house.text(LOCKED), "all the same"))
    house.starts()
    assert house.articles.look().written == (LOCKED.file,)


def test_a_process_that_stays_reads_what_changed(house: House, tmp_path: Path) -> None:
    house.articles.look()
    clock = [0.0]
    current = CurrentLibrary(KnowledgeSettings(published=house.folder), lambda: clock[0])
    library = current.library
    assert library is not None
    house.publish(LOCKED, changed(house.text(LOCKED), "news for the pages"))
    house.articles.look()
    assert current.library is library, "it looks once a second"
    clock[0] = 1.0
    assert current.library is not library
    assert current.library is not None
    assert "news for the pages" in (current.library.articles["en", LOCKED.article].phrasings)
    (house.folder / LOCKED.file).write_text("broken")
    known, clock[0] = current.library, 2.0
    assert current.library is known


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("HOTLINE_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("HOTLINE_CONFIG", str(tmp_path / "hotline.toml"))
    (tmp_path / "hotline.toml").write_text("")
    return load_settings()


def test_before_a_line_starts(settings: Settings) -> None:
    told: list[str] = []
    prepare_articles(settings, told.append)
    print(told)  # noqa: T201  what a fresh start costs
    assert settings.knowledge.in_force == settings.knowledge.published
    assert load_library(settings.knowledge.in_force) == load_library(settings.knowledge.articles)
    told.clear()
    prepare_articles(settings, told.append)
    assert told == []


def test_a_line_starts_without_its_base(settings: Settings) -> None:
    prepare_articles(settings, lambda _: None)
    database = settings.state_dir / "hotline.db"
    for file in settings.state_dir.glob("hotline.db*"):
        file.unlink()
    database.mkdir()
    told: list[str] = []
    prepare_articles(settings, told.append)
    assert "those of last time" in told[0]
    assert settings.knowledge.in_force == settings.knowledge.published
    (settings.knowledge.in_force / LOCKED.file).write_text("damaged")
    prepare_articles(settings, told.append)
    assert settings.knowledge.in_force == settings.knowledge.articles
    assert (settings.state_dir / "articles.unreadable" / LOCKED.file).exists()


def test_what_the_line_would_refuse_is_told_to_the_reviewer(settings: Settings) -> None:
    text = (settings.knowledge.articles / LOCKED.file).read_text(encoding="utf-8")
    problems = try_publication(settings, LOCKED, text.replace("category: ", "category: no", 1))
    assert [str(problem.file) for problem in problems] == ["en/account-locked.md"]
    (missing, *_) = try_publication(settings, LOCKED, None)
    assert "account-locked" in missing.message
    assert try_publication(settings, LOCKED, "nothing")[0].code == "front-matter"
    assert list((settings.state_dir / "trials").iterdir()) == []
