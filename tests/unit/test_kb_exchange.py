"""Articles out of the knowledge base and into it: the round trip, and everything that can be wrong with a file."""

import json
import string
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from knowledge_house import KEY, a_text, an_article

from knowledge.article import Article, article_text, parse_article
from knowledge.interchange.forms import READERS, WRITERS, Form, as_written, form_of
from knowledge.interchange.shapes import LARGEST_TEXT, Read
from knowledge.store import ArticleKey
from knowledge.store.shapes import read_article

SHIPPED = Path(__file__).parents[2] / "knowledge" / "articles"
OTHER = ArticleKey("zh", "outlook-sign-in")

nasty = st.text(
    st.one_of(
        st.sampled_from(string.printable + "，。’“🙂\u2028\ufeff\xa0\x85中文аА=@-'\"[]{}:#&*|>%`\\"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    ),
    min_size=1,
    max_size=60,
)
line = nasty.map(str.strip).filter(lambda text: text and len(text.split()) < 60)
days = st.dates(date(1999, 1, 1), date(2099, 12, 31))


def lines(least: int, most: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(line, min_size=least, max_size=most, unique_by=str.casefold).map(tuple)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    steps = draw(lines(1, 4))
    until = draw(st.one_of(st.none(), days))
    return an_article(
        question=draw(line),
        topic=draw(line),
        system=draw(line),
        phrasings=draw(lines(6, 9)),
        terms=draw(lines(0, 3)),
        spoken=" ".join(steps),
        spoken_steps=steps if len(steps) > 1 else (),
        owner=draw(line),
        audience=draw(lines(0, 2)),
        sites=draw(lines(0, 2)),
        valid_from=draw(st.one_of(st.none(), st.dates(date(1999, 1, 1), until))) if until else None,
        valid_until=until,
        related=draw(st.sampled_from([(), ("a", "b-2")])),
        steps=draw(line),
    )


@given(articles())
@settings(max_examples=80, deadline=None)
def test_a_document_of_an_article_gives_the_article_again(article: Article) -> None:  # 000-13
    read = parse_article(article_text(article), KEY.file)
    assert read == article
    assert article_text(read) == article_text(article)


@pytest.mark.parametrize("form", ["markdown", "csv", "json"])
@given(article=articles())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_round_trip_of_anything(form: Form, article: Article, tmp_path: Path) -> None:  # 000-14
    text = article_text(article)
    path = tmp_path / {"markdown": "folder", "csv": "a.csv", "json": "a.json"}[form]
    assert written_and_read({KEY: text}, form, path) == Read({KEY: text}, ())


@pytest.mark.parametrize("form", ["markdown", "csv", "json"])
def test_the_round_trip_of_all_that_is_shipped(form: Form, tmp_path: Path) -> None:
    shipped = READERS["markdown"](SHIPPED, "utf-8")
    assert shipped.problems == ()
    read = written_and_read(shipped.texts, form, tmp_path / {"markdown": "m", "csv": "a.csv", "json": "a.json"}[form])
    assert read.problems == ()
    assert as_written(read.texts, shipped.texts) == shipped.texts
    if form == "markdown":
        files = sorted(file.relative_to(SHIPPED) for file in SHIPPED.glob("*/*.md"))
        assert all((tmp_path / "m" / file).read_bytes() == (SHIPPED / file).read_bytes() for file in files)


def written_and_read(texts: Mapping[ArticleKey, str], form: Form, path: Path) -> Read:
    WRITERS[form](texts, path)
    assert form_of(path) == form
    return READERS[form](path, "utf-8")


def csv_of(tmp_path: Path) -> tuple[Path, str]:
    file = tmp_path / "articles.csv"
    WRITERS["csv"]({KEY: a_text(), OTHER: a_text(OTHER, "为什么？")}, file)
    return file, file.read_text(encoding="utf-8-sig")


def places(read: Read) -> list[tuple[int, int, str]]:
    return [(problem.line, problem.column, problem.code) for problem in read.problems]


def read_as(file: Path, text: str, encoding: str = "utf-8", told: str = "utf-8") -> Read:
    file.write_bytes(text.encode(encoding))
    return READERS[form_of(file)](file, told)


def test_broken_rows_are_all_reported_and_the_good_ones_read(tmp_path: Path) -> None:
    file, text = csv_of(tmp_path)
    header, *_ = text.splitlines()
    good = text.removeprefix(header).lstrip()
    rows = [
        good.replace("vpn-slow", "a-1").replace(",fault,", ",broken,", 1),
        "en,a-2,too,few\r\n",
    ]
    read = read_as(file, header + "\r\n" + "".join(rows) + good)
    assert [code for _, _, code in places(read)] == ["literal-error", "cells", "twice"]
    assert {key.article for key in read.texts} == {"vpn-slow", "outlook-sign-in"}
    assert all(str(problem).startswith(f"{file}:{problem.line}:") for problem in read.problems)


def test_tables_as_spreadsheets_write_them(tmp_path: Path) -> None:
    file, text = csv_of(tmp_path)
    want = READERS["csv"](file, "utf-8").texts
    assert len(want) == 2
    assert read_as(file, text).texts == want
    assert read_as(file, text.replace(",", ";")).texts.keys() == want.keys()
    assert read_as(file, text.replace("\r\n", "\n")).texts == want
    assert read_as(file, text, "gb18030", "gb18030").texts == want
    assert read_as(file, text, "utf-16", "utf-16").texts == want


def test_tables_that_cannot_be_read(tmp_path: Path) -> None:
    file, text = csv_of(tmp_path)
    assert places(read_as(file, text, "gb18030"))[0][2] == "encoding"
    assert places(read_as(file, ""))[0][2] == "empty"
    assert places(read_as(file, text.replace("question,", "").replace("steps", "stepps")))[0] == (
        1,
        1,
        "missing-columns",
    )
    assert places(read_as(file, text.replace("topic", "topik", 1)))[-1][2] == "unknown-column"
    assert places(read_as(file, text + 'en,"x'))[-1][2] == "quotes"
    assert len(read_as(file, text + 'en,"x').texts) == 2
    assert places(read_as(file, text + "\0"))[0][2] == "no-text"
    missing = READERS["csv"](tmp_path / "none.csv", "utf-8")
    assert places(missing) == [(1, 1, "unreadable")]


def test_a_cell_is_no_formula(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    text = a_text(owner="=HYPERLINK(1)", topic="'quoted", system="-x")
    WRITERS["csv"]({KEY: text}, file)
    assert ",=HYPERLINK" not in file.read_text(encoding="utf-8-sig")
    assert READERS["csv"](file, "utf-8").texts == {KEY: text}


def test_json_with_mistakes_in_their_places(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    WRITERS["json"]({KEY: a_text(), OTHER: a_text(OTHER, "为什么？")}, file)
    text = file.read_text(encoding="utf-8")
    line = text.splitlines().index('      "kind": "fault",') + 1
    assert places(read_as(file, text.replace('"fault"', '"broken"', 1))) == [(line, 7, "literal-error")]
    assert places(read_as(file, text.replace('"topic"', '"topik"', 1)))[0][2] in ("missing", "extra-forbidden")
    broken = read_as(file, text.replace('"language": "zh",', '"language": "zh"'))
    assert [code for _, _, code in places(broken)] == ["json"]
    assert set(broken.texts) == {KEY}
    assert places(read_as(file, text[:-4]))[0][2] == "json"
    assert places(read_as(file, '{"articles": [1]}')) == [(1, 15, "no-article")]
    assert places(read_as(file, '{"articles": [{"id": "a", "id": "b"}]}')) == [(1, 15, "json")]
    assert places(read_as(file, "[" * 100_000))[0][2] == "json"
    assert places(read_as(file, '{"articles": [' + "[" * 100_000))[0][2] == "json"
    assert read_as(file, '{"articles": []}') == Read({}, ())


def test_markdown_of_editors_and_of_strangers(tmp_path: Path) -> None:
    folder = tmp_path / "en"
    folder.mkdir()
    (folder / "vpn-slow.md").write_bytes(b"\xef\xbb\xbf" + a_text().replace("\n", "\r\n").encode())
    assert READERS["markdown"](tmp_path, "utf-8") == Read({KEY: a_text()}, ())
    (folder / "Bad Name.md").write_text(a_text())
    (folder / "latin.md").write_bytes("---\nquestion: Müll\n".encode("latin-1"))
    (folder / "large.md").write_bytes(b"x" * (LARGEST_TEXT + 1))
    (folder / "broken.md").write_text(a_text().replace("kind: fault", "kind: broken"))
    read = READERS["markdown"](tmp_path, "utf-8")
    assert sorted(code for _, _, code in places(read)) == ["encoding", "id", "literal-error", "too-large"]
    assert set(read.texts) == {KEY}
    assert places(READERS["markdown"](tmp_path / "none", "utf-8")) == [(1, 1, "no-articles")]


def test_a_huge_table_is_read_in_time(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    one = json.loads(json.dumps({"language": "en", **json.loads(_values())}))
    many = [one | {"id": f"a-{number}"} for number in range(2_000)]
    file.write_text(json.dumps({"articles": [*many, one | {"kind": "broken"}]}))
    start = time.perf_counter()
    read = READERS["json"](file, "utf-8")
    assert len(read.texts) == 2_000
    assert [problem.code for problem in read.problems] == ["literal-error"]
    assert time.perf_counter() - start < 20


def _values() -> str:
    article = read_article(KEY, a_text())
    names = ("id", "question", "topic", "category", "system", "kind", "spoken", "owner", "steps")
    values = {name: getattr(article, name) for name in names} | {"phrasings": list(article.phrasings)}
    return json.dumps(values | {"review": "2027-05-31"})
