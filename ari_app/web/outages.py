"""What the line lends to the pages of outages: the dialplan's names, and a voice for the notices."""

import asyncio
from collections.abc import Mapping

import structlog

from ari_app.outage_scope import CurrentDialplan
from ari_app.settings import Settings
from ivr.speech.notice import render_notice
from ivr.speech.wording import Wording
from tickets.viewer.context import OutageDesk

log = structlog.get_logger(__name__)


def outage_desk(settings: Settings) -> OutageDesk:
    current = CurrentDialplan(settings)
    one_at_a_time = asyncio.Lock()  # the natural voice takes a core and a gigabyte

    async def render(texts: Mapping[str, str]) -> None:
        """Whatever goes wrong here, the line still speaks the notice by itself when the first caller comes."""
        dialplan = await asyncio.to_thread(lambda: current.dialplan)
        if dialplan is None:
            return
        async with one_at_a_time:
            try:
                async for kept in render_notice(texts, Wording(dialplan.prompts), settings.synthesis):
                    log.info("notice rendered", language=kept.language, by=kept.by, problem=kept.problem)
            except OSError as error:
                log.warning("the notice is not rendered ahead", why=str(error))

    return OutageDesk(current.scope, render)
