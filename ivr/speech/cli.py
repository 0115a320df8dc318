"""`hotline transcribe`, `hotline models` and `hotline bench asr`."""

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table

from ivr.speech.choice import Choice, choose
from ivr.speech.engines.loading import EMBEDDED, load
from ivr.speech.model_folder import FetchError, fetch, installed_models, remove
from ivr.speech.recognizer import RecognizerError
from ivr.speech.settings import SpeechSettings
from ivr.speech.synthesis.errors import SynthesisError
from ivr.speech.synthesis.settings import SynthesisSettings
from ivr.speech.vocabulary import compose_vocabulary

app = typer.Typer(help="Speech recognition on recordings, and its models.", no_args_is_help=True)
models_app = typer.Typer(help="Recognizer models: nothing downloads by itself.", no_args_is_help=True)
bench_app = typer.Typer(help="Measurements against a plain yardstick in the same run.", no_args_is_help=True)
app.add_typer(models_app, name="models")
app.add_typer(bench_app, name="bench")

_ENGINES = ("auto", "vosk", *EMBEDDED)
_SHARED_SETS = Path("../shared/speech-bench")
_OWN_SETS = Path(__file__).parents[2] / "tests" / "audio" / "clips"

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command("transcribe")
def transcribe_command(
    context: typer.Context,
    wavs: Annotated[list[Path], typer.Argument(metavar="WAV…", help="Recordings: any PCM or mu-law WAV.")],
    lang: Annotated[str, typer.Option(help="The language spoken, an ISO 639-1 code.")] = "en",
    engine: Annotated[str, typer.Option(help=f"One of {', '.join(_ENGINES)}.")] = "",
    as_json: AsJson = False,
) -> None:
    """What the recognizer hears in recordings.

    Example: hotline transcribe call.wav --lang en --json
    """
    from ivr.speech.transcribing import transcribe  # numpy and the engines load only when they are used

    choice, settings = _choose(context, lang, engine)
    try:
        loaded = load(choice.spec(_vocabulary(context, lang), settings))
    except (RecognizerError, OSError) as error:
        raise _problem(error) from error
    transcripts = []
    for transcript in transcribe(wavs, loaded, choice.engine, lang):
        transcripts.append(transcript)
        if transcript.error is not None:
            typer.echo(f"{transcript.wav}: {transcript.error}", err=True)
        elif not as_json:
            confidence = "" if transcript.confidence is None else f" ({transcript.confidence:.0%})"
            typer.echo(f"{transcript.wav}: {transcript.text or '[no words]'}{confidence}")
    if as_json:
        _print_json([asdict(transcript) for transcript in transcripts])
    if any(transcript.error is not None for transcript in transcripts):
        raise typer.Exit(1)


@models_app.command("list")
def list_command(context: typer.Context, as_json: AsJson = False) -> None:
    """What is installed, and which engine listens to which language. 1 when none does.

    Example: hotline models list
    """
    settings = _settings(context)
    installed = installed_models(settings.models)
    engines = [_listener(language, settings) for language in settings.languages]
    if as_json:
        _print_json(
            {"models": [{**asdict(model), "path": str(model.path)} for model in installed], "engines": engines},
        )
    else:
        table = Table("vosk model", "language", "MB")
        for model in installed:
            table.add_row(model.name, model.language, str(model.megabytes))
        Console().print(table if installed else f"No vosk model in {settings.models}.")
        for one in engines:
            typer.echo(f"{one['lang']}: {one['engine'] or 'nothing'} — {one['reason']}")
    if any(one["engine"] is None for one in engines):
        raise typer.Exit(1)


@models_app.command("fetch")
def fetch_command(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A vosk model, like vosk-model-small-en-us-0.15.")],
    sha256: Annotated[str | None, typer.Option(help="Refuse the download unless it has this checksum.")] = None,
) -> None:
    """Download a vosk model from its maker's site.

    Example: hotline models fetch vosk-model-small-en-us-0.15
    """
    settings = _settings(context)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    try:
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task(name, total=None)
            model = fetch(
                name,
                settings.models,
                settings.models_url,
                lambda received, size: progress.update(task, completed=received, total=size),
                sha256,
            )
    except FetchError as error:
        raise _problem(error) from error
    language = (
        f"`auto` uses it for {model.language} from the next start" if model.language else "no language in its name"
    )
    typer.echo(f"{model.name}: {model.megabytes} MB in {model.path}; {language}.")


@models_app.command("remove")
def remove_command(
    context: typer.Context, name: Annotated[str, typer.Argument(help="As `hotline models list` shows it.")]
) -> None:
    """Delete an installed vosk model.

    Example: hotline models remove vosk-model-small-en-us-0.15
    """
    try:
        remove(name, _settings(context).models)
    except FetchError as error:
        raise _problem(error) from error
    typer.echo(f"{name} is removed.")


@bench_app.command("asr")
def asr_command(
    context: typer.Context,
    data: Annotated[Path | None, typer.Option(help="A folder with <lang>-<name>.json sets of recordings.")] = None,
    engine: Annotated[list[str] | None, typer.Option(help="Only this engine; may be repeated.")] = None,
    as_json: AsJson = False,
) -> None:
    """Error and time of the engines on labelled recordings. 1 when the line's own engine misses a limit.

    Example: hotline bench asr --data ../shared/speech-bench --engine whisper-base
    """
    from ivr.speech.bench import bench_asr

    folder = data or (_SHARED_SETS if _SHARED_SETS.is_dir() else _OWN_SETS)
    if not any(folder.glob("*.json")):
        raise _wrong_usage(f"no sets of recordings in {folder}: name a folder with <lang>-<name>.json files")
    for name in engine or ():
        if name not in EMBEDDED:
            raise _wrong_usage(f"no embedded engine is called {name!r}: one of {', '.join(EMBEDDED)}")
    settings = _settings(context)
    languages = sorted({path.stem.partition("-")[0] for path in folder.glob("*.json")})
    try:
        document = bench_asr(
            folder,
            engine or list(EMBEDDED),
            {language: choose(language, settings).engine for language in languages},
            {language: _vocabulary(context, language) for language in languages},
            settings.cache.absolute(),
            _tell,
        )
    except (RecognizerError, OSError, ValueError, KeyError, TypeError) as error:
        raise _problem(error) from error
    if as_json:
        _print_json(document)
    else:
        _print_rows(document)
    if any(row["ok"] is False for row in document["rows"]):
        raise typer.Exit(1)


@bench_app.command("numbers")
def numbers_command(
    context: typer.Context,
    trials: Annotated[int, typer.Option(help="Numbers to say in each language.", min=1)] = 30,
    lang: Annotated[list[str] | None, typer.Option(help="Only this language; may be repeated.")] = None,
    seed: Annotated[int, typer.Option(help="Which numbers, and how they are said.")] = 11,
    as_json: AsJson = False,
) -> None:
    """How many spoken employee numbers are understood at once, of a directory of 12,000. 1 when a limit is missed.

    Example: hotline bench numbers --lang zh --json
    """
    from ivr.speech.number_bench import LANGUAGES, number_document, number_trials
    from ivr.speech.synthesis.caller_voice import caller_voice

    for language in lang or ():
        if language not in LANGUAGES:
            raise _wrong_usage(f"no numbers are said in {language!r}: one of {', '.join(LANGUAGES)}")

    async def measure() -> dict[str, Any]:
        results, engines = {}, {}
        async with caller_voice(SynthesisSettings() if context.obj is None else context.obj.synthesis) as caller:
            for language in lang or LANGUAGES:
                choice, settings = _choose(context, language, "")
                engine = load(choice.spec(_vocabulary(context, language), settings))
                engines[language] = choice.engine
                results[language] = await number_trials(language, engine, caller, trials, seed, _tell)
        return number_document(results, engines)

    try:
        document = asyncio.run(measure())
    except (RecognizerError, SynthesisError, OSError) as error:
        raise _problem(error) from error
    if as_json:
        _print_json(document)
    else:
        _print_rows(document)
    if any(row["ok"] is False for row in document["rows"]):
        raise typer.Exit(1)


def _tell(line: str) -> None:
    typer.echo(line, err=True)


def _print_rows(document: dict[str, Any]) -> None:
    table = Table("case", "ours", "yardstick", "ratio", "unit", "limit", "")
    for row in document["rows"]:
        limit = "" if row["limit"] is None else f"{row['limit']:g}"
        verdict = {None: "", True: "ok", False: "MISSED"}[row["ok"]]
        ratio, yardstick = ("" if row[key] is None else str(row[key]) for key in ("ratio", "yardstick"))
        table.add_row(row["case"], str(row["ours"]), yardstick, ratio, row["unit"], limit, verdict)
    Console(width=None if sys.stdout.isatty() else 140).print(table)
    typer.echo(f"yardstick: {document['rows'][0]['yardstick_name']}" if document["rows"] else "nothing was measured")


def _listener(language: str, settings: SpeechSettings) -> dict[str, str | None]:
    try:
        choice = choose(language, settings)
    except (RecognizerError, OSError) as error:
        return {"lang": language, "engine": None, "reason": str(error)}
    return {"lang": language, "engine": choice.engine, "reason": choice.reason}


def _choose(context: typer.Context, language: str, engine: str) -> tuple[Choice, SpeechSettings]:
    from dataclasses import replace

    settings = _settings(context)
    if engine and engine not in _ENGINES:
        raise _wrong_usage(f"no engine is called {engine!r}: one of {', '.join(_ENGINES)}")
    settings = replace(settings, engine=engine or settings.engine)
    try:
        return choose(language, settings), settings
    except (RecognizerError, OSError) as error:
        raise _problem(error) from error


def _settings(context: typer.Context) -> SpeechSettings:
    return context.obj.speech if context.obj is not None else SpeechSettings()


def _vocabulary(context: typer.Context, language: str) -> str:
    """The line's own words; a broken dialplan costs only these."""
    from dialplan.loader import SHIPPED, load_dialplan
    from dialplan.problems import DialplanError
    from ivr.library import vocabulary
    from knowledge.errors import KnowledgeError
    from knowledge.library import load_library
    from knowledge.settings import KnowledgeSettings

    settings = context.obj
    try:
        dialplan = load_dialplan(SHIPPED if settings is None else settings.dialplan)
        library = load_library((KnowledgeSettings() if settings is None else settings.knowledge).in_force)
    except (DialplanError, KnowledgeError) as error:
        typer.echo(f"without the line's vocabulary: {error}", err=True)
        return ""
    if language not in dialplan.menus.languages:
        return ""
    return compose_vocabulary(language, vocabulary(dialplan, library, language))


def _problem(error: Exception) -> typer.Exit:
    typer.echo(f"hotline: {error or type(error).__name__}", err=True)
    return typer.Exit(1)


def _wrong_usage(why: str) -> typer.Exit:
    typer.echo(f"hotline: {why}", err=True)
    return typer.Exit(2)


def _print_json(document: object) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    app()
