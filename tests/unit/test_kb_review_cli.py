"""`hotline kb` where it is about the database, as an operator types it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from knowledge_house import KEY, START, a_text, knowledge_house
from typer.testing import CliRunner

from ari_app.kb.cli import app
from ari_app.settings import Settings
from knowledge.review import Stage
from knowledge.store import ArticleKey
from tickets.settings import TicketsSettings

SHIPPED = Path(__file__).parents[2] / "knowledge" / "articles"
SLOW = ArticleKey("en", "vpn-slow")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    tickets = TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", tmp_path)
    return replace(Settings(), state_dir=tmp_path, tickets=tickets)


def run(settings: Settings, *words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, words, obj=settings)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def articles(folder: Path, **texts: str) -> str:
    (folder / "en").mkdir(parents=True)
    for name, text in texts.items():
        (folder / "en" / f"{name.replace('_', '-')}.md").write_text(text, encoding="utf-8")
    return str(folder)


def test_from_a_file_to_a_file(settings: Settings, tmp_path: Path) -> None:  # 000-14
    code, out, _ = run(settings, "import", articles(tmp_path / "in", vpn_slow=a_text()), "--json")
    assert (code, json.loads(out)["added"]) == (0, ["en/vpn-slow"])
    for name in ("out.csv", "out.json", "out"):
        path = str(tmp_path / name)
        assert run(settings, "export", path)[0] == 0
        assert run(settings, "export", path)[0] == 2  # it is there
        assert run(settings, "import", path)[1] == "0 added, 0 changed, 1 unchanged\n"
    assert (tmp_path / "out" / "en" / "vpn-slow.md").read_text(encoding="utf-8") == a_text()


def test_files_go_out_and_in_with_a_folder(settings: Settings, tmp_path: Path) -> None:
    run(settings, "import", articles(tmp_path / "in", vpn_slow=a_text()))
    with knowledge_house(tmp_path) as (_, base):
        base.attach(KEY, "路线 1.txt", "text/plain", b"Automatic\r\n", "ann", START)
    assert run(settings, "export", str(tmp_path / "out"))[0] == 0
    files = tmp_path / "out" / "en" / "vpn-slow.files"
    assert (files / "路线 1.txt").read_bytes() == b"Automatic\r\n"
    (files / "second.pdf").write_bytes(b"%PDF-1.4")
    assert run(settings, "import", str(tmp_path / "out")) == (0, "0 added, 0 changed, 1 unchanged\n", "")
    with knowledge_house(tmp_path) as (store, base):
        assert [file.name for file in base.attachments(KEY)] == ["second.pdf", "路线 1.txt"]
        told = [event.data.get("change") for event in store.events.after(0) if event.kind == "article_changed"]
        assert told.count("attached") == 2  # what was there is not attached again
    (files / "run.exe").write_bytes(b"MZ")
    code, _, err = run(settings, "import", str(tmp_path / "out"))
    assert (code, "run.exe:1:1: " in err) == (1, True)


def test_broken_ones_nothing_or_the_good_ones(settings: Settings, tmp_path: Path) -> None:
    folder = articles(tmp_path / "in", vpn_slow=a_text(), broken=a_text().replace("kind: fault", "kind: broken"))
    code, _, err = run(settings, "import", folder)
    assert code == 1
    assert "nothing was taken" in err
    assert "broken.md:6:1: kind: " in err
    code, out, err = run(settings, "import", folder, "--keep-good")
    assert (code, out) == (1, "1 added, 0 changed, 0 unchanged\n")
    assert "broken.md:6:1" in err
    assert run(settings, "import", folder, "--encoding", "klingon")[0] == 2


def test_an_import_that_the_line_would_refuse_is_not_taken(settings: Settings, tmp_path: Path) -> None:
    folder = articles(tmp_path / "in", bad=a_text().replace("category: ", "category: no-such-"))
    for words in ((), ("--keep-good",)):
        code, _, err = run(settings, "import", folder, *words)
        assert code == 1
        assert "there is no category" in err
        assert "nothing was taken" in err
    assert run(settings, "import", folder, "--draft")[0] == 0  # a reviewer will see to it


def test_drafts_leave_alone_what_somebody_works_on(settings: Settings, tmp_path: Path) -> None:
    with knowledge_house(tmp_path) as (_, base):
        base.draft(a_text(), KEY, "ann", START)
    folder = articles(tmp_path / "in", vpn_slow=a_text(spoken="New."), other=a_text())
    code, _, err = run(settings, "import", folder, "--draft")
    assert code == 1
    assert "somebody is working on en/vpn-slow" in err
    code, out, _ = run(settings, "import", folder, "--draft", "--keep-good")
    assert (code, out.split(",")[0]) == (1, "1 added")


def test_a_review_by_hand(settings: Settings, tmp_path: Path) -> None:
    with knowledge_house(tmp_path) as (_, base):
        base.draft(a_text(), KEY, "ann", START)
    assert "1 being worked on" in run(settings, "review")[1]
    assert run(settings, "review", "en/vpn-slow")[0] == 2
    assert run(settings, "review", "vpn-slow", "--submit")[0] == 2
    assert run(settings, "review", "en/none", "--submit")[0] == 1
    assert run(settings, "publish", "en/vpn-slow", "--by", "bob")[0] == 1  # not handed in
    assert "in review" in run(settings, "review", "en/vpn-slow", "--submit", "--by", "ann")[1]
    code, _, err = run(settings, "publish", "en/vpn-slow", "--by", "ann")
    assert code == 1
    assert "somebody else has to approve it" in err
    assert "draft" in run(settings, "review", "en/vpn-slow", "--send-back", "which site?", "--by", "bob")[1]
    assert run(settings, "comment", "en/vpn-slow", "Berlin.", "--by", "ann")[0] == 0
    history = json.loads(run(settings, "history", "en/vpn-slow", "--json")[1])
    assert [comment["text"] for comment in history[0]["comments"]] == ["which site?", "Berlin."]
    assert "+question: " in run(settings, "diff", "en/vpn-slow")[1]
    assert run(settings, "diff", "en/vpn-slow", "3", "4")[0] == 2
    assert run(settings, "publish", "en/vpn-slow", "--at", "soon")[0] == 2
    assert run(settings, "publish", "en/vpn-slow", "--at", "2020-01-01")[0] == 2


def test_what_the_line_would_refuse_is_not_published(settings: Settings, tmp_path: Path) -> None:
    text = (SHIPPED / "en" / "vpn-slow.md").read_text(encoding="utf-8")
    with knowledge_house(tmp_path) as (_, base):
        made = base.draft(text.replace("category: ", "category: no-such-"), SLOW, "ann", START)
        base.submit(made.id, "ann", START)
    code, _, err = run(settings, "publish", "en/vpn-slow", "--by", "bob")
    assert code == 1
    assert "there is no category" in err
    with knowledge_house(tmp_path) as (_, base):
        assert base.version(made.id).stage is Stage.IN_REVIEW
        base.take_back(made.id, "ann", START)
        base.edit(made.id, text, base.version(made.id).rev, "ann", START)
        base.submit(made.id, "ann", START)
    code, out, err = run(settings, "publish", "en/vpn-slow", "--by", "bob", "--json")
    assert (code, json.loads(out)["stage"]) == (0, "published"), err


def test_a_system_that_changed(settings: Settings, tmp_path: Path) -> None:
    run(settings, "import", articles(tmp_path / "in", vpn_slow=a_text()))
    code, _, err = run(settings, "changed", "VPM", "--why", "new")
    assert code == 2
    assert "there are: VPN" in err
    assert json.loads(run(settings, "changed", "vpn", "--why", "new", "--json")[1])["articles"] == ["en/vpn-slow"]


def test_a_database_that_is_away(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "tickets.db").write_text("no database" * 100)
    for words in (("review",), ("history", "en/vpn-slow"), ("export", str(tmp_path / "out.csv"))):
        code, _, err = run(settings, *words)
        assert (code, err.startswith("hotline kb: ")) == (1, True)


def test_what_reads_the_folder_needs_no_database(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "tickets.db").write_text("no database" * 100)
    assert run(settings, "list", "--lang", "en")[0] == 0
    assert run(settings, "show", "account-locked")[0] == 0
