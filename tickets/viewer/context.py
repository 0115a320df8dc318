"""What every page needs, made once by `create_app` and kept in `app.state.viewer`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from fastapi.templating import Jinja2Templates

from tickets.accounts import User
from tickets.outage import Scope
from tickets.settings import TicketsSettings
from tickets.store import Store
from tickets.viewer.live import LiveFeed
from tickets.viewer.presentation import Presentation


async def _unspoken(texts: Mapping[str, str]) -> None:
    """Where there is no line, nobody has to be told."""


@dataclass(frozen=True, slots=True)
class OutageDesk:
    """What the line lends to the pages of outages: what one may name now, and `render`, which makes the texts of a
    notice (by language) ready to be heard."""

    scope: Callable[[], Scope] = Scope
    render: Callable[[Mapping[str, str]], Awaitable[None]] = _unspoken


@dataclass(frozen=True, slots=True)
class Viewer:
    settings: TicketsSettings
    store: Store
    present: Presentation
    templates: Jinja2Templates
    live: LiveFeed
    now: Callable[[], datetime]
    outages: OutageDesk


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is logged in. `csrf` belongs into each form of this visitor's pages."""

    user: User
    csrf: str


def viewer_of(request: Request) -> Viewer:
    viewer = request.app.state.viewer
    assert isinstance(viewer, Viewer)  # noqa: S101 (set by create_app, nowhere else)
    return viewer
