"""`hotline bench search`: yardsticks, sums, made-up articles, rows, and what it says without the sets. # 001-22"""

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ari_app.bench.cli import app
from ari_app.bench.search import YARDSTICKS, QuestionSet, Yardstick, measure_quality
from ari_app.bench.search_report import quality_rows, speed_rows
from ari_app.bench.search_speed import Speed, Warm, made_up
from knowledge.evaluation import Query, figures
from knowledge.matching import Candidate, Ranking
from knowledge.target import Target

DRINKS = (
    Target("tea", ("a cup of tea", "green tea please", "hot tea with milk", "i would like some tea")),
    Target("coffee", ("black coffee", "a large coffee please", "coffee with sugar", "i want some coffee")),
)
TINY = QuestionSet("drinks", "train.jsonl", "test.jsonl", first=0.5, at_5_percent=0.0, rejected=0.5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    queries = [("some green tea", "tea"), ("a black coffee", "coffee"), ("when does the train leave", None)]
    train = [json.dumps({"id": target.id, "phrasings": target.phrasings}) for target in DRINKS]
    (tmp_path / "train.jsonl").write_text("\n".join(train))
    (tmp_path / "test.jsonl").write_text("\n".join(json.dumps({"text": text, "id": meant}) for text, meant in queries))
    return tmp_path


def test_a_set_is_asked_of_the_matcher_and_of_every_yardstick(folder: Path) -> None:
    (measured,) = measure_quality(folder, 1, lambda line: None, [TINY])
    assert (measured.ours.n, measured.ours.out_of_scope, measured.ours.recall_at_1) == (3, 1, 1.0)
    assert {name: found.recall_at_1 for name, found in measured.yardsticks.items()} == dict.fromkeys(YARDSTICKS, 1.0)
    rows = {(row.case, row.yardstick_name): row for row in quality_rows([measured])}
    row = rows["drinks: first place", "rapidfuzz token_set_ratio"]
    assert (row.ours, row.limit, row.ok, row.yardstick, row.ratio) == (100.0, 50.0, True, 100.0, 1.0)
    assert ("drinks: rejected at 93 % right", None) in rows


def test_a_quick_run_asks_some_of_both_kinds(folder: Path) -> None:
    (measured,) = measure_quality(folder, 10, lambda line: None, [TINY])
    assert (measured.ours.in_scope, measured.ours.out_of_scope) == (1, 1)


@pytest.mark.parametrize("build", YARDSTICKS.values(), ids=YARDSTICKS)
def test_a_yardstick_takes_any_text(
    build: Callable[[Sequence[Target]], AbstractContextManager[Yardstick]],
) -> None:
    with build(DRINKS) as find:
        assert find('coffee" OR NEAR(* "')[0] == "coffee"
        find("")
        find("?!")


def test_without_the_sets_it_says_what_is_missing(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["search", "--part", "quality", "--data", str(tmp_path)])
    assert result.exit_code == 2
    assert "banking77-10shot.train.jsonl" in result.output


def test_rejected_are_those_below_where_93_percent_are_right_and_taken() -> None:
    queries = [Query("in", "a")] * 100 + [Query("out", None)] * 4
    confidences = [number / 100 for number in range(100)] + [0.02, 0.06, 0.08, 0.9]
    rankings = [Ranking("accept", (Candidate("a", confidence),)) for confidence in confidences]
    assert figures(queries, rankings, [0.0], 0.0).oos_recall_at_93pct_accuracy == 0.5
    wrong = [Ranking("accept", (Candidate("b", 0.5),))] * 8 + rankings[8:]
    assert figures(queries, wrong, [0.0], 0.0).oos_recall_at_93pct_accuracy is None


def test_made_up_articles_differ_and_what_is_asked_was_not_learnt() -> None:
    shipped = [
        ("my screen is dark", "nothing on the screen", "the monitor stays black"),
        ("no toner", "add toner", "ink"),
    ]
    targets, queries = made_up(shipped, 50)
    learnt = {phrasing for target in targets for phrasing in target.phrasings}
    assert len({target.id for target in targets}) == 50
    assert not learnt & set(queries)
    assert (targets, queries) == made_up(shipped, 50)


def test_a_query_has_a_limit_with_a_thousand_articles_only() -> None:
    warm = Warm(fit_s=10.0, refit_s=2.0, rss_mb=400.0, query_ms=[10.0, 30.0, 40.0], yardstick_ms=[3.0])
    rows = speed_rows([Speed(100, 900, warm, 2.0), Speed(1000, 9000, warm, 4.0)])
    limited = [(row.case, row.ours, row.ok, row.ratio) for row in rows if row.limit is not None]
    assert limited == [("1000 articles, 9000 phrasings: query, p50", 30.0, False, 10.0)]
    assert [row.ratio for row in rows if row.case.endswith("one new phrasing")] == [0.2, 0.2]
