"""The web application's process: `python -m ari_app.web`, started by `hotline up`."""

import sys
from datetime import UTC, datetime

import typer
import uvicorn

from ari_app.settings import Settings, SettingsError, load_settings
from ari_app.web.agents import add_agents_api
from ari_app.web.dialplan import add_dialplan_page
from ari_app.web.outages import outage_desk
from dialplan.loader import load_dialplan
from dialplan.problems import DialplanError
from knowledge.errors import ArticleError
from knowledge.library import load_library
from tickets.store import StoreError, open_store
from tickets.viewer.app import create_app
from tickets.viewer.presentation import Labels

_LANGUAGE = "en"


def main() -> int:
    try:
        settings = load_settings()
        store = open_store(settings.tickets)
        password = store.accounts.first_admin(datetime.now(UTC))
    except (SettingsError, StoreError) as error:
        typer.echo(f"hotline: {error}", err=True)
        return 1
    if password:
        typer.echo(f"first login: user admin, one-time password {password}")
    app = create_app(settings.tickets, store, _labels(settings), outages=outage_desk(settings))
    add_dialplan_page(app, settings)
    add_agents_api(app, settings)
    # Streams of live pages never end by themselves, so a stop does not wait for them for long.
    uvicorn.run(
        app,
        host=settings.web.host,
        port=settings.web.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    store.close()
    return 0


def _labels(settings: Settings) -> Labels:
    """What categories and articles are called. Without them the pages still work, and show ids."""
    categories: dict[str, str] = {}
    articles: dict[str, str] = {}
    try:
        for name, category in load_dialplan(settings.dialplan).menus.categories.items():
            categories[name] = category.name.get(_LANGUAGE, name)
        for article in load_library(settings.knowledge.articles).in_language(_LANGUAGE):
            articles[article.id] = article.question
    except (DialplanError, ArticleError) as error:
        typer.echo(f"hotline: the pages show ids instead of names: {error}", err=True)
    return Labels(categories, articles)


if __name__ == "__main__":
    sys.exit(main())
