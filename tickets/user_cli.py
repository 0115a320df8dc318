"""`hotline user`: who may log in to the web pages, and what he may do there."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tickets.cli_context import fail, now, open_for, settings_of
from tickets.machine_user import machine_user
from tickets.rights import Role
from tickets.viewer.presentation import Labels, Presentation
from tickets.viewer.words import load_words

app = typer.Typer(no_args_is_help=True, help="Who may log in to the web pages.")
words = load_words("en")


@app.command("add")
def add_user(
    ctx: typer.Context,
    name: str,
    role: Annotated[Role, typer.Option(help="What the user may do.")] = Role.AGENT,
    agent: Annotated[str | None, typer.Option(help="The agent account that is his: he takes calls with it.")] = None,
) -> None:
    """A new user; prints a one-time password.

    Example: hotline user add maria --role agent --agent agent1
    """
    with open_for(settings_of(ctx)) as store:
        password = store.accounts.add(name, role, now(), machine_user(), agent)
    typer.echo(f"one-time password of {name}: {password}")


@app.command("assign")
def assign(
    ctx: typer.Context,
    name: str,
    role: Annotated[Role | None, typer.Option(help="What the user may do from now on; else as before.")] = None,
    agent: Annotated[
        str | None, typer.Option(help='The agent account that is his; "" for none; else as before.')
    ] = None,
) -> None:
    """Another role, another agent account.

    Example: hotline user assign maria --role supervisor --agent ""
    """
    with open_for(settings_of(ctx)) as store:
        user = store.accounts.get(name)
        account = user.agent if agent is None else agent or None
        store.accounts.assign(name, role or user.role, account, now(), machine_user())
        user = store.accounts.get(name)
    typer.echo(
        f"{user.name} is {user.role}, {f'with the agent account {user.agent}' if user.agent else 'no agent account'}"
    )


@app.command("disable")
def disable(ctx: typer.Context, name: str) -> None:
    """A user may not log in any more, and is logged out everywhere; what he did stays told.

    Example: hotline user disable maria
    """
    with open_for(settings_of(ctx)) as store:
        store.accounts.disable(name, now(), machine_user())
    typer.echo(f"{name} may not log in any more")


@app.command("enable")
def enable(ctx: typer.Context, name: str) -> None:
    """A disabled user may log in again.

    Example: hotline user enable maria
    """
    with open_for(settings_of(ctx)) as store:
        store.accounts.enable(name, now(), machine_user())
    typer.echo(f"{name} may log in again")


@app.command("passwd")
def reset_password(ctx: typer.Context, name: str) -> None:
    """A new one-time password for a user, who is logged out everywhere.

    Example: hotline user passwd maria
    """
    with open_for(settings_of(ctx)) as store:
        password = store.accounts.reset_password(name, now(), machine_user())
    typer.echo(f"one-time password of {name}: {password}")


@app.command("unlock")
def unlock_user(ctx: typer.Context, name: str) -> None:
    """Let a user log in again after too many wrong passwords.

    Example: hotline user unlock maria
    """
    with open_for(settings_of(ctx)) as store:
        store.accounts.unlock(name, now(), machine_user())
    typer.echo(f"{name} may log in again")


@app.command("token")
def make_token(ctx: typer.Context, name: str) -> None:
    """A token with which a program reads the REST API as this user.

    Example: hotline user token reports
    """
    with open_for(settings_of(ctx)) as store:
        typer.echo(store.accounts.start_session(name, "api", now(), by=machine_user()))


@app.command("tokens")
def tokens(
    ctx: typer.Context,
    name: str,
    end: Annotated[str | None, typer.Option(help="The id of one that ends now.")] = None,
) -> None:
    """The tokens of a user.

    Example: hotline user tokens reports --end 4f0c2a91b7de
    """
    settings = settings_of(ctx)
    with open_for(settings) as store:
        if end is not None and not store.accounts.end_token(name, end, now(), machine_user()):
            fail(f"{name} has no token {end}")
        kept = store.accounts.tokens(name)
    present = Presentation(settings, Labels(), words)
    for token in kept:
        typer.echo(f"{token.id}  {present.moment(token.created_at)}")


@app.command("list")
def list_users(ctx: typer.Context) -> None:
    """All users.

    Example: hotline user list
    """
    settings = settings_of(ctx)
    with open_for(settings) as store:
        users = store.accounts.users()
    present, at = Presentation(settings, Labels(), words), now()
    table = Table("Name", "Role", "Agent", "State", "Last login", box=None, header_style="bold")
    for user in users:
        last = present.moment(user.last_login_at) if user.last_login_at else words("users.never")
        table.add_row(user.name, user.role, user.agent or "", words(f"users.state.{user.state(at)}"), last)
    Console().print(table)
