"""`hotline doctor`: the findings of every part, each with its remedy."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from ari_app.doctor import Finding, examine
from ari_app.doctor_checks import CHECKS

app = typer.Typer()
_MARKS = {"ok": "[green]ok  [/]", "warn": "[yellow]warn[/]", "fail": "[red]fail[/]"}


@app.command(epilog="Example: hotline doctor --json")
def doctor(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False
) -> None:
    """What is there, what is missing, and what to do about it. 1 when something must be done."""
    findings = examine(context.obj, CHECKS)
    is_well = all(finding.status != "fail" for finding in findings)
    if as_json:
        typer.echo(json.dumps({"ok": is_well, "findings": [asdict(finding) for finding in findings]}, indent=2))
    else:
        _print(findings)
    raise typer.Exit(0 if is_well else 1)


def _print(findings: list[Finding]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for finding in findings:
        console.print(f"{_MARKS[finding.status]} {finding.name}: {finding.detail}", markup=True)
        if finding.remedy:
            console.print(f"     → {finding.remedy}", markup=False)
