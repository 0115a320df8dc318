"""`hotline callbacks`: who is to be called back, what became of it, and the way out of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from typing import Annotated, NoReturn
from zoneinfo import ZoneInfo

import typer
from pydantic import AwareDatetime, BaseModel
from rich.console import Console
from rich.table import Table

from ari_app.outgoing.callbacks import cancel as cancel_request
from ari_app.settings import Settings
from tickets.callback import CallbackRecord
from tickets.events import Kind
from tickets.machine_user import machine_user
from tickets.numbers import for_people
from tickets.store import Store, StoreError, open_store

app = typer.Typer(no_args_is_help=True, help="Who is to be called back. See docs/agents.md.")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

_TOLD = (Kind.CALLBACK_MISSED, Kind.CALLBACK_FAILED, Kind.CALLBACK_CANCELLED)


class CallbackShape(BaseModel):
    """`why` is why it was not reached the last time, given up, or who cancelled it; times are UTC."""

    id: int
    ticket: str
    number: str
    group: str
    state: str
    since: AwareDatetime
    requested_at: AwareDatetime
    tries: int
    not_before: AwareDatetime | None
    agent: str | None
    ended_at: AwareDatetime | None
    why: str | None


class CallbackList(BaseModel):
    callbacks: list[CallbackShape]


@app.command("list", epilog="Example: hotline callbacks list --all")
def list_callbacks(
    ctx: typer.Context,
    past: Annotated[bool, typer.Option("--all", help="Those that are over as well, the newest 200.")] = False,
    as_json: Json = False,
) -> None:
    """Who waits to be called back, in the order of their places."""
    settings = _settings(ctx)
    with _store(settings) as store:
        found = store.callbacks.open()
        found += [record for record in store.callbacks.latest(200) if record.is_over] if past else []
        shapes = [_shape(store, record) for record in found]
    if as_json:
        typer.echo(CallbackList(callbacks=shapes).model_dump_json(indent=2))
        return
    table = Table(box=None, header_style="bold")
    for name in ("Id", "Ticket", "Number", "Group", "State", "Since", "Tries", "Not before"):
        table.add_column(name, no_wrap=True)
    table.add_column("Why")
    for shape in shapes:
        number = for_people(shape.number, settings.tickets.region)
        times = (_clock(shape.since, settings), str(shape.tries), _clock(shape.not_before, settings))
        table.add_row(str(shape.id), shape.ticket, number, shape.group, shape.state, *times, shape.why or "")
    Console().print(table)
    typer.echo(f"{sum(shape.ended_at is None for shape in shapes)} to be called back")


@app.command("cancel", epilog="Example: hotline callbacks cancel 3")
def cancel(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID", help="As `hotline callbacks list` tells it.")],
    by: Annotated[str, typer.Option(help="Who does it; the user of this machine.")] = "",
    as_json: Json = False,
) -> None:
    """Do not call back; the ticket is open again. Who is being dialled at this moment is not stopped."""
    with _store(_settings(ctx)) as store:
        record = store.callbacks.get(number)
        if record is None:
            _fail(f"there is no callback {number} — `hotline callbacks list --all` tells of all", 2)
        if not cancel_request(store, record, by or machine_user(), datetime.now(UTC)):
            _fail(f"callback {number} is {record.state}: only one that waits can be cancelled")
        cancelled = store.callbacks.get(number)
        assert cancelled is not None  # noqa: S101  (requests are never deleted)
        shape = _shape(store, cancelled)
    typer.echo(shape.model_dump_json(indent=2) if as_json else f"callback {number} is cancelled")


def _shape(store: Store, record: CallbackRecord) -> CallbackShape:
    told = (event for event in store.events.of_ticket(record.ticket) if event.kind in _TOLD)
    about = [event.data for event in told if event.data["callback"] == record.id]
    why = about[-1].get("reason", about[-1].get("by")) if about else None
    return CallbackShape(
        id=record.id,
        ticket=record.ticket,
        number=record.number,
        group=record.group,
        state=record.state,
        since=record.entered_at,
        requested_at=record.requested_at,
        tries=record.tries,
        not_before=record.not_before,
        agent=record.agent,
        ended_at=record.ended_at,
        why=str(why) if why is not None and record.state != "done" else None,
    )


def _settings(ctx: typer.Context) -> Settings:
    return ctx.obj if isinstance(ctx.obj, Settings) else Settings()


@contextmanager
def _store(settings: Settings) -> Iterator[Store]:
    try:
        store = open_store(settings.tickets)
    except StoreError as error:
        _fail(str(error))
    try:
        yield store
    except StoreError as error:
        _fail(str(error))
    finally:
        store.close()


def _clock(moment: datetime | None, settings: Settings) -> str:
    zone: tzinfo | None = ZoneInfo(settings.tickets.timezone) if settings.tickets.timezone else None
    return f"{moment.astimezone(zone):%d.%m. %H:%M}" if moment is not None else ""


def _fail(problem: str, code: int = 1) -> NoReturn:
    typer.echo(f"hotline: {problem}", err=True)
    raise typer.Exit(code)
