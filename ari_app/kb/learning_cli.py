"""`hotline kb cluster|phrasings`: what calls teach the knowledge base, and what they have asked it in vain."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ari_app.kb.opening import AsJson, By, Key, key_of, learning, now, print_json, refuse, who
from ari_app.kb.showing import moment, print_version, version_shape

if TYPE_CHECKING:
    from knowledge.store.learning_shapes import Cluster, LearntPhrasing, Proposal

app = typer.Typer()
phrasings = typer.Typer(help="Sentences of callers, as further phrasings of articles.", no_args_is_help=True)
app.add_typer(phrasings, name="phrasings")

Ids = Annotated[list[int], typer.Argument(metavar="ID…", help="As `kb phrasings list` prints them.")]
Draft = Annotated[int | None, typer.Option("--draft", metavar="ID", help="Make this one a draft, for its owner.")]
Since = Annotated[str, typer.Option(metavar="TIME", help="Questions since then: 30d, 12h, or 2026-11-01.")]
_DAYS_OR_HOURS = re.compile(r"(\d{1,4})([dh])")


@app.command(epilog="Example: hotline kb cluster --since 30d")
def cluster(
    context: typer.Context,
    since: Since = "30d",
    lang: Annotated[str, typer.Option("--lang", help="The questions' language.")] = "en",
    draft: Draft = None,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """What callers ask and no article answers: questions about one thing together, the most frequent first."""
    began = _since(since)
    with learning(context) as learnt:
        if draft is not None:
            print_version(learnt.make_draft(draft, who(by), now()), as_json)
            return
        typer.echo("the questions are sorted …", err=True)
        found = learnt.find_clusters(began, now(), lang)
    if as_json:
        print_json([asdict(each) for each in found])
        return
    for each in found:
        _print_cluster(each)
    hint = "; --draft ID makes one a draft" if found else ""
    typer.echo(f"{len(found)} found{hint}")


@phrasings.command("list", epilog="Example: hotline kb phrasings list --lang en")
def list_(
    context: typer.Context,
    article: Annotated[str, typer.Argument(metavar="[ARTICLE]", help="As en/vpn-slow: also what it has learnt.")] = "",
    lang: Annotated[str, typer.Option("--lang", help="One language only.")] = "",
    as_json: AsJson = False,
) -> None:
    """What waits for somebody's decision; of an article, also what it has learnt."""
    key = key_of(article) if article else None
    with learning(context) as learnt:
        waiting = [each for each in learnt.proposals(lang or None) if key in (None, each.key)]
        known = learnt.learnt(key) if key is not None else []
    if as_json:
        print_json({"proposals": list(map(_proposal, waiting)), "learnt": list(map(_learnt, known))})
        return
    for each in waiting:
        doubt = f"  (nearer to {each.nearest})" if each.doubtful else ""
        typer.echo(f"{each.id:>6}  {each.key!s:<32} {each.calls:>3} ×  {each.text}{doubt}")
    typer.echo(f"{len(waiting)} to be decided")
    for taken in known:
        typer.echo(f"learnt  {moment(taken.at)}, by {taken.by}: {taken.proposal.text}")


@phrasings.command(epilog="Example: hotline kb phrasings accept 12 13")
def accept(context: typer.Context, ids: Ids, by: By = "", as_json: AsJson = False) -> None:
    """The articles learn them: new versions, which callers hear seconds later. All of them or none."""
    with learning(context) as learnt:
        made = learnt.accept(ids, who(by), now())
    if as_json:
        print_json([version_shape(version) for version in made])
        return
    for version in made:
        print_version(version, as_json)


@phrasings.command(epilog="Example: hotline kb phrasings reject 12")
def reject(context: typer.Context, ids: Ids, by: By = "", as_json: AsJson = False) -> None:
    """They are not proposed again."""
    with learning(context) as learnt:
        learnt.reject(ids, who(by), now())
    if as_json:
        print_json({"rejected": ids})
    else:
        typer.echo(f"{len(ids)} rejected")


@phrasings.command(epilog='Example: hotline kb phrasings withdraw en/vpn-slow "the web is like treacle"')
def withdraw(
    context: typer.Context,
    article: Key,
    text: Annotated[str, typer.Argument(help="What it has learnt, as `kb phrasings list ARTICLE` prints it.")],
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """The article unlearns a phrasing, which is not proposed again."""
    key = key_of(article)
    with learning(context) as learnt:
        print_version(learnt.withdraw(key, text, who(by), now()), as_json)


def _print_cluster(cluster: Cluster) -> None:
    nearest = f"nearest: {cluster.language}/{cluster.nearest}" if cluster.nearest else "nothing is near"
    owner = f", {cluster.owner}" if cluster.owner else ""
    made = "  (a draft was made)" if cluster.draft is not None else ""
    typer.echo(f"{cluster.id:>6}  {cluster.count:>4} ×  {cluster.question}{made}\n        {nearest}{owner}")
    for example in cluster.examples:
        typer.echo(f"        · {example}")


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {**asdict(proposal), "article": str(proposal.key)}


def _learnt(taken: LearntPhrasing) -> dict[str, Any]:
    return {"text": taken.proposal.text, "calls": taken.proposal.calls, "at": taken.at, "by": taken.by}


def _since(text: str) -> datetime:
    """`30d`, `12h`, or a day or time in this machine's zone."""
    if found := _DAYS_OR_HOURS.fullmatch(text.strip()):
        count = int(found[1])
        return now() - (timedelta(days=count) if found[2] == "d" else timedelta(hours=count))
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        refuse(f"'{text}' is no time — write 30d, 12h or 2026-11-01")
