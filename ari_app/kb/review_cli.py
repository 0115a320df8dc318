"""`hotline kb review|publish|retire|history|diff|comment|changed`: drafts, their review, and what becomes of them."""

from __future__ import annotations

from datetime import datetime
from difflib import unified_diff
from typing import TYPE_CHECKING, Annotated

import typer

from ari_app.kb.opening import AsJson, By, Key, fail, key_of, now, opened, print_json, refuse, settings_of, who
from ari_app.kb.showing import moment, print_version, version_shape
from knowledge.errors import NotThere
from knowledge.review import OPEN, Stage

if TYPE_CHECKING:
    from knowledge.store import KnowledgeBase, Version

app = typer.Typer()

Said = Annotated[str, typer.Argument(help="What is to be said; in quotes.")]
Why = Annotated[str, typer.Option(help="The reason; it stands in the history.")]
Number = Annotated[int | None, typer.Argument(min=1, help="A version, as `kb history` counts them.")]


@app.command(epilog="Example: hotline kb review en/vpn-slow --submit")
def review(
    context: typer.Context,
    article: Annotated[str, typer.Argument(metavar="[ARTICLE]", help="As en/vpn-slow; none: all that wait.")] = "",
    submit: Annotated[bool, typer.Option("--submit", help="Hand the draft in.")] = False,
    send_back: Annotated[str, typer.Option(metavar="COMMENT", help="Back to its author, with a comment.")] = "",
    take_back: Annotated[bool, typer.Option("--take-back", help="A draft again.")] = False,
    drop: Annotated[bool, typer.Option("--drop", help="Give it up.")] = False,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """What is being worked on and waits for somebody; or one step of an article's version."""
    if not article:
        _list_open(context, as_json)
        return
    if [submit, bool(send_back), take_back, drop].count(True) != 1:
        refuse("say one of --submit, --send-back, --take-back and --drop; `kb publish` approves")
    with opened(context) as base:
        version = _open_version(base, article)
        if send_back:
            changed = base.send_back(version.id, send_back, who(by), now())
        else:
            step = base.submit if submit else base.take_back if take_back else base.drop
            changed = step(version.id, who(by), now())
    print_version(changed, as_json)


@app.command(epilog="Example: hotline kb publish en/vpn-slow --at 2026-12-01T08:00")
def publish(
    context: typer.Context,
    article: Key,
    at: Annotated[str, typer.Option(metavar="TIME", help="Later: 2026-12-01T08:00, in this machine's time.")] = "",
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Approve what is in review: callers hear it seconds later. The line tries it out; nobody approves his own."""
    from ari_app.published.publishing import try_publication

    moment = _time(at) if at else None
    with opened(context) as base:
        version = _open_version(base, article)
        if version.stage is Stage.IN_REVIEW and who(by) not in version.writers:
            typer.echo("the line tries it out …", err=True)
            if problems := try_publication(settings_of(context), version.key, version.text):
                fail(problems)
        changed = base.approve(version.id, who(by), now(), publish_at=moment)
    print_version(changed, as_json)


@app.command(epilog='Example: hotline kb retire en/vpn-slow --why "the VPN is switched off"')
def retire(context: typer.Context, article: Key, why: Why, by: By = "", as_json: AsJson = False) -> None:
    """Callers are not told the article any more; it stays in the history."""
    from ari_app.published.publishing import try_publication

    if not why.strip():
        refuse('say --why "…"')
    key = key_of(article)
    with opened(context) as base:
        if any(version.stage is Stage.PUBLISHED for version in base.versions(key)) and (
            problems := try_publication(settings_of(context), key, None)
        ):
            fail(problems)
        changed = base.retire(key, who(by), now(), why)
    print_version(changed, as_json)


@app.command(epilog="Example: hotline kb history en/vpn-slow")
def history(context: typer.Context, article: Key, as_json: AsJson = False) -> None:
    """All versions of an article, with what was said of them."""
    with opened(context) as base:
        versions = base.versions(key_of(article))
        comments = {version.id: base.comments(version.id) for version in versions}
    if as_json:
        said = {id: [{"at": each.at, "by": each.by, "text": each.text} for each in of] for id, of in comments.items()}
        print_json([version_shape(version) | {"comments": said[version.id]} for version in versions])
        return
    for version in versions:
        why = f"  {version.why}" if version.why else ""
        reviewed = f", reviewed by {version.reviewer}" if version.reviewer else ""
        typer.echo(
            f"{version.number:>3}  {version.stage:<10} {moment(version.changed_at)}  {version.author}{reviewed}{why}"
        )
        for comment in comments[version.id]:
            typer.echo(f"       {moment(comment.at)}  {comment.by}: {comment.text}")


@app.command(epilog="Example: hotline kb diff en/vpn-slow 1 2")
def diff(context: typer.Context, article: Key, old: Number = None, new: Number = None, as_json: AsJson = False) -> None:
    """What a version changes: the newest against the one before it, or any two."""
    with opened(context) as base:
        versions = {version.number: version for version in base.versions(key_of(article))}
    last = new or max(versions)
    first = old or last - 1
    missing = [number for number in (first, last) if number not in versions and number != 0]
    if missing:
        refuse(f"{article} has no version {missing[0]}; it has {', '.join(map(str, versions))}")
    before, after = (versions[number].text.splitlines() if number in versions else [] for number in (first, last))
    lines = list(unified_diff(before, after, f"version {first}", f"version {last}", lineterm=""))
    if as_json:
        print_json({"article": article, "old": first, "new": last, "diff": lines})
    else:
        typer.echo("\n".join(lines) or "nothing is different")


@app.command(epilog='Example: hotline kb comment en/vpn-slow "Which site is meant?"')
def comment(context: typer.Context, article: Key, text: Said, by: By = "", as_json: AsJson = False) -> None:
    """Say something about the newest version of an article."""
    with opened(context) as base:
        newest = base.versions(key_of(article))[-1]
        said = base.comment(newest.id, text, who(by), now())
    if as_json:
        print_json({"article": article, "version": newest.number, "by": said.by, "text": said.text})
    else:
        typer.echo(f"{article}, version {newest.number}: noted")


@app.command(epilog='Example: hotline kb changed VPN --why "a new client since Monday"')
def changed(
    context: typer.Context,
    system: Annotated[str, typer.Argument(help="A system, as articles name it.")],
    why: Why,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """A system has changed: what is published about it is to be looked at again."""
    with opened(context) as base:
        entries = [entry for entry in base.entries() if entry.published is not None]
        if not any(entry.newest.system.casefold() == system.strip().casefold() for entry in entries):
            known = ", ".join(sorted({entry.newest.system for entry in entries}))
            refuse(f"no article is about '{system}' — there are: {known or 'none yet'}")
        base.change_system(system, why, who(by), now())
        flagged = [str(entry.key) for entry in base.entries() if "system_changed" in entry.flags]
    if as_json:
        print_json({"system": system, "articles": flagged})
    else:
        typer.echo("\n".join(("to be looked at again:", *(f"  {key}" for key in flagged))))


def _list_open(context: typer.Context, as_json: bool) -> None:
    with opened(context) as base:
        versions = [entry.newest for entry in base.entries() if entry.newest.stage in OPEN]
    if as_json:
        print_json([version_shape(version) for version in versions])
        return
    for version in versions:
        typer.echo(f"{version.stage:<10} {version.key!s:<32} {version.author:<16} {version.question}")
    typer.echo(f"{len(versions)} being worked on")


def _open_version(base: KnowledgeBase, article: str) -> Version:
    """Raises NotThere where nobody is working on the article."""
    for version in base.versions(key_of(article)):
        if version.stage in OPEN:
            return version
    raise NotThere(f"version of {article} that is being worked on")


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text).astimezone()
    except ValueError:
        refuse(f"'{text}' is no time — write 2026-12-01T08:00")
    if moment <= now():
        refuse(f"{text} is over — leave --at away to publish at once")
    return moment
