"""The `hotline` command: every folder's sub-commands under one roof."""

import asyncio
import sys

import typer

from ari_app.line_errors import LineError
from ari_app.pbx.errors import PbxError
from ari_app.settings import SettingsError, load_settings
from ari_app.up import run_line

app = typer.Typer(
    name="hotline",
    help="A voice-first IT help-desk hotline on Asterisk.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _settings(context: typer.Context) -> None:
    """A voice-first IT help-desk hotline on Asterisk."""
    try:
        context.obj = load_settings()
    except SettingsError as error:
        typer.echo(f"hotline: {error}", err=True)
        raise typer.Exit(2) from error


@app.command()
def up(context: typer.Context) -> None:
    """Start the line: Asterisk, the controller and the web pages. Ctrl-C stops all of it.

    Example: hotline up
    """
    try:
        asyncio.run(run_line(context.obj))
    except (PbxError, LineError) as error:
        typer.echo(f"hotline: {error}", err=True)
        raise typer.Exit(1) from error


def main() -> None:
    app()


if __name__ == "__main__":
    sys.exit(main())
