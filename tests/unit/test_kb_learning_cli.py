"""`hotline kb phrasings|cluster`, as an operator types it. # 003-14"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from knowledge_house import knowledge_house
from typer.testing import CliRunner

from ari_app.kb.cli import app
from ari_app.settings import Settings
from knowledge.store import ArticleKey
from knowledge.store.learning_shapes import Asked, FoundCluster, Lesson, Meant
from tickets.settings import TicketsSettings

SHIPPED = Path(__file__).parents[2] / "knowledge" / "articles"
SLOW = ArticleKey("en", "vpn-slow")
TREACLE = "from home the web is like treacle"
GATE = ("the gate stays shut", "my badge is dead", "no gate opens", "the reader is red", "no entry for me", "shut out")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A line whose calls have shown two phrasings and a question without an answer."""
    now = datetime.now(UTC)
    with knowledge_house(tmp_path) as (_, base):
        text = (SHIPPED / SLOW.file).read_text(encoding="utf-8")
        base.import_texts({SLOW: text}, "op", now - timedelta(days=2), publish=True, origin="shipped")
        meant = (Meant(SLOW, TREACLE, None, False), Meant(SLOW, "I cannot dial in at all", "vpn-access", True))
        base.learn([Lesson("call-1", now, meant, (Asked("en", GATE[0], now),))], read_to=1, most=20)
        questions = tuple(question.id for question in base.questions("en", now - timedelta(days=1)))
        gate = FoundCluster(None, "The gate stays shut", GATE[:2], GATE, SLOW.article, "network team", questions)
        base.keep_clusters("en", [gate])
    tickets = TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", tmp_path)
    settings = replace(Settings(), state_dir=tmp_path, tickets=tickets)

    def run(*words: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, words, obj=settings)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout, result.stderr

    return run


def test_what_waits_is_decided(run: Run) -> None:
    waiting = {row["text"]: row for row in json.loads(run("phrasings", "list", "--json")[1])["proposals"]}
    assert (waiting[TREACLE]["article"], waiting[TREACLE]["calls"]) == ("en/vpn-slow", 1)
    doubtful = waiting["I cannot dial in at all"]
    assert "(nearer to vpn-access)" in run("phrasings", "list")[1]
    assert "0 to be decided" in run("phrasings", "list", "--lang", "zh")[1]
    assert "1 rejected" in run("phrasings", "reject", str(doubtful["id"]))[1]
    code, _, err = run("phrasings", "reject", str(doubtful["id"]))
    assert (code, err.startswith("hotline kb: there is no ")) == (1, True)
    code, out, err = run("phrasings", "accept", str(waiting[TREACLE]["id"]), "--by", "ann")
    assert (code, out) == (0, "en/vpn-slow, version 2: published\n"), err
    assert f"by ann: {TREACLE}" in run("phrasings", "list", "en/vpn-slow")[1]
    withdrawn = json.loads(run("phrasings", "withdraw", "en/vpn-slow", TREACLE, "--json")[1])
    assert (withdrawn["version"], withdrawn["stage"]) == (3, "published")
    assert run("phrasings", "withdraw", "en/vpn-slow", TREACLE)[0] == 1
    assert run("phrasings", "withdraw", "vpn-slow", TREACLE)[0] == 2


def test_a_cluster_becomes_a_draft(run: Run) -> None:
    code, out, err = run("cluster", "--draft", "1", "--by", "ann")
    assert (code, out.endswith(", version 1: draft\n")) == (0, True), err
    assert run("cluster", "--draft", "17")[0] == 1
    code, _, err = run("cluster", "--since", "lately")
    assert (code, "write 30d, 12h or 2026-11-01" in err) == (2, True)


def test_what_was_found_is_told(run: Run) -> None:
    code, out, err = run("cluster", "--since", "12h", "--json")
    assert code == 0, err
    (found,) = json.loads(out)
    assert (found["question"], found["count"], found["nearest"]) == ("The gate stays shut", 1, "vpn-slow")
    told = run("cluster", "--since", "2026-11-01")[1]
    assert "nearest: en/vpn-slow, network team" in told
    assert "1 found; --draft ID makes one a draft" in told
