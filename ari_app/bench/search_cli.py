"""`hotline bench search`: the matcher on public sets of questions, and its speed."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ari_app.bench.report import Row
from ari_app.bench.showing import AsJson, progress, settings_of, show
from knowledge.errors import EvaluationError, KnowledgeError

search_bench = typer.Typer()


class SearchPart(StrEnum):
    """Of `bench search`."""

    QUALITY = "quality"
    SPEED = "speed"


@search_bench.command("search", epilog="Example: hotline bench search --data nlu-bench --quick")
def search(
    ctx: typer.Context,
    data: Annotated[Path, typer.Option(help="The folder of BANKING77 and CLINC150; they are not shipped.")] = Path(
        "nlu-bench"
    ),
    part: Annotated[list[SearchPart] | None, typer.Option(help="Only this part; may be repeated.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A tenth of the queries, no 10,000 articles.")] = False,
    as_json: AsJson = False,
) -> None:
    """How often the right target comes first on public sets of questions, beside rapidfuzz and full text search; and
    how long a query and learning take with 100, 1,000 and 10,000 made-up articles on one core.

    Needs no line. Takes half an hour, quickly five minutes. Ends with 1 when a goal is missed.
    """
    from ari_app.bench.search import QUICK_EVERY, measure_quality
    from ari_app.bench.search_report import quality_rows, speed_rows
    from ari_app.bench.search_speed import COUNTS, measure_speed

    rows: list[Row] = []
    parts = part or list(SearchPart)
    try:
        if SearchPart.QUALITY in parts:
            rows += quality_rows(measure_quality(data, QUICK_EVERY if quick else 1, progress))
        if SearchPart.SPEED in parts:
            counts = COUNTS[:-1] if quick else COUNTS
            rows += speed_rows(measure_speed(settings_of(ctx).knowledge.articles, counts, progress))
    except EvaluationError as error:
        raise typer.BadParameter(str(error), param_hint="--data") from None
    except KnowledgeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    show("search", as_json, rows)
