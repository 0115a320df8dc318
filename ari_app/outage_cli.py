"""`hotline outage`: what is down, as callers hear it."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from typing import Annotated, NoReturn
from zoneinfo import ZoneInfo

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from ari_app.outage_scope import good_dialplan, scope_of
from ari_app.settings import Settings
from dialplan.loader import Dialplan
from dialplan.problems import DialplanError
from ivr.speech.notice import render_notice
from ivr.speech.wording import Wording
from tickets.machine_user import machine_user
from tickets.outage import Fault, Outage, Scope, declaration, end_at, faults
from tickets.outage_shapes import outage_details, outage_list, outage_shape
from tickets.store import Store, StoreError, open_store

app = typer.Typer(
    no_args_is_help=True,
    help="What is down: callers whom it concerns hear so, and need not queue. See docs/outages.md.",
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
By = Annotated[str, typer.Option(help="Who does it; the user of this machine.")]
Text = Annotated[
    list[str] | None,
    typer.Option("--text", help="What callers hear, for each language of the line.", metavar="LANG=TEXT"),
]
Until = Annotated[str, typer.Option(help="The expected end: 14:30, or 2026-11-22T14:30.", metavar="TIME")]


@app.command(
    "declare", epilog='Example: hotline outage declare --title "VPN" --system vpn --text en="The V P N is down."'
)
def declare(
    ctx: typer.Context,
    title: Annotated[str, typer.Option(help="What people at the desk call it.")],
    text: Text = None,
    system: Annotated[list[str] | None, typer.Option(help="A system that is down; none: all of them.")] = None,
    site: Annotated[list[str] | None, typer.Option(help="A site that it concerns; none: all of them.")] = None,
    until: Until = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Declare an outage: from this moment callers hear of it. Its notice is then rendered to sound."""
    settings, dialplan = _settings(ctx), _dialplan(ctx)
    scope = scope_of(dialplan)
    named = declaration(
        title, frozenset(system or ()), frozenset(site or ()), _texts(text), _end(until, settings) if until else None
    )
    _refuse(faults(named, scope, _now()))
    with _store(settings) as store:
        outage = store.outages.declare(named, by or machine_user(), _now())
    typer.echo(f"outage {outage.id} is declared; callers hear of it from now on", err=True)
    _render(outage.texts, dialplan, settings)
    _print(outage, scope, settings, as_json)


@app.command("list", epilog="Example: hotline outage list --all")
def list_outages(
    ctx: typer.Context,
    past: Annotated[bool, typer.Option("--all", help="Those that are over as well.")] = False,
    as_json: Json = False,
) -> None:
    """What is down now."""
    settings = _settings(ctx)
    with _store(settings) as store:
        outages = [*store.outages.active(), *(store.outages.past() if past else ())]
    if as_json:
        _echo(outage_list(outages))
        return
    table = Table("Id", "Title", "Systems", "Sites", "Since", "Until", "Joined", box=None, header_style="bold")
    for outage in outages:
        until = (
            f"ended {_clock(outage.ended_at, settings)}" if outage.ended_at else _clock(outage.expected_end, settings)
        )
        systems, sites = _named(outage.systems, {}), _named(outage.sites, {})
        since, joined = _clock(outage.started_at, settings), str(outage.joined)
        table.add_row(str(outage.id), outage.title, systems, sites, since, until, joined)
    Console().print(table)
    typer.echo(f"{sum(outage.is_active for outage in outages)} active")


@app.command("show", epilog="Example: hotline outage show 1")
def show(ctx: typer.Context, number: Annotated[int, typer.Argument(metavar="ID")], as_json: Json = False) -> None:
    """One outage, with what callers hear and the tickets of those who joined."""
    settings = _settings(ctx)
    with _store(settings) as store:
        outage, joined = store.outages.get(number), store.outages.joined(number)
    if as_json:
        _echo(outage_details(outage, joined))
    else:
        _print(outage, Scope(), settings, as_json=False)
        typer.echo(f"joined: {', '.join(ticket.number for ticket in joined) or 'nobody yet'}")


@app.command("change", epilog='Example: hotline outage change 1 --until 16:00 --text en="The V P N is still down."')
def change(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID")],
    text: Text = None,
    until: Until = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Give an outage another text, or another expected end; what is not named stays."""
    settings, dialplan = _settings(ctx), _dialplan(ctx)
    if not text and not until:
        _wrong("nothing to change: give --text or --until")
    with _store(settings) as store:
        before = store.outages.get(number)
        texts = {**before.texts, **_texts(text)}
        expected_end = _end(until, settings) if until else before.expected_end
        changed = declaration(before.title, before.systems, before.sites, texts, expected_end)
        parts = {"texts", *(("expected_end",) if until else ())}
        _refuse(fault for fault in faults(changed, scope_of(dialplan), _now()) if fault.part in parts)
        outage = store.outages.change(number, changed.texts, expected_end, _now(), by or machine_user())
    if text:
        _render(outage.texts, dialplan, settings)
    _print(outage, scope_of(dialplan), settings, as_json)


@app.command("end", epilog="Example: hotline outage end 1")
def end(
    ctx: typer.Context, number: Annotated[int, typer.Argument(metavar="ID")], by: By = "", as_json: Json = False
) -> None:
    """It works again: callers hear no more of it, and the parent ticket is solved."""
    settings = _settings(ctx)
    with _store(settings) as store:
        outage = store.outages.end(number, _now(), by or machine_user())
    _print(outage, Scope(), settings, as_json)


def _texts(given: Iterable[str] | None) -> dict[str, str]:
    texts = {}
    for one in given or ():
        language, sign, text = one.partition("=")
        if not sign:
            _wrong(f"--text '{one}': write LANG=TEXT, as --text en=\"The V P N is down.\"")
        texts[language.strip()] = text
    return texts


def _end(until: str, settings: Settings) -> datetime:
    try:
        return end_at(until, _now(), _zone(settings))
    except ValueError:
        _wrong(f"--until '{until}': write a time as 14:30, or with its day as 2026-11-22T14:30")


def _render(texts: Mapping[str, str], dialplan: Dialplan, settings: Settings) -> None:
    """Whatever goes wrong here, the line still speaks the notice by itself when the first caller comes."""

    async def render() -> None:
        async for kept in render_notice(texts, Wording(dialplan.prompts), settings.synthesis):
            done = f"spoken by {kept.by}" if kept.by else f"not rendered ahead: {kept.problem}"
            typer.echo(f"notice in '{kept.language}': {done}", err=True)

    try:
        asyncio.run(render())
    except OSError as error:
        typer.echo(f"the notice is not rendered ahead: {error}", err=True)


def _print(outage: Outage, scope: Scope, settings: Settings, as_json: bool) -> None:
    if as_json:
        _echo(outage_shape(outage))
        return
    state = f"ended {_clock(outage.ended_at, settings)} by {outage.ended_by}" if outage.ended_at else "active"
    expected = f", expected until {_clock(outage.expected_end, settings)}" if outage.expected_end else ""
    typer.echo(f"outage {outage.id}: {outage.title} ({state})")
    typer.echo(f"systems: {_named(outage.systems, scope.systems)}; sites: {_named(outage.sites, scope.sites)}")
    typer.echo(f"since {_clock(outage.started_at, settings)} by {outage.declared_by}{expected}")
    for language, text in outage.texts.items():
        typer.echo(f"callers hear ({language}): {text}")
    typer.echo(f"parent ticket {outage.ticket}; callers who joined: {outage.joined}")


def _named(names: frozenset[str], called: Mapping[str, str]) -> str:
    return ", ".join(called.get(name, name) for name in sorted(names)) or "all"


def _clock(moment: datetime | None, settings: Settings) -> str:
    return f"{moment.astimezone(_zone(settings)):%-d %b %H:%M}" if moment else ""


def _zone(settings: Settings) -> tzinfo | None:
    return ZoneInfo(settings.tickets.timezone) if settings.tickets.timezone else None


def _settings(ctx: typer.Context) -> Settings:
    return ctx.obj if isinstance(ctx.obj, Settings) else Settings()


def _dialplan(ctx: typer.Context) -> Dialplan:
    try:
        return good_dialplan(_settings(ctx))
    except DialplanError as error:
        _fail("\n".join(str(problem) for problem in error.problems))


@contextmanager
def _store(settings: Settings) -> Iterator[Store]:
    try:
        store = open_store(settings.tickets)
        try:
            yield store
        finally:
            store.close()
    except StoreError as error:
        _fail(str(error))


def _refuse(found: Iterable[Fault]) -> None:
    messages = [fault.message for fault in found]
    if messages:
        _wrong("\n".join(messages))


def _echo(document: BaseModel) -> None:
    typer.echo(document.model_dump_json(indent=2))


def _wrong(problem: str) -> NoReturn:
    typer.echo(problem, err=True)
    raise typer.Exit(2)


def _fail(problem: str) -> NoReturn:
    typer.echo(f"hotline: {problem}", err=True)
    raise typer.Exit(1)


def _now() -> datetime:
    return datetime.now(UTC)
