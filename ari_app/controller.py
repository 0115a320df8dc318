"""The controller process, `python -m ari_app.controller`: one event loop with the wire, all calls and the queue.

`hotline up` starts it and starts it again when it ends; it writes `controller.ready` once it speaks and understands. On
SIGUSR1 it logs what it holds.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog

from ari_app.acd.wait import HandlingTimes
from ari_app.acd_store import agent_of, handling_times_of
from ari_app.agents.attendance import Attendance
from ari_app.agents.headsets import Headsets
from ari_app.agents.telephones import agents_elsewhere
from ari_app.ari.client import AriClient
from ari_app.ari.errors import AriError
from ari_app.ari.settings import AriSettings
from ari_app.control.opening import control_of
from ari_app.distributor import Distributor
from ari_app.editions.edition import Edition, Editions
from ari_app.editions.history import History
from ari_app.editions.loading import Content, EditionLoader, first_content
from ari_app.editions.watch import DialplanWatch
from ari_app.exchange import Exchange
from ari_app.fallback.app_queue import AppQueueMembers
from ari_app.fallback.queues import members_of
from ari_app.fallback.renewal import renew_queues
from ari_app.floor_keeper import FloorKeeper
from ari_app.late import LateRecognizer
from ari_app.logs import set_up_logging
from ari_app.outgoing.callbacks import Callbacks
from ari_app.outgoing.dialler import CallbackDialler
from ari_app.outgoing.dialling import Dialling
from ari_app.outgoing.placed_calls import placing_calls
from ari_app.pbx.configuration import STASIS_APPLICATION
from ari_app.pbx.credentials import ARI_USER, load_credentials
from ari_app.racing import until_first
from ari_app.settings import Settings, SettingsError, load_settings
from ari_app.stasis import Reception
from ari_app.talks import Talks
from dialplan.problems import DialplanError
from ivr.library import vocabulary
from ivr.speech.recognizer import RecognizerError
from ivr.speech.sounds import ManifestError
from ivr.speech.synthesis.synthesizer import Synthesizer
from ivr.speech.vocabulary import compose_vocabulary
from ivr.speech.wav import read_mulaw
from ivr.speech.workers import RecognizerPool, engine_specs
from knowledge.errors import KnowledgeError
from tickets.events import Kind
from tickets.notify import Notifier
from tickets.store import Store, StoreError, open_store

log = structlog.get_logger(__name__)

_LATELY = timedelta(hours=12)


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
    await _remember_talks(exchange)
    await exchange.recognizer.loaded()
    await exchange.editions.current.loaded()
    await asyncio.to_thread(exchange.settings.controller_ready.touch)
    log.info("ready", after_s=_age_s())
    # The dialplan may have been edited since Asterisk was configured.
    await renew_queues(exchange.client, exchange.settings, exchange.editions.current.dialplan.groups)
    await exchange.watch.follow()


async def _remember_talks(exchange: Exchange) -> None:
    """How long they have taken lately: by that callers are told how long they will wait."""

    def read() -> HandlingTimes:
        return handling_times_of(exchange.store.events.since(exchange.now() - _LATELY, [Kind.AGENT_CHANGED]))

    try:
        exchange.distributor.remember(await asyncio.to_thread(read))
    except StoreError as error:
        log.warning("how long talks take is not known yet", error=str(error))


@contextlib.asynccontextmanager
async def open_exchange(settings: Settings) -> AsyncIterator[Exchange]:
    """Everything that calls share, opened in order and closed in the reverse one. What is late is not loaded yet.

    Raises:
        DialplanError, KnowledgeError, StoreError, AriError: what is in the way.
    """
    now = partial(_now, timedelta(seconds=settings.clock.ahead_s))
    history = History(settings.state_dir / "dialplans")
    content = await asyncio.to_thread(first_content, settings, history)
    async with AsyncExitStack() as stack:
        store = await asyncio.to_thread(open_store, settings.tickets)
        stack.callback(store.close)
        synthesizer = Synthesizer(settings.synthesis)
        stack.push_async_callback(synthesizer.close)
        queue_is_served = asyncio.Event()
        recognizer = LateRecognizer(asyncio.create_task(_recognizer(settings, content, queue_is_served)))
        stack.push_async_callback(recognizer.close)
        loader = EditionLoader(settings, history, synthesizer, may_load=queue_is_served)
        edition = loader.begin(content)
        history.note(edition.version, now(), "start")
        editions = Editions(edition, loader.load_kept)
        distributor = Distributor(edition.dialplan.groups, now, agents=edition.dialplan.agents)
        stack.callback(distributor.close)
        dialling = _dialling(settings, store, editions, now)
        await dialling.recall()
        distributor.restore(map(agent_of, (await asyncio.to_thread(store.floor.load)).agents))
        keeper = await stack.enter_async_context(FloorKeeper(store.floor, now))
        distributor.watch(keeper.note)
        members = _members_of_app_queue(settings)
        stack.callback(members.close)
        members.keep(members_of(distributor.floor))
        distributor.watch(members.note)
        client = AriClient(_ari_settings(settings))
        stack.callback(Headsets(client, distributor, settings.agents.silent_s).close)
        client.arrivals()  # from the first instant on: a caller who comes while we look around is not missed
        await stack.enter_async_context(client)
        # Before the first caller is looked at: he must not be told that nobody is there.
        attendance = Attendance(client, distributor, keeper.tell, partial(_agents_elsewhere, settings, editions))
        await attendance.take_stock()

        async def on_change(edition: Edition) -> None:
            distributor.regroup(edition.dialplan.groups, edition.dialplan.agents)
            await renew_queues(client, settings, edition.dialplan.groups)
            await attendance.take_stock()

        sounds = settings.synthesis.sounds
        yield Exchange(
            settings=settings,
            client=client,
            editions=editions,
            recognizer=recognizer,
            distributor=distributor,
            dialling=dialling,
            callbacks=Callbacks(store, now),
            talks=Talks(),
            store=store,
            messenger=Notifier(settings.notify, settings.tickets.region),
            hold_music=await asyncio.to_thread(read_mulaw, sounds / "any" / "hold-music.wav"),
            tone=await asyncio.to_thread(read_mulaw, sounds / "any" / "tone.wav"),
            now=now,
            queue_is_served=queue_is_served,
            watch=DialplanWatch(editions, history, loader, store, now, on_change),
        )


def _tell_load() -> None:
    """What we hold: it must be the same before and after any number of calls."""
    log.info("holding", tasks=len(asyncio.all_tasks()), files=sum(1 for _ in Path("/proc/self/fd").iterdir()))


async def _recognizer(settings: Settings, content: Content, may_load: asyncio.Event) -> RecognizerPool:
    await may_load.wait()
    vocabularies = {
        language: compose_vocabulary(language, vocabulary(content.dialplan, content.library, language))
        for language in content.dialplan.menus.languages
    }
    specs = await asyncio.to_thread(engine_specs, settings.speech, vocabularies)
    pool = RecognizerPool(specs, settings.speech)
    await pool.start()
    return pool


def _agents_elsewhere(settings: Settings, editions: Editions) -> frozenset[str]:
    """Without a trunk nobody can be rung there."""
    return agents_elsewhere(editions.current.dialplan.agents) if settings.pbx.trunk_contact else frozenset()


def _dialling(settings: Settings, store: Store, editions: Editions, now: Callable[[], datetime]) -> Dialling:
    def suppliers() -> Iterator[str]:
        yield from (supplier.number for supplier in editions.current.dialplan.suppliers.values())

    return Dialling(settings.dialling, bool(settings.pbx.trunk_contact), settings.tickets.region, store, now, suppliers)


def _ari_settings(settings: Settings) -> AriSettings:
    credentials = load_credentials(settings.asterisk_dir)
    url = settings.pbx.ari_url.removesuffix("/ari")
    return AriSettings(url, ARI_USER, credentials.ari_password, STASIS_APPLICATION)


def _age_s() -> float:
    """Seconds since this process started, to the hundredth: the kernel counts so."""
    started = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
    return round(time.clock_gettime(time.CLOCK_BOOTTIME) - started, 2)


def _members_of_app_queue(settings: Settings) -> AppQueueMembers:
    secret = load_credentials(settings.asterisk_dir).ami_password
    return AppQueueMembers(settings.pbx.control_host, settings.pbx.ami_port, secret)


def _now(ahead: timedelta) -> datetime:
    return datetime.now(UTC) + ahead


def main() -> None:
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


if __name__ == "__main__":
    main()
