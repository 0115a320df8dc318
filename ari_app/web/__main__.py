"""The web application's process: `python -m ari_app.web`, started by `hotline up`."""

import sys
from datetime import UTC, datetime

import typer
import uvicorn

from ari_app.settings import SettingsError, load_settings
from ari_app.web.application import web_application
from tickets.store import StoreError, open_store


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
    app = web_application(settings, store)
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


if __name__ == "__main__":
    sys.exit(main())
