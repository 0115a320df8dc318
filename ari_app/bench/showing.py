"""What the commands of all benches share: how rows are shown, and whose settings count."""

import json
from collections.abc import Sequence
from typing import Annotated

import typer

from ari_app.bench.report import Row, document
from ari_app.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def settings_of(ctx: typer.Context) -> Settings:
    return ctx.obj if isinstance(ctx.obj, Settings) else Settings()


def progress(line: str) -> None:
    typer.echo(line, err=True)


def show(name: str, as_json: bool, rows: Sequence[Row]) -> None:
    if as_json:
        typer.echo(json.dumps(document(name, rows), indent=2))
    else:
        for row in rows:
            beside = "" if row.yardstick is None else f"  ({row.yardstick_name}: {row.yardstick:g})"
            limit = "" if row.limit is None else f"  limit {row.limit:g}: {'ok' if row.ok else 'MISSED'}"
            typer.echo(f"{row.case:<56} {row.ours:>9.1f} {row.unit}{beside}{limit}")
    if any(row.ok is False for row in rows):
        raise typer.Exit(1)
