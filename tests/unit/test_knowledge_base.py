"""The knowledge base in its database: versions, their way to being published, and what the log says of it."""

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from knowledge_house import KEY, START, a_text, an_article, knowledge_house

from ari_app.knowledge_base import open_base
from knowledge.article import article_text
from knowledge.errors import (
    ArticleError,
    ArticleNotFound,
    AttachmentRefused,
    EditConflict,
    NotAllowed,
    NotThere,
    OpenVersion,
    OwnArticle,
    ReasonMissing,
)
from knowledge.review import Stage
from knowledge.staleness import Flag, Outcome
from knowledge.store import ArticleKey, KnowledgeBase, Version, Wanted
from tickets.settings import TicketsSettings
from tickets.store import DatabaseUnavailable, Store, open_store
from tickets.store.backup import back_up

HOUR = timedelta(hours=1)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[Store, KnowledgeBase]]:
    with knowledge_house(tmp_path) as both:
        yield both


@pytest.fixture
def base(house: tuple[Store, KnowledgeBase]) -> KnowledgeBase:
    return house[1]


def published(base: KnowledgeBase, text: str = a_text(), key: ArticleKey = KEY) -> Version:
    made = base.draft(text, key, "ann", START)
    base.submit(made.id, "ann", START)
    return base.approve(made.id, "bob", START)


def changes(store: Store) -> list[str]:
    return [str(event.data["change"]) for event in store.events.after(0) if event.kind == "article_changed"]


def test_from_draft_to_published(house: tuple[Store, KnowledgeBase]) -> None:  # 000-15
    store, base = house
    made = base.draft(a_text(), KEY, "ann", START, why="callers ask")
    assert (made.number, made.stage, made.author, made.why, made.rev) == (1, Stage.DRAFT, "ann", "callers ask", 1)
    assert base.submit(made.id, "ann", START).stage is Stage.IN_REVIEW
    assert base.send_back(made.id, "which site?", "bob", START).stage is Stage.DRAFT
    edited = base.edit(made.id, a_text(spoken="Choose Berlin."), 3, "ann", START)
    base.submit(made.id, "ann", START)
    live = base.approve(made.id, "bob", START)
    assert (live.stage, live.reviewer, live.published_at) == (Stage.PUBLISHED, "bob", START)
    assert edited.content.spoken == "Choose Berlin."
    assert base.in_force(START.date()) == (live,)
    assert [comment.text for comment in base.comments(made.id)] == ["which site?"]
    assert changes(store) == ["drafted", "submitted", "sent_back", "edited", "submitted", "approved", "published"]
    event = store.events.after(0)[-1]
    assert event.data == {"language": "en", "article": "vpn-slow", "version": 1, "change": "published", "by": "bob"}


def test_publishing_replaces_and_an_older_version_is_taken_up_again(base: KnowledgeBase) -> None:
    first = published(base)
    second = published(base, a_text(spoken="Another answer."))
    assert base.version(first.id).stage is Stage.REPLACED
    assert base.version(first.id).ended_at == START
    again = base.draft(first.text, KEY, "ann", START, why="the old one was better")
    assert (again.number, again.text) == (3, first.text)
    assert base.in_force(START.date()) == (second,)


def test_nobody_approves_what_he_has_written_at(base: KnowledgeBase) -> None:
    made = base.draft(a_text(), KEY, "ann", START)
    base.edit(made.id, a_text(spoken="More."), 1, "bob", START)
    base.submit(made.id, "bob", START)
    for writer in ("ann", "bob"):
        with pytest.raises(OwnArticle, match=writer):
            base.approve(made.id, writer, START)
    assert base.version(made.id).stage is Stage.IN_REVIEW
    assert base.approve(made.id, "cem", START).stage is Stage.PUBLISHED


def test_two_edit_the_same_draft(base: KnowledgeBase) -> None:
    made = base.draft(a_text(), KEY, "ann", START)
    base.edit(made.id, a_text(spoken="Bob's."), made.rev, "bob", START)
    with pytest.raises(EditConflict, match="bob") as conflict:
        base.edit(made.id, a_text(spoken="Ann's."), made.rev, "ann", START)
    assert conflict.value.rev == 2
    assert base.version(made.id).content.spoken == "Bob's."


def test_of_many_who_edit_at_once_one_wins(base: KnowledgeBase) -> None:
    made = base.draft(a_text(), KEY, "ann", START)
    lost: list[str] = []

    def edit(name: str) -> None:
        try:
            base.edit(made.id, a_text(spoken=f"That of {name}."), made.rev, name, START)
        except EditConflict:
            lost.append(name)

    threads = [threading.Thread(target=edit, args=(f"user{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(lost) == 5
    assert base.version(made.id).author not in lost


def test_what_cannot_be_done_says_what_can(base: KnowledgeBase) -> None:
    made = base.draft(a_text(), KEY, "ann", START)
    with pytest.raises(NotAllowed, match="edit, submit, drop"):
        base.approve(made.id, "bob", START)
    with pytest.raises(OpenVersion, match="en/vpn-slow"):
        base.draft(a_text(), KEY, "bob", START)
    with pytest.raises(NotAllowed):
        base.retire(KEY, "bob", START, "old")
    with pytest.raises(ArticleNotFound):
        base.retire(ArticleKey("en", "none"), "bob", START, "old")
    with pytest.raises(NotThere):
        base.submit(99, "ann", START)
    with pytest.raises(ReasonMissing):
        base.comment(made.id, " ", "bob", START)
    with pytest.raises(ArticleError) as wrong:
        base.edit(made.id, a_text().replace("kind: fault", "kind: broken"), made.rev, "ann", START)
    assert [problem.code for problem in wrong.value.problems] == ["literal-error"]


def test_published_by_the_clock(house: tuple[Store, KnowledgeBase]) -> None:
    store, base = house
    made = base.draft(a_text(), KEY, "ann", START)
    base.submit(made.id, "ann", START)
    assert base.approve(made.id, "bob", START, publish_at=START + HOUR).stage is Stage.APPROVED
    stamp = base.stamp()
    assert base.publish_due(START) == []
    assert base.stamp() == stamp
    (live,) = base.publish_due(START + HOUR)
    assert (live.id, live.stage, live.published_at) == (made.id, Stage.PUBLISHED, START + HOUR)
    assert base.publish_due(START + 2 * HOUR) == []
    assert changes(store)[-2:] == ["approved", "published"]


def test_retired_and_back(base: KnowledgeBase) -> None:
    live = published(base)
    with pytest.raises(ReasonMissing):
        base.retire(KEY, "bob", START, " ")
    assert base.retire(KEY, "bob", START, "the VPN is gone").stage is Stage.RETIRED
    assert base.in_force(START.date()) == ()
    assert base.draft(live.text, KEY, "ann", START).number == 2


def test_validity(base: KnowledgeBase) -> None:  # 000-16
    text = a_text(valid_from=date(2026, 12, 1), valid_until=date(2026, 12, 24))
    published(base, text)
    days = [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 24), date(2026, 12, 25)]
    assert [len(base.in_force(day)) for day in days] == [0, 1, 1, 0]


def test_entries_by_dimension(base: KnowledgeBase) -> None:
    mail = ArticleKey("en", "mail-full")
    published(base)
    published(base, a_text(mail, "Why is my mailbox full?", system="Outlook", sites=("berlin",), owner="mail"), mail)
    base.draft(a_text(spoken="Better."), KEY, "ann", START)
    assert [entry.key for entry in base.entries()] == [mail, KEY]
    by = {
        "system": Wanted(system="Outlook"),
        "site": Wanted(site="munich"),
        "draft": Wanted(stage=Stage.DRAFT),
        "published": Wanted(stage=Stage.PUBLISHED),
        "owner": Wanted(owner="mail"),
        "text": Wanted(text="MAILBOX full"),
        "language": Wanted(language="zh"),
    }
    found = {name: [entry.key.article for entry in base.entries(wanted)] for name, wanted in by.items()}
    assert found == {
        "system": ["mail-full"],
        "site": ["vpn-slow"],
        "draft": ["vpn-slow"],
        "published": ["mail-full", "vpn-slow"],
        "owner": ["mail-full"],
        "text": ["mail-full"],
        "language": [],
    }
    entry = base.entries(Wanted(system="VPN"))[0]
    assert (entry.newest.number, entry.published and entry.published.number) == (2, 1)


def test_flags(house: tuple[Store, KnowledgeBase]) -> None:
    store, base = house
    published(base, a_text(valid_until=date(2027, 6, 10)))
    day = date(2027, 6, 1)
    assert base.flags(KEY, on=START.date()) == ()
    base.change_system("vpn", "a new client", "cem", START + HOUR)
    assert base.flags(KEY, on=START.date()) == (Flag.SYSTEM_CHANGED,)
    outcomes = {KEY: Outcome(told=10, helped=3)}
    assert base.flags(KEY, outcomes, day) == tuple(Flag)
    assert [entry.key for entry in base.entries(Wanted(flag=Flag.LOW_HELP), outcomes, day)] == [KEY]
    assert base.entries(Wanted(flag=Flag.LOW_HELP), {KEY: Outcome(9, 0)}, day) == []
    assert [change.why for change in base.system_changes()] == ["a new client"]
    event = store.events.after(0)[-1]
    assert (event.kind, event.data) == ("system_changed", {"system": "vpn", "why": "a new client", "by": "cem"})


def test_attachments(base: KnowledgeBase) -> None:
    published(base)
    picture = b"\x89PNG\r\n\x1a\n" + b"x" * 100
    first = base.attach(KEY, "window.png", "image/png", picture, "ann", START)
    assert base.attach(KEY, "window.png", "image/png", picture + b"y", "ann", START).id == first.id
    (listed,) = base.attachments(KEY)
    assert (listed.size, listed.content) == (109, b"")
    assert base.attachment(first.id).content == picture + b"y"
    for name, media_type, content in (
        ("a.html", "text/html", b"<script>"),
        ("a.png", "image/png", b"GIF89a"),
        ("a.pdf", "application/pdf", b""),
        ("../a.txt", "text/plain", b"x"),
        ("a.txt", "text/plain", b"x" * (10 * 1024 * 1024 + 1)),
    ):
        with pytest.raises(AttachmentRefused):
            base.attach(KEY, name, media_type, content, "ann", START)
    with pytest.raises(ArticleNotFound):
        base.attach(ArticleKey("en", "none"), "a.txt", "text/plain", b"x", "ann", START)
    base.detach(first.id, "ann", START)
    assert base.attachments(KEY) == []


def test_an_import_is_all_or_nothing(base: KnowledgeBase) -> None:
    other = ArticleKey("zh", "vpn-slow")
    texts = {KEY: a_text(), other: a_text(other).replace("kind: fault", "kind: broken")}
    with pytest.raises(ArticleError):
        base.import_texts(texts, "op", START, publish=True, origin="import")
    assert base.known() == frozenset()
    texts[other] = a_text(other)
    report = base.import_texts(texts, "op", START, publish=True, origin="shipped")
    assert (report.added, report.changed, report.unchanged) == ((KEY, other), (), ())
    texts[KEY] = a_text(spoken="New.")
    report = base.import_texts(texts, "op", START, publish=True, origin="import")
    assert (report.added, report.changed, report.unchanged) == ((), (KEY,), (other,))
    assert [version.stage for version in base.versions(KEY)] == [Stage.REPLACED, Stage.PUBLISHED]


def test_imported_drafts_do_not_touch_what_somebody_works_on(base: KnowledgeBase) -> None:
    base.draft(a_text(), KEY, "ann", START)
    with pytest.raises(OpenVersion) as refused:
        base.import_texts({KEY: a_text(spoken="New.")}, "op", START, publish=False, origin="import")
    assert refused.value.keys == (KEY,)
    report = base.import_texts({KEY: a_text()}, "op", START, publish=False, origin="import")
    assert report.unchanged == (KEY,)


def test_the_event_is_in_the_same_transaction(tmp_path: Path) -> None:
    store = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", tmp_path))

    def fails(*_: object) -> None:
        raise RuntimeError("the log does not take it")

    with pytest.raises(RuntimeError):
        KnowledgeBase(store.database, fails).draft(a_text(), KEY, "ann", START)
    base = open_base(store)
    assert base.known() == frozenset()
    assert base.stamp() == 0
    store.close()


def test_a_database_that_is_away(tmp_path: Path) -> None:
    with knowledge_house(tmp_path) as (store, base):
        made = base.draft(a_text(), KEY, "ann", START)
        store.database.engine.dispose()
        (tmp_path / "tickets.db").rename(tmp_path / "away.db")
        for name in ("tickets.db-wal", "tickets.db-shm"):
            (tmp_path / name).unlink(missing_ok=True)
        (tmp_path / "tickets.db").mkdir()
        for step in (base.stamp, base.known, lambda: base.submit(made.id, "ann", START)):
            with pytest.raises(DatabaseUnavailable):
                step()


def test_the_text_is_kept_byte_for_byte(base: KnowledgeBase) -> None:
    text = article_text(an_article()).replace("topic:", "# a remark\ntopic:  ").replace("1. ", "\n\n1.  ") + "\n\n"
    made = base.draft(text, KEY, "ann", START)
    assert base.version(made.id).text == text


def test_a_backup_has_the_articles_too(tmp_path: Path) -> None:
    with knowledge_house(tmp_path) as (_, base):
        published(base)
        back_up(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", tmp_path), tmp_path / "copy.db")
    (tmp_path / "restored").mkdir()
    (tmp_path / "copy.db").rename(tmp_path / "restored" / "tickets.db")
    with knowledge_house(tmp_path / "restored") as (_, restored):
        assert [version.text for version in restored.in_force(START.date())] == [a_text()]
