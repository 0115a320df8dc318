"""`hotline try`, `hotline check`. Each loads only what it needs: `check` is done in a moment."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from dialplan.loader import SHIPPED, Dialplan, load_dialplan
from dialplan.problems import DialplanError
from ivr.speech.synthesis.settings import SynthesisSettings
from knowledge.errors import KnowledgeError
from knowledge.library import Library, load_library
from knowledge.settings import KnowledgeSettings

if TYPE_CHECKING:
    from ivr.library import SpokenLibrary
    from ivr.open_question import OpenQuestion

app = typer.Typer(no_args_is_help=True)
FAILED, WRONG_USAGE = 1, 2


@dataclass(frozen=True, slots=True)
class _Sections:
    """What is read of the settings of the line, or their defaults."""

    dialplan: Path = SHIPPED
    knowledge: KnowledgeSettings = field(default_factory=KnowledgeSettings)
    synthesis: SynthesisSettings = field(default_factory=SynthesisSettings)

    @classmethod
    def of(cls, settings: Any) -> "_Sections":
        return cls() if settings is None else cls(settings.dialplan, settings.knowledge, settings.synthesis)


AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command()
def check(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="A dialplan; the line's own when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Everything that is wrong with the dialplan, with its place. 1 when there are errors.

    Example: hotline check dialplan/helpdesk
    """
    from ivr.check_memory import check_once

    sections = _Sections.of(context.obj)
    where = folder or sections.dialplan
    if not where.is_dir():
        _refuse(f"{where} is no folder — name the folder that holds menus.yaml")
    knowledge = sections.knowledge
    problems = check_once(where, knowledge, sections.synthesis.sounds, _tell_of_learning, date.today())
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        _print_json({"ok": not errors, "problems": [problem.as_json() for problem in problems]})
    else:
        for problem in problems:
            typer.echo(str(problem))
        typer.echo(f"{_counted(errors, 'error')}, {_counted(len(problems) - errors, 'warning')}")
    if errors:
        raise typer.Exit(FAILED)


@app.command("try")
def try_(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="What a caller says.")],
    lang: Annotated[str, typer.Option(help="The caller's language, as in menus.yaml.")] = "en",
    as_json: AsJson = False,
) -> None:
    """What the line would understand and do with this sentence.

    Example: hotline try "my account is locked and i cannot log in"
    """
    from ivr.simulator import in_words
    from ivr.trial import try_sentence

    if not text.strip():
        _refuse("there is no sentence — write what the caller says in quotes")
    dialplan, library = _load(context)
    if lang not in dialplan.menus.languages:
        _refuse(f"the dialplan does not speak '{lang}' — it speaks {', '.join(dialplan.menus.languages)}")
    articles, matcher = _fit(context, dialplan, library)
    trial = asyncio.run(try_sentence(text, lang, dialplan, matcher, articles))
    if as_json:
        _print_json(trial.as_json(library))
        return
    typer.echo(f"{trial.ranking.outcome}: {trial.best.target if trial.best else 'nothing understood'}")
    for candidate in trial.ranking.candidates:
        typer.echo(f"  {candidate.confidence:5.0%}  {candidate.target}")
    typer.echo(f"a caller who then says yes, and nothing more, hears:\n  {' | '.join(trial.says)}")
    typer.echo(f"and comes to: {in_words(trial.decision)}")


def _load(context: typer.Context) -> tuple[Dialplan, Library]:
    sections = _Sections.of(context.obj)
    try:
        return load_dialplan(sections.dialplan), load_library(sections.knowledge.in_force)
    except (DialplanError, KnowledgeError) as error:
        _refuse(str(error))


def _fit(context: typer.Context, dialplan: Dialplan, library: Library) -> "tuple[SpokenLibrary, OpenQuestion]":
    from ivr.library import SpokenLibrary
    from ivr.open_question import fit_open_question

    _tell_of_learning()
    try:
        return SpokenLibrary(library), fit_open_question(dialplan, library, _Sections.of(context.obj).knowledge)
    except KnowledgeError as error:
        _refuse(str(error))


def _tell_of_learning() -> None:
    typer.echo("Learning what callers say …", err=True)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _refuse(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(WRONG_USAGE)


def _print_json(document: dict[str, Any]) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    app()
