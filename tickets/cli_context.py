"""What the commands of this folder share: the settings, the open store, mistakes told without a traceback."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, NoReturn

import typer

from tickets.settings import TicketsSettings
from tickets.store import Store, StoreError, open_store

Json = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]


def settings_of(ctx: typer.Context) -> TicketsSettings:
    """The section for tickets of what the `hotline` command put there; the defaults without it."""
    settings = getattr(ctx.obj, "tickets", None)
    return settings if isinstance(settings, TicketsSettings) else TicketsSettings()


@contextmanager
def open_for(settings: TicketsSettings) -> Iterator[Store]:
    with friendly():
        store = open_store(settings)
        try:
            yield store
        finally:
            store.close()


@contextmanager
def friendly() -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        fail(str(error))
    except (OSError, sqlite3.Error) as error:
        fail(str(error))


def fail(problem: str) -> NoReturn:
    typer.echo(f"hotline: {problem}", err=True)
    raise typer.Exit(1)


def now() -> datetime:
    return datetime.now(UTC)
