"""Versions and times as the commands print them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from ari_app.kb.opening import print_json
from knowledge.review import Stage

if TYPE_CHECKING:
    from knowledge.store import Version


def print_version(version: Version, as_json: bool) -> None:
    if as_json:
        print_json(version_shape(version))
        return
    until = f" until {moment(version.publish_at)}" if version.stage is Stage.APPROVED and version.publish_at else ""
    typer.echo(f"{version.key}, version {version.number}: {version.stage.replace('_', ' ')}{until}")


def version_shape(version: Version) -> dict[str, Any]:
    return {
        "article": str(version.key),
        "version": version.number,
        "stage": version.stage,
        "question": version.question,
        "owner": version.owner,
        "author": version.author,
        "reviewer": version.reviewer,
        "origin": version.origin,
        "why": version.why,
        "changed_at": version.changed_at,
        "publish_at": version.publish_at,
        "published_at": version.published_at,
        "ended_at": version.ended_at,
    }


def moment(at: datetime | None) -> str:
    return f"{at.astimezone():%-d %b %Y, %H:%M}" if at is not None else ""
