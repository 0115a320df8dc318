"""Asking the controller from the command line: what goes wrong is told in a line, with the exit code that it has."""

import asyncio
from typing import Any, NoReturn

import typer

from ari_app.control.client import ANSWERS_WITHIN_S, ask
from ari_app.control.errors import ControllerAway, Refused
from ari_app.settings import Settings
from tickets.machine_user import machine_user

_WRONG_USE = {"unknown_agent", "unknown_pause", "unknown_group", "unknown_announcement", "bad_request"}


def asked(ctx: typer.Context, do: str, within_s: float = ANSWERS_WITHIN_S, **fields: Any) -> Any:
    """The result of a command, in the name of the machine's user.

    Raises:
        typer.Exit: 1 when it cannot be done, 2 when it was called wrongly; it has been told why.
    """
    settings = ctx.obj if isinstance(ctx.obj, Settings) else Settings()
    try:
        return asyncio.run(ask(settings.control_socket, do, within_s, by=f"command {machine_user()}", **fields))
    except ControllerAway as away:
        fail(str(away), 1)
    except Refused as refused:
        fail(str(refused), 2 if refused.code in _WRONG_USE else 1)


def fail(problem: str, code: int) -> NoReturn:
    typer.echo(f"hotline: {problem}", err=True)
    raise typer.Exit(code)
