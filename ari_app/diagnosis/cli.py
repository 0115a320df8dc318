"""`hotline diagnose`: one probe, from the command line."""

import asyncio
import getpass
import json
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated, NoReturn

import typer

from ari_app.diagnosis.desk import DiagnosisDesk
from ari_app.diagnosis.runner import ProbeRunner, UnknownProbe
from ari_app.diagnosis.verdict import Verdict
from ari_app.settings import Settings
from dialplan.explanations import did_you_mean
from dialplan.loader import load_dialplan
from dialplan.placeholders import placeholders_of
from dialplan.probes import ProbesFile
from dialplan.problems import DialplanError
from tickets.store import StoreError, TicketNotFound, open_store

app = typer.Typer(help="Measure something.")
FAILED, WRONG_USAGE = 1, 2


@app.command(epilog="Example: hotline diagnose name-service --ticket 100001")
def diagnose(
    context: typer.Context,
    probe: Annotated[str, typer.Argument(help="A probe of probes.yaml.")],
    ticket: Annotated[
        str,
        typer.Option(help="Fill its placeholders from it, note the verdict on it.", show_default=False),
    ] = "",
    value: Annotated[
        list[str], typer.Option(help="What stands in for a placeholder: person.site=berlin.", show_default=False)
    ] = [],  # noqa: B006 (typer copies it)
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Run a probe of the dialplan: 0 when all is well, 1 when there is a fault or it could not be measured."""
    settings: Settings = context.obj
    if ticket and value:
        _refuse("either --ticket or --value: a ticket brings its own values")
    try:
        probes = load_dialplan(settings.dialplan).probes
        values = _values(value, probes, probe)
        verdict = asyncio.run(_measure(settings, probes, probe, ticket, values))
    except (DialplanError, UnknownProbe, TicketNotFound) as error:
        _refuse(str(error))
    except StoreError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from error
    _print(verdict, as_json)
    if verdict.state != "ok":
        raise typer.Exit(FAILED)


async def _measure(
    settings: Settings, probes: ProbesFile, probe: str, ticket: str, values: Mapping[str, str]
) -> Verdict:
    by = getpass.getuser()
    if not ticket:
        return await ProbeRunner(settings.diagnosis, _now).run(probes, probe, values, by)
    with closing(open_store(settings.tickets)) as store:
        return await DiagnosisDesk(settings.diagnosis, store, lambda: probes, _now).diagnose(ticket, probe, by)


def _values(given: list[str], probes: ProbesFile, probe: str) -> dict[str, str]:
    wanted = placeholders_of(probes.probes[probe]) if probe in probes.probes else ()
    values = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            _refuse(f"'{pair}' is no value: write it like person.site=berlin")
        if wanted and name not in wanted:
            _refuse(f"{probe} has no placeholder '{name}' — {did_you_mean(name, wanted)}")
        values[name] = value
    return values


def _print(verdict: Verdict, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({**verdict.as_json(), "at": verdict.at.isoformat()}, ensure_ascii=False, indent=2))
        return
    facts = ", ".join(f"{name} {value}" for name, value in verdict.facts.items())
    found = verdict.found.replace("_", " ")
    typer.echo(f"{verdict.probe}: {verdict.state} — {found}{f' ({facts})' if facts else ''}, {verdict.seconds:.2f} s")
    if verdict.output:
        typer.echo(verdict.output.rstrip())


def _refuse(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(WRONG_USAGE)


def _now() -> datetime:
    return datetime.now(UTC)
