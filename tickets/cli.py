"""`hotline tickets` and `hotline db`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tickets.cli_context import Json, friendly, open_for, settings_of
from tickets.shapes import TicketList, shape_of, summary_of
from tickets.store.backup import back_up
from tickets.store.database import Database
from tickets.store.schema import upgrade as upgrade_schema
from tickets.ticket import Status, Ticket, Turn
from tickets.viewer.presentation import Labels, Presentation, percent
from tickets.viewer.words import load_words

words = load_words("en")

tickets_app = typer.Typer(no_args_is_help=True, help="Look at tickets.")
db_app = typer.Typer(no_args_is_help=True, help="The database.")


@tickets_app.command("list")
def list_tickets(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(help="Words to look for.")] = "",
    status: Annotated[Status | None, typer.Option(help="Only tickets in this status.")] = None,
    category: Annotated[str | None, typer.Option(help="Only tickets of this category (its id).")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 20,
    json: Json = False,
) -> None:
    """Tickets, newest first.

    Example: hotline tickets list printer --status open
    """
    settings = settings_of(ctx)
    with open_for(settings) as store:
        page = store.tickets.search(text, status, category, limit=limit)
    if json:
        found = TicketList(total=page.total, tickets=[summary_of(ticket) for ticket in page.tickets])
        typer.echo(found.model_dump_json(indent=2))
        return
    present = Presentation(settings, Labels(), words)
    table = Table("Number", "Status", "Caller", "When", "Category", "Subject", box=None, header_style="bold")
    for ticket in page.tickets:
        status_name = words(f"status.{ticket.status}")
        caller, when = ticket.person_name or present.number(ticket.caller), present.moment(ticket.created_at)
        table.add_row(ticket.number, status_name, caller, when, ticket.category or "", ticket.subject)
    Console().print(table)
    typer.echo(f"{len(page.tickets)} of {page.total}")


@tickets_app.command("show")
def show_ticket(ctx: typer.Context, number: str, json: Json = False) -> None:
    """One ticket with its transcript.

    Example: hotline tickets show 100001 --json
    """
    settings = settings_of(ctx)
    with open_for(settings) as store:
        ticket, transcript = store.tickets.get(number), store.tickets.transcript(number)
    if json:
        typer.echo(shape_of(ticket, transcript).model_dump_json(indent=2))
    else:
        _print_ticket(ticket, transcript, Presentation(settings, Labels(), words))


@db_app.command("upgrade")
def upgrade(ctx: typer.Context) -> None:
    """Bring the database to this release; every start of the line does so too.

    Example: hotline db upgrade
    """
    with friendly():
        database = Database(settings_of(ctx))
        before, after = upgrade_schema(database)
        database.close()
    typer.echo(f"the database is at {after}" + (f" (was {before or 'empty'})" if before != after else ", as before"))


@db_app.command("backup")
def backup(
    ctx: typer.Context, target: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")]
) -> None:
    """A copy of the SQLite database, taken while the line runs.

    Example: hotline db backup /var/backups/hotline-monday.db
    """
    with friendly():
        back_up(settings_of(ctx), target)
    typer.echo(f"written: {target}")


def _print_ticket(ticket: Ticket, transcript: list[Turn], present: Presentation) -> None:
    understood = present.intent(ticket.intent)
    if ticket.confidence is not None:
        understood += f", {words('ticket.sure', percent=percent(ticket.confidence))}"
    typer.echo(f"{ticket.number}  {words(f'status.{ticket.status}')}  {ticket.subject}")
    typer.echo(f"{present.number(ticket.caller)}, {present.moment(ticket.created_at)}")
    if ticket.person_name:
        typer.echo(f"{words('ticket.person')}: {ticket.person_name}, {present.known(ticket)}")
    typer.echo(f"{words('ticket.category')}: {ticket.category or '–'}; {words('ticket.understood')}: {understood}")
    for name, value in ticket.fields.items():
        typer.echo(f"{present.field(name)}: {value}")
    for tried in ticket.articles:
        result = {True: "helped", False: "not_helped", None: "helped_unknown"}[tried.helped]
        typer.echo(f"{tried.article}: {words(f'ticket.{result}')}")
    for turn in transcript:
        said = " ".join(part for part in (turn.keys and words("ticket.keys", keys=turn.keys), turn.text) if part)
        sure = "" if turn.confidence is None else f"  ({percent(turn.confidence)} %)"
        typer.echo(f"{present.into_call(turn.at, ticket):>6}  {words(f'who.{turn.who}'):<7} {said}{sure}")
