"""`hotline kb`, as a user types it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from knowledge.cli import app
from knowledge.evaluation import read_targets


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def write_lines(file: Path, *rows: object) -> str:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(file)


def test_list_prints_each_article() -> None:
    code, out, _ = run("list", "--json")
    assert code == 0
    assert {"id", "title", "category", "kind", "review"} <= json.loads(out)[0].keys()
    assert "account-locked" in run("list")[1]


def test_list_finds_words() -> None:  # 003-14
    code, out, _ = run("list", "--text", 'paper "jam', "--json")
    assert (code, json.loads(out)[0]["id"]) == (0, "printer-paper-jam")
    assert "printer-paper-jam" in run("list", "--text", "卡纸", "--lang", "zh")[1].splitlines()[0]
    assert run("list", "--text", "xylophone")[1] == ""


def test_show_prints_the_answer_and_the_steps() -> None:
    code, out, _ = run("show", "account-locked", "--json")
    assert code == 0
    article = json.loads(out)
    assert article["spoken"].startswith("Your account unlocks by itself")
    assert "Caps Lock" in article["steps"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("show", "nonsense"), "there is no article 'nonsense'"),
        (("list", "--lang", "xx"), "no articles in 'xx'"),
        (("search", " "), "no question"),
        (("eval", "nowhere.jsonl", "nowhere.jsonl"), "cannot be read"),
    ],
)
def test_wrong_usage_is_explained(words: tuple[str, ...], why: str) -> None:
    code, _, err = run(*words)
    assert code == 2
    assert why in err


@pytest.mark.parametrize(
    ("row", "why"), [("{", "Invalid JSON"), ('{"text": "x"}', "id: Field required"), ("", "is empty")]
)
def test_eval_names_the_line_it_cannot_read(tmp_path: Path, row: str, why: str) -> None:
    train = write_lines(tmp_path / "train.jsonl", {"id": "a", "phrasings": ["x"]})
    test = tmp_path / "test.jsonl"
    test.write_text(row, encoding="utf-8")
    code, _, err = run("eval", train, str(test))
    assert code == 2
    assert "test.jsonl" in err
    assert why in err


@pytest.mark.parametrize(
    ("language", "id", "phrasing", "name"),
    [
        ("en", "Card_not-working", "my card broke", ["card not working"]),
        ("en", "what_is_2fa", "explain what 2fa means", ["what is 2fa"]),
        ("en", "q17", "my q17 broke", []),
        ("en", "faq_12", "my card broke", []),
        ("zh", "vpn_slow", "我的 VPN 很慢", []),
    ],
)
def test_an_english_id_made_of_words_is_a_name(  # 000-16
    tmp_path: Path, language: str, id: str, phrasing: str, name: list[str]
) -> None:
    train = write_lines(tmp_path / "train.jsonl", {"id": id, "phrasings": [phrasing]})
    (target,) = read_targets(Path(train), language)
    assert (target.id, target.phrasings) == (id, (phrasing, *name))


def test_eval_measures_recall_and_rejection(tmp_path: Path) -> None:
    train = write_lines(
        tmp_path / "train.jsonl",
        {"id": "password", "phrasings": ["i forgot my password", "reset my password", "password lost", "new password"]},
        {
            "id": "printer",
            "phrasings": ["the printer is broken", "i cannot print", "printer jam", "paper in the printer"],
        },
        {"id": "vpn", "phrasings": ["vpn does not connect", "connect the vpn", "vpn failed", "no vpn at home"]},
    )
    test = write_lines(
        tmp_path / "test.jsonl",
        {"text": "please reset the password", "id": "password"},
        {"text": "the printer has a jam", "id": "printer"},
        {"text": "who won the football match", "id": None},
    )
    code, out, _ = run("eval", train, test, "--json")
    figures = json.loads(out)
    assert code == 0
    assert (figures["n"], figures["in_scope"], figures["out_of_scope"]) == (3, 2, 1)
    assert figures["recall@1"] == figures["mrr"] == figures["oos_auroc"] == 1.0
    assert figures["accuracy_at_5pct_false_accept"] == 1.0
    assert figures["fit_s"] > 0
    assert figures["ms_per_query_p99"] >= figures["ms_per_query_p50"] > 0
