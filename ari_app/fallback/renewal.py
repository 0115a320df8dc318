"""Other groups in the dialplan: app_queue gets its queues anew, and goes on with those that stay."""

import asyncio
from collections.abc import Mapping

import structlog

from ari_app.ari.client import AriClient
from ari_app.ari.errors import AriError
from ari_app.fallback.queues import queues_of
from ari_app.pbx.configuration import rewrite_queues
from ari_app.settings import Settings
from dialplan.groups import Group

log = structlog.get_logger(__name__)


async def renew_queues(client: AriClient, settings: Settings, groups: Mapping[str, Group]) -> None:
    """What cannot be done now is logged: callers need it only while we are away."""
    try:
        if await asyncio.to_thread(rewrite_queues, settings.pbx, settings.asterisk_dir, queues_of(groups)):
            for module in ("app_queue.so", "pbx_config.so"):
                await client.asterisk.reloadModule(moduleName=module)
            log.info("app_queue has the groups' queues", groups=len(groups))
    except (OSError, AriError) as error:
        log.error("app_queue has the queues of before", why=str(error))
