"""`hotline demo`: a whole line on this machine, three real calls on it, and what became of them."""

import asyncio
import shutil
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ari_app.demo import cast
from ari_app.demo.play import Played, play
from ari_app.demo.story import Story
from ari_app.finished_ticket import finished_ticket
from ari_app.line_errors import LineError
from ari_app.pbx.errors import PbxError
from ari_app.pbx.ports import free_ports
from ari_app.phones.errors import PhoneError
from ari_app.process_record import only_line
from ari_app.racing import meanwhile
from ari_app.running_line import RunningLine
from ari_app.settings import Settings
from ari_app.up import cancelled_by_signals, line_up
from tickets.store import Store, open_store
from tickets.ticket import Ticket

app = typer.Typer()


@app.command(epilog="Example: hotline demo --stay")
def demo(
    context: typer.Context,
    stay: Annotated[bool, typer.Option("--stay", help="Keep the line up afterwards, until Ctrl-C.")] = False,
) -> None:
    """Start a line of its own, place three real calls on it, tell their story and show the tickets."""
    try:
        is_well = asyncio.run(_run(_on_a_stage_of_its_own(context.obj), stay))
    except (PbxError, LineError, PhoneError) as error:
        typer.echo(f"hotline: {error}", err=True)
        raise typer.Exit(1) from error
    raise typer.Exit(0 if is_well else 1)


async def _run(settings: Settings, stay: bool) -> bool:
    console = Console(highlight=False, soft_wrap=True)
    is_well = False
    with cancelled_by_signals() as signalled:
        try:
            async with line_up(settings, tell=lambda words: console.print(words, style="dim", markup=False)) as line:
                is_well = await _perform(settings, line, console)
                if stay:
                    console.print("The line stays up until Ctrl-C.")
                    await asyncio.Event().wait()
        except asyncio.CancelledError:
            if not signalled.is_set():
                raise
    return is_well


async def _perform(settings: Settings, line: RunningLine, console: Console) -> bool:
    """Place the calls, tell their story, show the tickets. Whether all ended as they should."""
    store = await asyncio.to_thread(open_store, settings.tickets)
    try:
        names = {role.number: role.name for role in cast.CALLERS}
        story = Story(store, names, console, since=store.events.last_id())
        async with meanwhile(story.follow(), "story"):
            played, agent_heard = await play(line, settings.synthesis, settings.state_dir / "calls")
            tickets = [await finished_ticket(store, call.placed.sip_call_id) for call in played]
        return _show(console, line, store, played, tickets, agent_heard)
    finally:
        store.close()


def _show(
    console: Console,
    line: RunningLine,
    store: Store,
    played: list[Played],
    tickets: list[Ticket | None],
    agent_heard: bool,
) -> bool:
    table = Table("ticket", "caller", "category", "status", "ended", "as it should")
    is_well = agent_heard
    for call, ticket in zip(played, tickets, strict=True):
        if ticket is None:
            table.add_row("–", call.role.name, "–", "–", "no ticket", "[red]no[/]")
            is_well = False
            continue
        as_told = ticket.outcome == call.role.decision and ticket.status == call.role.status
        is_well = is_well and as_told
        verdict = "[green]yes[/]" if as_told else "[red]no[/]"
        table.add_row(
            ticket.number, call.role.name, ticket.category or "", ticket.status, ticket.outcome or "", verdict
        )
    console.print(table)
    heard = "heard his caller and was heard" if agent_heard else "[red]did not hear his caller[/]"
    console.print(f"The agent {heard}. The recordings lie with the tickets: {line.web_url}")
    return is_well


def _on_a_stage_of_its_own(settings: Settings) -> Settings:
    """The demo disturbs no running line: a folder of its own, begun anew, and ports that are free.

    Raises:
        LineError: another demo is running there.
    """
    state = settings.state_dir / "demo"
    with only_line(state / "run"):
        shutil.rmtree(state, ignore_errors=True)
    sip, http, ami, agi, web = free_ports(5)
    return settings.changed(
        {
            "HOTLINE_STATE": str(state),
            "HOTLINE_PBX__SIP_PORT": str(sip),
            "HOTLINE_PBX__HTTP_PORT": str(http),
            "HOTLINE_PBX__AMI_PORT": str(ami),
            "HOTLINE_PBX__AGI_PORT": str(agi),
            "HOTLINE_WEB__PORT": str(web),
        }
    )
