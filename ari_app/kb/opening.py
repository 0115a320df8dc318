"""What the commands about the database of articles share: it is opened, mistakes are told without a traceback."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from ari_app.settings import Settings
from knowledge.errors import ArticleError, KnowledgeError, Problem
from tickets.machine_user import machine_user

# The database's libraries are imported when a command opens it: `hotline kb list` needs none of them.
if TYPE_CHECKING:
    from ari_app.learning import Learning
    from knowledge.store import ArticleKey, KnowledgeBase
    from tickets.store import Store

FAILED, WRONG_USAGE = 1, 2

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Key = Annotated[str, typer.Argument(metavar="ARTICLE", help="An article: its language and its id, as en/vpn-slow.")]
By = Annotated[str, typer.Option(help="Who does it; the user of this machine.")]


def settings_of(context: typer.Context) -> Settings:
    return context.obj if isinstance(context.obj, Settings) else Settings()


@contextmanager
def opened(context: typer.Context) -> Iterator[KnowledgeBase]:
    """Exits with 1 when the database does not answer or refuses what is wanted."""
    from ari_app.knowledge_base import open_base

    with _store(context) as store:
        yield open_base(store)


@contextmanager
def learning(context: typer.Context) -> Iterator[Learning]:
    """Exits like `opened`."""
    from ari_app.learning import open_learning

    with _store(context) as store:
        yield open_learning(settings_of(context), store)


@contextmanager
def _store(context: typer.Context) -> Iterator[Store]:
    from tickets.store import StoreError, open_store

    try:
        store = open_store(settings_of(context).tickets)
        try:
            yield store
        finally:
            store.close()
    except ArticleError as error:
        fail(error.problems)
    except (StoreError, KnowledgeError, OSError) as error:
        typer.echo(f"hotline kb: {error}", err=True)
        raise typer.Exit(FAILED) from error


def key_of(name: str) -> ArticleKey:
    from knowledge.store import ArticleKey

    language, slash, article = name.partition("/")
    if not (language and slash and article) or "/" in article:
        refuse(f"'{name}' names no article — write its language and its id, as en/vpn-slow")
    return ArticleKey(language, article)


def who(by: str) -> str:
    return by.strip() or machine_user()


def now() -> datetime:
    return datetime.now(UTC)


def print_json(document: object) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2, default=str))


def fail(problems: Iterable[Problem]) -> NoReturn:
    for problem in problems:
        typer.echo(str(problem), err=True)
    raise typer.Exit(FAILED)


def refuse(message: str) -> NoReturn:
    typer.echo(f"hotline kb: {message}", err=True)
    raise typer.Exit(WRONG_USAGE)
