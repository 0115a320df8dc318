"""The key menu's process, `python -m ari_app.agi`: started by `hotline up`, needed while the controller is away."""

import asyncio
import contextlib
import signal
import sys
import threading
from datetime import UTC, datetime, timedelta

import structlog

from ari_app.agi.content import Content
from ari_app.agi.server import KeyMenuServer
from ari_app.logs import set_up_logging
from ari_app.settings import Settings, SettingsError, load_settings

log = structlog.get_logger(__name__)


async def run_menu(settings: Settings) -> None:
    """Until SIGTERM. It listens before it can speak: who comes in the first seconds goes straight to the queue."""
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    ahead = timedelta(seconds=settings.clock.ahead_s)
    content = Content(settings, settings.run_dir / "agi")
    server = KeyMenuServer(
        settings.pbx.agi_port, content, settings.tickets.region, lambda: datetime.now(UTC) + ahead, loop
    )
    following = asyncio.create_task(content.follow(), name="content")
    threading.Thread(target=server.serve_forever, name="agi", daemon=True).start()
    log.info("ready")
    try:
        await asyncio.wait([following, asyncio.create_task(stopping.wait())], return_when=asyncio.FIRST_COMPLETED)
    finally:
        following.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await following
        await asyncio.to_thread(server.shutdown)
        server.server_close()
        content.close()


def main() -> None:
    set_up_logging()
    try:
        asyncio.run(run_menu(load_settings()))
    except (SettingsError, OSError) as error:
        log.error("the key menu cannot start", reason=str(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
