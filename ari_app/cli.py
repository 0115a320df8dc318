"""The `hotline` command: every folder's sub-commands under one roof."""

import asyncio

import typer

from ari_app import call_cli, doctor_cli
from ari_app.demo import cli as demo_cli
from ari_app.line_errors import LineError
from ari_app.pbx.errors import PbxError
from ari_app.settings import SettingsError, load_settings
from ari_app.up import run_line
from ivr import cli as ivr_cli
from ivr import sounds_cli
from ivr.speech import cli as speech_cli
from knowledge import cli as knowledge_cli
from tickets import cli as tickets_cli

app = typer.Typer(
    name="hotline",
    help="A voice-first IT help-desk hotline on Asterisk.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _settings(context: typer.Context) -> None:
    try:
        context.obj = load_settings()
    except SettingsError as error:
        typer.echo(f"hotline: {error}", err=True)
        raise typer.Exit(2) from error


@app.command(epilog="Example: hotline up")
def up(context: typer.Context) -> None:
    """Start the line: Asterisk, the controller and the web pages. Ctrl-C stops all of it."""
    try:
        asyncio.run(run_line(context.obj))
    except (PbxError, LineError) as error:
        typer.echo(f"hotline: {error}", err=True)
        raise typer.Exit(1) from error


# Without a name, a folder's commands stand beside those above.
app.add_typer(demo_cli.app)
app.add_typer(doctor_cli.app)
app.add_typer(call_cli.app)
app.add_typer(ivr_cli.app)
app.add_typer(speech_cli.app)
app.add_typer(sounds_cli.app, name="sounds")
app.add_typer(knowledge_cli.app, name="kb")
app.add_typer(tickets_cli.tickets_app, name="tickets")
app.add_typer(tickets_cli.user_app, name="user")
app.add_typer(tickets_cli.db_app, name="db")


def main() -> None:
    app()


if __name__ == "__main__":
    main()
