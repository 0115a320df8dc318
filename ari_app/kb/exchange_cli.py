"""`hotline kb import|export`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ari_app.kb.opening import FAILED, AsJson, By, fail, now, opened, print_json, refuse, settings_of, who
from knowledge.errors import OpenVersion, Problem

if TYPE_CHECKING:
    from knowledge.store import ArticleKey, ImportReport, KnowledgeBase

app = typer.Typer()

FormOption = Annotated[
    Literal["markdown", "csv", "json"] | None,
    typer.Option("--format", help="A folder of Markdown, or a file; by the ending of PATH when it is not said."),
]


@app.command("import", epilog="Example: hotline kb import articles.csv --draft")
def import_(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(exists=True, readable=True, help="A folder, or a file .csv or .json.")],
    form: FormOption = None,
    draft: Annotated[bool, typer.Option("--draft", help="As drafts to be reviewed; they are published else.")] = False,
    keep_good: Annotated[bool, typer.Option("--keep-good", help="Take the good ones when some are broken.")] = False,
    encoding: Annotated[str, typer.Option(help="Of the texts, as gb18030 or latin-1.")] = "utf-8",
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Take articles in. All that is wrong is reported with its place; then nothing is taken, or the good ones."""
    from ari_app.published.publishing import check_import
    from knowledge.interchange.forms import READERS, form_of

    _require_encoding(encoding)
    read = READERS[form or form_of(path)](path, encoding)
    is_wanted = bool(read.texts) and (keep_good or not read.problems)
    # What the line refuses is nobody's fault alone (two say the same): then none are good ones.
    refused = check_import(settings_of(context), read.texts) if is_wanted and not draft else ()
    problems = [*read.problems, *refused]
    report: ImportReport | None = None
    held: tuple[ArticleKey, ...] = ()
    if is_wanted and not refused:
        with opened(context) as base:
            try:
                report, held = _take(base, read.texts, who(by), draft, keep_good)
                if not draft:
                    _attach(base, read.attached, who(by))
            except OpenVersion as error:
                problems += _worked_on(path, error.keys)
    problems += _worked_on(path, held)
    if as_json:
        print_json(_as_json(report, problems))
        raise typer.Exit(FAILED if problems else 0)
    if report is not None:
        counts = f"{len(report.added)} added, {len(report.changed)} changed, {len(report.unchanged)} unchanged"
        typer.echo(f"{counts}{'; drafts, to be reviewed' if draft else ''}")
    elif keep_good or problems:
        typer.echo("nothing was taken", err=True)
    if problems:
        fail(problems)


@app.command("export", epilog="Example: hotline kb export articles.csv --lang en")
def export(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A folder, or a file .csv or .json.")],
    form: FormOption = None,
    lang: Annotated[str, typer.Option("--lang", help="One language only.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Write over what is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write what is published, in a form that `kb import` takes in again without any difference."""
    from knowledge.interchange.forms import WRITERS, form_of
    from knowledge.interchange.markdown_folder import write_files

    if path.exists() and not force and (path.is_file() or any(path.iterdir())):
        refuse(f"{path} is there already — name another one, or say --force")
    with opened(context) as base:
        texts = {key: text for key, text in _published(base).items() if not lang or key.language == lang}
        WRITERS[form or form_of(path)](texts, path)
        if (form or form_of(path)) == "markdown":
            write_files({key: _attached(base, key) for key in texts}, path)
    if as_json:
        print_json({"path": str(path), "articles": [str(key) for key in texts]})
    else:
        typer.echo(f"{len(texts)} articles → {path}")


def _take(
    base: KnowledgeBase, texts: Mapping[ArticleKey, str], by: str, draft: bool, keep_good: bool
) -> tuple[ImportReport, tuple[ArticleKey, ...]]:
    """What came of it, and what was left out because somebody works on it.

    Raises:
        OpenVersion: somebody works on some, and not only the good ones are wanted.
    """
    from knowledge.interchange.forms import as_written

    written = as_written(texts, _published(base))
    held: tuple[ArticleKey, ...] = ()
    while True:
        try:
            return base.import_texts(written, by, now(), publish=not draft, origin="import"), held
        except OpenVersion as error:
            if not keep_good:
                raise
            held += tuple(key for key in written if key in error.keys)
            written = {key: text for key, text in written.items() if key not in held}


def _published(base: KnowledgeBase) -> dict[ArticleKey, str]:
    return {entry.key: entry.published.text for entry in base.entries() if entry.published is not None}


def _attach(base: KnowledgeBase, attached: Mapping[ArticleKey, Mapping[str, bytes]], by: str) -> None:
    """What an article has already is not attached again."""
    from knowledge.attachment import media_type_of

    known = base.known()
    for key in attached.keys() & known:
        there = _attached(base, key)
        for name, content in attached[key].items():
            if there.get(name) != content:
                base.attach(key, name, media_type_of(name), content, by, now())


def _attached(base: KnowledgeBase, key: ArticleKey) -> dict[str, bytes]:
    return {file.name: base.attachment(file.id).content for file in base.attachments(key)}


def _worked_on(path: Path, keys: tuple[Any, ...]) -> list[Problem]:
    hint = "finish or drop that version first; --keep-good leaves it out"
    return [Problem(path, 1, 1, "worked-on", f"somebody is working on {key}", hint) for key in keys]


def _as_json(report: ImportReport | None, problems: list[Problem]) -> dict[str, Any]:
    counted = ("added", "changed", "unchanged")
    told = {name: [str(key) for key in getattr(report, name)] for name in counted} if report is not None else {}
    return {"ok": not problems, "taken": report is not None, **told, "problems": [asdict(each) for each in problems]}


def _require_encoding(encoding: str) -> None:
    try:
        "".encode(encoding)
    except LookupError:
        refuse(f"there is no encoding '{encoding}' — write utf-8, gb18030 or latin-1")
