"""The `hotline` command: every folder's sub-commands under one roof. A folder is loaded when it is asked for."""

import asyncio
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from ari_app.line_errors import LineError
from ari_app.pbx.errors import PbxError
from ari_app.settings import SettingsError, load_settings

_ELSEWHERE = {
    "demo": "ari_app.demo.cli:app",
    "doctor": "ari_app.doctor_cli:app",
    "call": "ari_app.call_cli:app",
    "check": "ivr.cli:app",
    "simulate": "ari_app.simulate.cli:app",
    "try": "ivr.cli:app",
    "transcribe": "ivr.speech.cli:app",
    "models": "ivr.speech.cli:models_app",
    "sounds": "ivr.sounds_cli:app",
    "kb": "ari_app.kb.cli:app",
    "tickets": "tickets.cli:tickets_app",
    "people": "tickets.people_cli:app",
    "user": "tickets.user_cli:app",
    "outage": "ari_app.outage_cli:app",
    "diagnose": "ari_app.diagnosis.cli:app",
    "callbacks": "ari_app.outgoing.callbacks_cli:app",
    "agents": "ari_app.agents.cli:app",
    "groups": "ari_app.switches_cli:groups_app",
    "announcements": "ari_app.switches_cli:announcements_app",
    "db": "tickets.cli:db_app",
    "dialplan": "ari_app.editions.cli:app",
    "replay": "ari_app.replay_cli:app",
    "bench": "ari_app.bench.cli:app",
}
"""Command or group of commands → where its typer application is."""


class _Commands(TyperGroup):
    """Loads one folder for one command: `hotline check` must not wait for the database's libraries."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *_ELSEWHERE]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, _, name = _ELSEWHERE[cmd_name].partition(":")
        found = typer.main.get_group(getattr(import_module(module), name))
        command = found.commands.get(cmd_name, found)
        command.name = cmd_name
        return command


app = typer.Typer(
    name="hotline",
    cls=_Commands,
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
    from ari_app.up import run_line

    try:
        asyncio.run(run_line(context.obj))
    except (PbxError, LineError) as error:
        typer.echo(f"hotline: {error}", err=True)
        raise typer.Exit(1) from error


def main() -> None:
    app()


if __name__ == "__main__":
    main()
