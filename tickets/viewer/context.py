"""What every page needs, made once by `create_app` and kept in `app.state.viewer`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from fastapi import Request
from fastapi.templating import Jinja2Templates
from starlette.requests import HTTPConnection

from tickets.accounts import User
from tickets.outage import Scope
from tickets.rights import Right
from tickets.settings import TicketsSettings
from tickets.store import Store
from tickets.viewer.languages import language_of
from tickets.viewer.live import LiveHub
from tickets.viewer.presentation import Labels, Presentation
from tickets.viewer.words import FOLDER, Words, load_words


async def _unspoken(texts: Mapping[str, str]) -> None:
    """Where there is no line, nobody has to be told."""


@dataclass(frozen=True, slots=True)
class OutageDesk:
    """What the line lends to the pages of outages: what one may name now, and `render`, which makes the texts of a
    notice (by language) ready to be heard."""

    scope: Callable[[], Scope] = Scope
    render: Callable[[Mapping[str, str]], Awaitable[None]] = _unspoken


@dataclass(frozen=True, slots=True)
class Part:
    """An entry of the navigation: `nav.<name>` is what it is called, `needs_agent` whether it is only for those with an
    agent account."""

    name: str
    right: Right
    needs_agent: bool = False

    @property
    def path(self) -> str:
        return f"/{self.name}"

    def is_for(self, user: User) -> bool:
        return user.may(self.right) and (not self.needs_agent or user.agent is not None)


@dataclass(slots=True)
class Viewer:
    """`parts` and `text_folders` grow while the application is put together, and stay then as they are; `labels` is by
    language."""

    settings: TicketsSettings
    store: Store
    labels: Mapping[str, Labels]
    templates: Jinja2Templates
    live: LiveHub
    now: Callable[[], datetime]
    outages: OutageDesk
    parts: list[Part] = field(default_factory=list)
    text_folders: list[Path] = field(default_factory=lambda: [FOLDER])

    def words(self, language: str) -> Words:
        return load_words(language, self.text_folders)

    def present(self, language: str) -> Presentation:
        return Presentation(self.settings, self.labels.get(language, Labels()), self.words(language))


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is logged in. `csrf` belongs into each form of this visitor's pages."""

    user: User
    csrf: str


def viewer_of(request: HTTPConnection) -> Viewer:
    viewer = request.app.state.viewer
    assert isinstance(viewer, Viewer)  # noqa: S101 (set by create_app, nowhere else)
    return viewer


def words_of(request: Request) -> Words:
    """The texts in the language of the page that is asked for."""
    return viewer_of(request).words(language_of(request))


def present_of(request: Request) -> Presentation:
    return viewer_of(request).present(language_of(request))
