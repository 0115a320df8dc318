"""The web application of a line: the viewer of tickets, and what only a line has beside it."""

from pathlib import Path

from fastapi import FastAPI

from ari_app.settings import Settings
from ari_app.web import (
    agents,
    alarms,
    desk,
    desk_messages,
    diagnosis,
    dialplan,
    health,
    knowledge,
    monitor,
    sip_socket,
    supervising,
)
from ari_app.web.labels import add_labels
from ari_app.web.outages import outage_desk
from tickets.rights import Right
from tickets.store import Store
from tickets.viewer.app import create_app, extend
from tickets.viewer.context import Part

FOLDER = Path(__file__).parent
PARTS = (
    Part("desk", Right.DESK, needs_agent=True),
    Part("tickets", Right.TICKETS_SEE),
    Part("knowledge", Right.KNOWLEDGE_READ),
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
    app = create_app(settings.tickets, store, outages=outage_desk(settings))
    add_line_pages(app, settings)
    add_labels(app)
    return app


def add_line_pages(app: FastAPI, settings: Settings) -> None:
    """Put into the viewer `app` what only a line has."""
    app.state.viewer.parts[:] = PARTS
    parts = (agents, desk, diagnosis, dialplan, health, knowledge, monitor, sip_socket, supervising)
    extend(app, FOLDER, [part.router for part in parts])
    agents.add_agents_api(app, settings)
    dialplan.add_dialplan_page(app, settings)
    desk.add_desk(app, settings)
    knowledge.add_knowledge(app, settings)
    diagnosis.add_diagnosis(app, settings)
    health.add_health_page(app, settings)
    monitor.add_monitor(app, settings)
    alarms.add_alarms(app, settings)
    sip_socket.add_sip_socket(app, settings)
    desk_messages.add_desk_messages(app)
