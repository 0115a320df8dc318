"""The web application's process: `python -m ari_app.web`, started by `hotline up`."""

import sys
from datetime import UTC, datetime

import typer
import uvicorn

from ari_app.certificates import ensure_certificate, kept_certificate
from ari_app.line_errors import CertificateUnusable
from ari_app.settings import SettingsError, load_settings
from ari_app.web.application import web_application
from tickets.store import StoreError, open_store
from tickets.viewer.app import accompany

_ASKS_BROWSERS_AFTER_S = 5.0


def main() -> int:
    try:
        settings = load_settings()
        files = ensure_certificate(settings) if settings.web.is_https else None
        store = open_store(settings.tickets)
        password = store.accounts.first_admin(datetime.now(UTC))
    except (SettingsError, CertificateUnusable, StoreError) as error:
        typer.echo(f"hotline: {error}", err=True)
        return 1
    if password:
        typer.echo(f"first login: user admin, one-time password {password}")
    app = web_application(settings, store)
    config = uvicorn.Config(
        app,
        host=settings.web.host,
        port=settings.web.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        # Streams of live pages never end by themselves, so a stop does not wait for them for long.
        timeout_graceful_shutdown=1,
        # A browser that lost its network is no telephone any more: its agent must not be offered callers.
        ws_ping_interval=_ASKS_BROWSERS_AFTER_S,
        ws_ping_timeout=_ASKS_BROWSERS_AFTER_S,
        ssl_certfile=files.certificate if files else None,
        ssl_keyfile=files.key if files else None,
    )
    if files:
        accompany(app, lambda: kept_certificate(settings, lambda: config.ssl))
    uvicorn.Server(config).run()
    store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
