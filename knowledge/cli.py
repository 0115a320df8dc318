"""`hotline kb search|list|show|eval`."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, NoReturn

import typer

from knowledge.article import Article
from knowledge.errors import ArticleError, KnowledgeError
from knowledge.library import Library, load_library
from knowledge.settings import KnowledgeSettings

# What matches is imported inside the commands: listing articles needs no encoders.
app = typer.Typer(help="The knowledge base.", no_args_is_help=True)
FAILED, WRONG_USAGE = 1, 2

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Language = Annotated[str, typer.Option("--lang", help="The articles' language.")]


@app.command()
def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="What somebody says or asks.")],
    lang: Language = "en",
    limit: Annotated[int, typer.Option(min=1, help="Articles to show at most.")] = 5,
    as_json: AsJson = False,
) -> None:
    """The articles that answer a question, best first, and whether the line would take them.

    Example: hotline kb search "outlook keeps asking for my password"
    """
    from knowledge.matching import Matcher, Thresholds

    if not text.strip():
        _refuse("there is no question — write it in quotes")
    settings = _settings(context)
    library = _library(settings, lang)
    try:
        thresholds = Thresholds(settings.accept, settings.confirm)
        matcher = Matcher.fit(
            library.targets(lang),
            lang,
            names=library.vocabulary(lang),
            chatter=library.chatter.get(lang, ()),
            thresholds=thresholds,
            kept=settings.cache,
        )
    except KnowledgeError as error:
        _refuse(str(error))
    start = time.perf_counter()
    ranking = matcher.rank([(text, 1.0)], limit)
    took_ms = (time.perf_counter() - start) * 1000
    found = [
        {
            "id": article.id,
            "title": article.question,
            "score": round(candidate.confidence, 4),
            "outcome": thresholds.outcome(candidate.confidence),
        }
        for candidate in ranking.candidates
        if (article := library.get(candidate.target.removeprefix("article:"), lang))
    ]
    if as_json:
        _print_json({"query": text, "lang": lang, "ms": round(took_ms, 1), "results": found})
    else:
        for row in found:
            typer.echo(f"{row['score']:5.0%}  {row['outcome']:<8} {row['id']:<24} {row['title']}")
        if ranking.outcome == "nomatch":
            typer.echo("the line would take none of these")


@app.command("list")
def list_(
    context: typer.Context,
    lang: Language = "en",
    text: Annotated[str, typer.Option(help="Only those with these words in them, the best first.")] = "",
    as_json: AsJson = False,
) -> None:
    """All articles, or those with some words in them.

    Example: hotline kb list --text "shared mailbox"
    """
    settings = _settings(context)
    library = _library(settings, lang)
    articles = _with_words(settings, library, lang, text) if text.strip() else library.in_language(lang)
    if as_json:
        _print_json([_summary(article) for article in articles])
        return
    for article in articles:
        typer.echo(f"{article.category:<10} {article.kind:<13} {article.id:<24} {article.question}")


@app.command()
def show(
    context: typer.Context,
    article_id: Annotated[str, typer.Argument(metavar="ID", help="An article's id, as `kb list` prints it.")],
    lang: Language = "en",
    as_json: AsJson = False,
) -> None:
    """One article with its spoken answer and its full steps.

    Example: hotline kb show account-locked
    """
    library = _library(_settings(context), lang)
    article = library.get(article_id, lang)
    if article is None:
        _refuse(f"there is no article '{article_id}' in '{lang}' — `hotline kb list` names them")
    if as_json:
        _print_json(
            _summary(article)
            | {"phrasings": article.phrasings, "terms": article.terms, "spoken": article.spoken, "steps": article.steps}
        )
        return
    typer.echo(f"{article.question}\n{article.category} · {article.kind} · {article.system} · {article.id}")
    typer.echo(f"owner {article.owner}, to be reviewed by {article.review}\n\nSpoken:\n  {article.spoken}")
    typer.echo("\nPhrasings:\n" + "\n".join(f"  {phrasing}" for phrasing in article.phrasings))
    typer.echo(f"\n{article.steps}")


@app.command("eval")
def evaluate_(
    train: Annotated[Path, typer.Argument(help='JSON lines: {"id", "phrasings": […]}.')],
    test: Annotated[Path, typer.Argument(help='JSON lines: {"text", "id"}; "id": null is out of scope.')],
    lang: Annotated[str, typer.Option(help="The language of both.")] = "en",
    as_json: AsJson = False,
) -> None:
    """How well the line's matcher does on data brought along. No live data is touched.

    Example: hotline kb eval train.jsonl test.jsonl --json
    """
    from knowledge.evaluation import evaluate, read_queries, read_targets

    try:
        targets, queries = read_targets(train, lang), read_queries(test)
        typer.echo(f"learning {len(targets)} targets, then asking {len(queries)} queries", err=True)
        figures = evaluate(targets, queries, lang)
    except KnowledgeError as error:
        _refuse(str(error))
    named = {
        "train": str(train),
        "test": str(test),
        "n": figures.n,
        "in_scope": figures.in_scope,
        "out_of_scope": figures.out_of_scope,
        "recall@1": _rounded(figures.recall_at_1),
        "recall@5": _rounded(figures.recall_at_5),
        "mrr": _rounded(figures.mrr),
        "oos_auroc": _rounded(figures.oos_auroc),
        "accuracy_at_5pct_false_accept": _rounded(figures.accuracy_at_5pct_false_accept),
        "oos_recall_at_93pct_accuracy": _rounded(figures.oos_recall_at_93pct_accuracy),
        "fit_s": _rounded(figures.fit_s),
        "ms_per_query_p50": _rounded(figures.ms_per_query_p50),
        "ms_per_query_p99": _rounded(figures.ms_per_query_p99),
    }
    if as_json:
        _print_json(named)
        return
    for name, value in named.items():
        typer.echo(f"{name:<30} {'–' if value is None else value}")


def _settings(context: typer.Context) -> KnowledgeSettings:
    return KnowledgeSettings() if context.obj is None else context.obj.knowledge


def _library(settings: KnowledgeSettings, language: str) -> Library:
    try:
        library = load_library(settings.in_force)
    except ArticleError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from error
    if not library.in_language(language):
        _refuse(f"there are no articles in '{language}' — {settings.in_force} has {', '.join(library.languages)}")
    return library


def _with_words(settings: KnowledgeSettings, library: Library, language: str, text: str) -> list[Article]:
    from knowledge.index import ArticleIndex
    from knowledge.interchange.markdown_folder import read_folder

    with TemporaryDirectory() as spare:
        index = ArticleIndex((settings.cache or Path(spare)) / "articles-in-force.db")
        try:
            index.refresh(read_folder(settings.in_force).texts)
            found = index.find(text)
        except (OSError, sqlite3.Error) as error:
            typer.echo(f"hotline kb: {error}", err=True)
            raise typer.Exit(FAILED) from error
    articles = (library.get(key.article, key.language) for key in found if key.language == language)
    return [article for article in articles if article is not None]


def _summary(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.question,
        "topic": article.topic,
        "category": article.category,
        "system": article.system,
        "kind": article.kind,
        "review": article.review.isoformat(),
        "owner": article.owner,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _print_json(document: object) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _refuse(message: str) -> NoReturn:
    typer.echo(f"hotline kb: {message}", err=True)
    raise typer.Exit(WRONG_USAGE)
