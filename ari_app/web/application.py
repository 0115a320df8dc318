"""The web application of a line: the viewer of tickets, and what only a line has beside it."""

from pathlib import Path

import typer
from fastapi import FastAPI

from ari_app.outage_scope import as_read
from ari_app.settings import Settings
from ari_app.web import (
    agents,
    alarms,
    desk,
    desk_messages,
    diagnosis,
    dialplan,
    health,
    monitor,
    sip_socket,
    supervising,
)
from ari_app.web.outages import outage_desk
from dialplan.loader import load_dialplan
from dialplan.problems import DialplanError
from knowledge.errors import ArticleError
from knowledge.library import load_library
from tickets.rights import Right
from tickets.store import Store
from tickets.viewer.app import create_app, extend
from tickets.viewer.context import Part
from tickets.viewer.presentation import Labels
from tickets.viewer.words import LANGUAGES

FOLDER = Path(__file__).parent
PARTS = (
    Part("desk", Right.DESK, needs_agent=True),
    Part("tickets", Right.TICKETS_SEE),
    Part("monitor", Right.MONITOR_SEE),
    Part("outages", Right.OUTAGES_SEE),
    Part("dialplan", Right.DIALPLAN_SEE),
    Part("health", Right.HEALTH_SEE),
    Part("users", Right.USERS_CHANGE),
    Part("audit", Right.AUDIT_SEE),
)
"""The navigation, in order: the first that is for him is where a user begins."""


def web_application(settings: Settings, store: Store) -> FastAPI:
    """All pages and the REST API over an open store."""
    app = create_app(settings.tickets, store, _labels(settings), outages=outage_desk(settings))
    add_line_pages(app, settings)
    return app


def add_line_pages(app: FastAPI, settings: Settings) -> None:
    """Put into the viewer `app` what only a line has."""
    app.state.viewer.parts[:] = PARTS
    parts = (agents, desk, diagnosis, dialplan, health, monitor, sip_socket, supervising)
    extend(app, FOLDER, [part.router for part in parts])
    agents.add_agents_api(app, settings)
    dialplan.add_dialplan_page(app, settings)
    desk.add_desk(app, settings)
    diagnosis.add_diagnosis(app, settings)
    health.add_health_page(app, settings)
    monitor.add_monitor(app, settings)
    alarms.add_alarms(app, settings)
    sip_socket.add_sip_socket(app, settings)
    desk_messages.add_desk_messages(app)


def _labels(settings: Settings) -> dict[str, Labels]:
    """What categories and articles are called, by language. Without them the pages still work, and show ids."""
    try:
        categories = load_dialplan(settings.dialplan).menus.categories
        library = load_library(settings.knowledge.articles)
    except (DialplanError, ArticleError) as error:
        typer.echo(f"hotline: the pages show ids instead of names: {error}", err=True)
        return {}
    return {
        language: Labels(
            {id: as_read(category.name[language]) for id, category in categories.items() if language in category.name},
            {article.id: article.question for article in library.in_language(language)},
        )
        for language in LANGUAGES
    }
