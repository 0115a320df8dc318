"""`hotline sounds`: recordings rendered ahead, and what is wrong with them."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import asdict
from fnmatch import fnmatch
from pathlib import Path
from statistics import mean
from typing import Annotated, Any, NoReturn, Protocol

import typer

from dialplan.loader import SHIPPED, load_dialplan
from dialplan.problems import DialplanError
from ivr.speech.callers import PhrasesError
from ivr.speech.script import caller_collection, line_collection
from ivr.speech.sounds import ManifestError, Recording
from ivr.speech.speaker import SpeakerError
from ivr.speech.synthesis.collection import Collection
from ivr.speech.synthesis.inspection import inspect, measured
from ivr.speech.synthesis.rendering import natural_voice, render
from ivr.speech.synthesis.settings import SynthesisSettings
from knowledge.errors import ArticleError
from knowledge.library import load_library
from knowledge.settings import KnowledgeSettings

app = typer.Typer(help="Prompts as sound files: render what is missing, check what is there.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


class _Settings(Protocol):
    @property
    def dialplan(self) -> Path: ...
    @property
    def knowledge(self) -> KnowledgeSettings: ...
    @property
    def synthesis(self) -> SynthesisSettings: ...


@app.command("render", epilog="Example: hotline sounds render --lang en --only 'queue.*'")
def render_command(
    context: typer.Context,
    lang: Annotated[str | None, typer.Option(help="Only this language.")] = None,
    only: Annotated[str, typer.Option(metavar="NAME", help="Only sounds of this name; * stands for anything.")] = "*",
    as_json: Json = False,
) -> None:
    """Render what is missing or stale, in the natural voice of the extra "voices"; delete what nothing says."""
    settings = _synthesis(context)
    done, removed = [], []
    for collection in _collections(context):
        difference = collection.difference()
        due = [wanted.recording for wanted in (*difference.missing, *difference.stale)]
        chosen = [entry for entry in due if lang in (None, entry.language) and fnmatch(entry.name, only)]
        try:
            asyncio.run(_render(settings, collection, chosen))
            if lang is None and only == "*":
                collection.remove(difference.extra)
                removed += [str(path) for path in difference.extra]
        except (SpeakerError, OSError) as error:
            _fail(str(error))
        done += [str(entry.path(collection.folder)) for entry in chosen]
    if as_json:
        typer.echo(json.dumps({"rendered": done, "removed": removed}))
    else:
        typer.echo(f"{len(done)} rendered, {len(removed)} removed")


@app.command("check", epilog="Example: hotline sounds check --json")
def check_command(context: typer.Context, as_json: Json = False) -> None:
    """Report sounds that are missing, stale or extra, and those whose level or silences are off."""
    collections = _collections(context)
    problems = [problem for collection in collections for problem in inspect(collection)]
    ok = not any(problem.severity == "error" for problem in problems)
    levels = [level for collection in collections for level in measured(collection)]
    figures = _figures([asdict(level) for level in levels])
    if as_json:
        typer.echo(json.dumps({"ok": ok, "problems": [asdict(problem) for problem in problems], "figures": figures}))
    else:
        for problem in problems:
            typer.echo(f"{problem.file}: {problem.severity} {problem.kind}: {problem.message}")
        warnings = sum(problem.severity == "warning" for problem in problems)
        typer.echo(f"{len(levels)} spoken sounds, {len(problems) - warnings} errors, {warnings} warnings")
        for name, figure in figures.items():
            typer.echo(f"  {name}: {figure['least']} … {figure['most']}, mean {figure['mean']}")
    raise typer.Exit(0 if ok else 1)


async def _render(settings: SynthesisSettings, collection: Collection, recordings: list[Recording]) -> None:
    async with natural_voice(settings) as voice:
        number = 0
        async for recording in render(collection, recordings, voice):
            number += 1
            typer.echo(f"{number}/{len(recordings)} {recording.path(collection.folder)}", err=True)


def _figures(rows: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """The least, the most and the mean of every measure."""

    def figure(values: Iterable[float]) -> dict[str, float]:
        numbers = list(values)
        return {"least": min(numbers), "most": max(numbers), "mean": round(mean(numbers), 1)}

    return {name: figure(row[name] for row in rows) for name in rows[0]} if rows else {}


def _collections(context: typer.Context) -> tuple[Collection, Collection]:
    settings: _Settings | None = context.obj
    knowledge = settings.knowledge if settings else KnowledgeSettings()
    try:
        dialplan = load_dialplan(settings.dialplan if settings else SHIPPED)
        library = load_library(knowledge.articles)  # recordings come with the shipped ones only
        collections = line_collection(_synthesis(context), dialplan, library), caller_collection(_synthesis(context))
        for collection in collections:
            collection.difference()
        return collections
    except (DialplanError, ArticleError) as error:
        _fail("\n".join(str(problem) for problem in error.problems))
    except (ManifestError, PhrasesError, SpeakerError) as error:
        _fail(str(error))


def _synthesis(context: typer.Context) -> SynthesisSettings:
    settings: _Settings | None = context.obj
    return settings.synthesis if settings else SynthesisSettings()


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)
