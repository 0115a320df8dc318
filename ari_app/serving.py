"""The work of the controller process, from its first look at the line to its end."""

import asyncio
import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

import structlog

from ari_app.acd.wait import HandlingTimes
from ari_app.acd_store import handling_times_of
from ari_app.ari.errors import AriError
from ari_app.control.opening import control_of
from ari_app.exchange import Exchange
from ari_app.fallback.renewal import renew_queues
from ari_app.haste import take_time
from ari_app.logs import set_up_logging
from ari_app.opening import open_exchange
from ari_app.outgoing.dialler import CallbackDialler
from ari_app.outgoing.placed_calls import placing_calls
from ari_app.processes import started_at
from ari_app.published.opening import published_articles
from ari_app.racing import until_first
from ari_app.settings import Settings, SettingsError, load_settings
from ari_app.stasis import Reception
from dialplan.problems import DialplanError
from ivr.speech.recognizer import RecognizerError
from ivr.speech.sounds import ManifestError
from knowledge.errors import KnowledgeError
from tickets.events import Kind
from tickets.store import StoreError

log = structlog.get_logger(__name__)

_LATELY = timedelta(hours=12)


def serve_line() -> None:
    """Ends the process with 1 when something is in the way; what it is stands in the log."""
    set_up_logging()
    try:
        asyncio.run(run_controller(load_settings()))
    except (
        SettingsError,
        DialplanError,
        KnowledgeError,
        ManifestError,
        StoreError,
        RecognizerError,
        AriError,
    ) as error:
        log.error("the controller cannot start", reason=str(error))
        sys.exit(1)


async def run_controller(settings: Settings) -> None:
    """Take calls until SIGTERM. Callers stay in Asterisk.

    First the queue: who waits on the line when we come is offered to agents at once. Then the voice and the ears.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    loop.add_signal_handler(signal.SIGUSR1, _tell_load)
    async with open_exchange(settings) as exchange, placing_calls(exchange) as placed, control_of(exchange, placed):
        work = (Reception(exchange).serve(), CallbackDialler(exchange).serve(), _listen(exchange), stopping.wait())
        await until_first(*work)


async def _listen(exchange: Exchange) -> None:
    """Voice and ears, once the queue is served; then an eye on the dialplan.

    Raises:
        ManifestError, KnowledgeError, RecognizerError: they cannot be had.
    """
    await exchange.queue_is_served.wait()
    log.info("the queue is served", after_s=_age_s())
    take_time()
    await _remember_talks(exchange)
    await exchange.recognizer.loaded()
    await exchange.editions.current.loaded()
    await asyncio.to_thread(exchange.settings.controller_ready.touch)
    log.info("ready", after_s=_age_s())
    # The dialplan may have been edited since Asterisk was configured.
    await renew_queues(exchange.client, exchange.settings, exchange.editions.current.dialplan.groups)
    await exchange.answers.take(exchange.editions.current.articles.library)
    from ari_app.learning.opening import call_follower  # its libraries take a moment: not before the queue is served

    articles = published_articles(exchange.settings, exchange.store, exchange.now)
    following = (exchange.watch.follow(), call_follower(exchange).follow())
    await until_first(*following, *([articles.follow()] if articles else []))


async def _remember_talks(exchange: Exchange) -> None:
    """How long they have taken lately: by that callers are told how long they will wait."""

    def read() -> HandlingTimes:
        return handling_times_of(exchange.store.events.since(exchange.now() - _LATELY, [Kind.AGENT_CHANGED]))

    try:
        exchange.distributor.remember(await asyncio.to_thread(read))
    except StoreError as error:
        log.warning("how long talks take is not known yet", error=str(error))


def _tell_load() -> None:
    """What we hold: it must be the same before and after any number of calls."""
    log.info("holding", tasks=len(asyncio.all_tasks()), files=sum(1 for _ in Path("/proc/self/fd").iterdir()))


def _age_s() -> float:
    """Seconds since this process started."""
    return round(time.monotonic() - started_at(os.getpid()), 2)
