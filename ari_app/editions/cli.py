"""`hotline dialplan`: the versions of the dialplan, and back to one of them."""

import getpass
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from ari_app.editions.history import Copy, History, dialplan_files
from ari_app.settings import Settings
from dialplan.problems import DialplanError
from knowledge.errors import KnowledgeError
from tickets.store import StoreError

app = typer.Typer(no_args_is_help=True, help="The versions of the dialplan, and its picture.")
FAILED, WRONG_USAGE = 1, 2

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Version = Annotated[str, typer.Argument(help="A version, as `hotline dialplan history` shows it.")]


@app.command(epilog="Example: hotline dialplan history")
def history(context: typer.Context, as_json: AsJson = False) -> None:
    """Which versions were in force since when, the present one last."""
    entries = _history(context.obj).entries()
    if as_json:
        _print_json([{"at": entry.at.isoformat(), "version": entry.version, "by": entry.by} for entry in entries])
        return
    table = Table("Since", "Version", "By", box=None, header_style="bold")
    for entry in entries:
        table.add_row(f"{entry.at.astimezone():%-d %b %Y, %H:%M:%S}", entry.version, entry.by)
    Console().print(table)
    if not entries:
        typer.echo("no version yet: the line keeps the first one when it starts")


@app.command(epilog="Example: hotline dialplan show 3f2a91c04b menus.yaml")
def show(
    context: typer.Context,
    version: Version,
    file: Annotated[str, typer.Argument(help="A file of it; all their names when left out.")] = "",
    as_json: AsJson = False,
) -> None:
    """The files of a version, or one of them."""
    copy = _version(context.obj, version)
    names = [found.name for found in dialplan_files(copy.dialplan)]
    if file and file not in names:
        _refuse(f"version {version} has no file '{file}' — it has {', '.join(names)}")
    if file:
        typer.echo((copy.dialplan / file).read_text(encoding="utf-8"), nl=False)
    elif as_json:
        _print_json({"version": version, "folder": str(copy.dialplan), "files": names})
    else:
        typer.echo(f"{copy.dialplan}\n" + "\n".join(f"  {name}" for name in names))


@app.command(epilog="Example: hotline dialplan diff 3f2a91c04b")
def diff(
    context: typer.Context,
    version: Version,
    other: Annotated[str, typer.Argument(help="Another version; the files as they are now when left out.")] = "",
    as_json: AsJson = False,
) -> None:
    """What was changed since a version."""
    from ari_app.editions.rollback import differences

    old = _version(context.obj, version)
    new = _version(context.obj, other).dialplan if other else context.obj.dialplan
    changed = list(differences(old.dialplan, new))
    if as_json:
        files = [{"file": name, "diff": lines} for name, lines in changed]
        _print_json({"from": version, "to": other or None, "files": files})
        return
    for _, lines in changed:
        typer.echo("\n".join(lines))
    if not changed:
        typer.echo("no difference", err=True)


@app.command(epilog="Example: hotline dialplan rollback 3f2a91c04b")
def rollback(context: typer.Context, version: Version, as_json: AsJson = False) -> None:
    """Write a version's dialplan back into its folder; the running line takes it by itself. Articles stay as they are.

    What lies in the folder is kept as a version first. 1 when the version does not fit the articles any more.
    """
    from ari_app.editions.rollback import errors_of, roll_back

    settings: Settings = context.obj
    copy, articles = _version(settings, version), settings.knowledge.in_force
    errors = errors_of(copy, articles, settings.synthesis.sounds)
    if errors:
        for error in errors:
            typer.echo(str(error), err=True)
        typer.echo(f"version {version} has errors today; nothing was changed", err=True)
        raise typer.Exit(FAILED)
    try:
        now = datetime.now(UTC)
        present = roll_back(_history(settings), copy, settings.dialplan, articles, now, getpass.getuser())
    except OSError as error:
        _fail(f"{settings.dialplan} cannot be written ({error.strerror}): set `dialplan` to a folder of your own")
    if as_json:
        _print_json({"dialplan": str(settings.dialplan), "restored": version, "version": present})
        return
    typer.echo(f"{settings.dialplan} is as it was in version {version}")
    if present != version:
        typer.echo(f"with the articles as they are now this is version {present}")
    typer.echo("a running line gives it to new calls in a few seconds")


@app.command(epilog="Example: hotline dialplan graph --out flow.svg --since 2026-11-01")
def graph(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Where the picture is written.")] = Path("dialplan.svg"),
    since: Annotated[
        datetime | None, typer.Option(help="Count the calls since then (UTC); all when left out.", show_default=False)
    ] = None,
    language: Annotated[str, typer.Option("--lang", help="The language of names in the picture.")] = "en",
    as_json: AsJson = False,
) -> None:
    """The flow as a picture (SVG): menus, intents, articles, groups, and how many calls came, asked again and left."""
    from ari_app.editions.drawing import draw_dialplan

    settings: Settings = context.obj
    try:
        drawn = draw_dialplan(settings, since.replace(tzinfo=UTC) if since else None, language)
        out.write_text(drawn.svg, encoding="utf-8")
    except (DialplanError, KnowledgeError) as error:
        _refuse(str(error))
    except (StoreError, OSError) as error:
        _fail(str(error))
    if as_json:
        _print_json({"out": str(out), "nodes": drawn.nodes, "edges": drawn.edges})
    else:
        typer.echo(f"{out}: {len(drawn.nodes)} nodes, {drawn.calls} calls")


@app.command(epilog="Example: hotline dialplan schema menus > menus.schema.json")
def schema(
    kind: Annotated[str, typer.Argument(help="menus, groups, hours, probes, prompts or scenarios.")],
) -> None:
    """The JSON Schema of a kind of file, for editors: they complete its keys and explain them."""
    from ivr.editor_schema import KINDS, editor_schema

    if kind not in KINDS:
        _refuse(f"there is no schema '{kind}' — there are {', '.join(KINDS)}")
    _print_json(editor_schema(kind))


def _history(settings: Settings) -> History:
    return History(settings.state_dir / "dialplans")


def _version(settings: Settings, version: str) -> Copy:
    known = _history(settings)
    copy = known.get(version)
    if copy is None:
        latest = ", ".join(dict.fromkeys(entry.version for entry in reversed(known.entries()[-5:])))
        _refuse(f"there is no version '{version}' — " + (f"the latest are {latest}" if latest else "none is kept yet"))
    return copy


def _refuse(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(WRONG_USAGE)


def _fail(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(FAILED)


def _print_json(document: Any) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
