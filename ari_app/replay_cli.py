"""`hotline replay`: the journalled calls of this line on another dialplan."""

import asyncio
import json
import time
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ari_app.editions.history import version_of
from ari_app.settings import Settings
from dialplan.loader import load_dialplan
from dialplan.problems import DialplanError
from ivr.journalled_call import JournalledCall, Outcome, read_calls
from ivr.replay import CannotTell, Elsewhere, OtherWorld, Same, Verdict, replay
from knowledge.errors import KnowledgeError
from tickets.events import Kind
from tickets.store import Store, StoreError, open_store

app = typer.Typer()
FAILED, WRONG_USAGE = 1, 2


@app.command("replay", epilog="Example: hotline replay --dialplan my-dialplan --since 2026-11-01")
def replay_(
    context: typer.Context,
    dialplan: Annotated[Path, typer.Option(help="The folder with the other dialplan.")],
    since: Annotated[
        datetime | None, typer.Option(help="Only calls that began since then (UTC).", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Journalled calls run again on another dialplan: who would go elsewhere, and why."""
    settings: Settings = context.obj
    if not dialplan.is_dir():
        _refuse(f"{dialplan} is no folder — name the folder that holds menus.yaml")
    try:
        with closing(open_store(settings.tickets)) as store:
            calls = list(read_calls(store.events.of_calls(since.replace(tzinfo=UTC) if since else None)))
            typer.echo(f"{len(calls)} calls; learning what callers say …", err=True)
            world = _world(settings, dialplan, store)
            began = time.perf_counter()
            verdicts = asyncio.run(replay(calls, world))
    except (DialplanError, KnowledgeError) as error:
        _refuse(str(error))
    except StoreError as error:
        typer.echo(f"the database cannot be used: {error}", err=True)
        raise typer.Exit(FAILED) from None
    report = _report(dialplan, version_of(dialplan, settings.knowledge.in_force), verdicts)
    report["seconds"] = round(time.perf_counter() - began, 2)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print(verdicts, report)


def _world(settings: Settings, folder: Path, store: Store) -> OtherWorld:
    """
    Raises:
        DialplanError, KnowledgeError: the other dialplan cannot be used.
    """
    from ivr.desk import ActiveOutage, Switched
    from ivr.library import SpokenLibrary
    from ivr.open_question import fit_open_question
    from ivr.replay import RememberedMatcher
    from ivr.service_desk import Directory, OtherTickets
    from knowledge.library import load_library

    dialplan, library = load_dialplan(folder), load_library(settings.knowledge.in_force)
    outages = [*store.outages.active(), *store.outages.past(limit=10_000)]

    def outages_at(at: datetime) -> tuple[ActiveOutage, ...]:
        then = (one for one in outages if one.started_at <= at and (one.ended_at is None or at < one.ended_at))
        return tuple(ActiveOutage(one.id, one.systems, one.sites, one.texts) for one in then)

    switches = list(store.events.since(None, [Kind.GROUP_SWITCHED]))

    def switched_at(at: datetime) -> Switched:
        then = {str(one.data["group"]): one.data["to"] for one in switches if one.at <= at}
        return Switched({group: to == "open" for group, to in then.items() if to != "calendar"})

    return OtherWorld(
        dialplan=dialplan,
        matcher=RememberedMatcher(fit_open_question(dialplan, library, settings.knowledge)),
        articles=SpokenLibrary(library),
        people=Directory(store, lambda: datetime.now(UTC)),
        tickets=OtherTickets(store, ""),
        outages_at=outages_at,
        switched_at=switched_at,
    )


def _report(dialplan: Path, version: str, verdicts: list[Verdict]) -> dict[str, Any]:
    return {
        "dialplan": str(dialplan),
        "version": version,
        "calls": len(verdicts),
        "same": sum(isinstance(verdict, Same) for verdict in verdicts),
        "elsewhere": [
            {**_call(one.call), "before": asdict(one.call.outcome), "after": asdict(one.after), "why": one.why}
            for one in verdicts
            if isinstance(one, Elsewhere)
        ],
        "cannot_tell": [
            {**_call(one.call), "before": asdict(one.call.outcome), "question": one.question, "why": one.why}
            for one in verdicts
            if isinstance(one, CannotTell)
        ],
    }


def _call(call: JournalledCall) -> dict[str, Any]:
    return {"call": call.call.id, "ticket": call.ticket, "dialplan": call.dialplan}


def _print(verdicts: list[Verdict], report: dict[str, Any]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    moved = [verdict for verdict in verdicts if isinstance(verdict, Elsewhere)]
    if moved:
        table = Table("Ticket", "Before", "Now", "Why", box=None, header_style="bold")
        for one in moved:
            table.add_row(
                one.call.ticket, _words(one.call.outcome, "hung up"), _words(one.after, "first"), escape(one.why)
            )
        console.print(table)
    for unsure in (verdict for verdict in verdicts if isinstance(verdict, CannotTell)):
        console.print(
            f"{unsure.call.ticket}: cannot tell: asks '{unsure.question}', which was never asked ({escape(unsure.why)})"
        )
    typer.echo(
        f"{len(moved)} of {report['calls']} calls would go elsewhere, {report['same']} the same way, "
        f"{len(report['cannot_tell'])} cannot be told; {report['seconds']} s"
    )


def _words(outcome: Outcome, undecided: str) -> str:
    where = outcome.group or outcome.article or (f"outage {outcome.outage}" if outcome.outage else "")
    return " ".join(filter(None, (outcome.decision or undecided, where, f"({outcome.category or 'no category'})")))


def _refuse(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(WRONG_USAGE)
