"""What calls share is opened: in order, and closed in the reverse one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial

from ari_app.acd_store import agent_of
from ari_app.agents.attendance import Attendance
from ari_app.agents.headsets import Headsets
from ari_app.agents.registrations import Registrations
from ari_app.agents.telephones import agents_elsewhere
from ari_app.ari.client import AriClient
from ari_app.ari.settings import AriSettings
from ari_app.diagnosis.runner import ProbeRunner
from ari_app.distributor import Distributor
from ari_app.editions.content import Content
from ari_app.editions.edition import Edition, Editions
from ari_app.editions.history import History
from ari_app.editions.loading import EditionLoader, first_content
from ari_app.editions.watch import DialplanWatch
from ari_app.exchange import Exchange
from ari_app.fallback.app_queue import AppQueueMembers
from ari_app.fallback.queues import members_of
from ari_app.fallback.renewal import renew_queues
from ari_app.floor_keeper import FloorKeeper
from ari_app.late import LateRecognizer
from ari_app.outgoing.callbacks import Callbacks
from ari_app.outgoing.dialling import Dialling
from ari_app.pbx.configuration import STASIS_APPLICATION
from ari_app.pbx.credentials import ARI_USER, load_credentials
from ari_app.published.speaking import AnswersAhead
from ari_app.settings import Settings
from ari_app.switchboard import Switchboard
from ari_app.talk.transcription import Transcribers
from ari_app.talks import Talks
from ivr.library import vocabulary
from ivr.speech.synthesis.synthesizer import Synthesizer
from ivr.speech.vocabulary import compose_vocabulary
from ivr.speech.wav import read_mulaw
from ivr.speech.workers import RecognizerPool, engine_specs
from tickets.notify import Notifier
from tickets.store import Store, open_store


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
        switchboard = Switchboard(store.switches, now)
        await switchboard.load()
        client = AriClient(_ari_settings(settings))
        stack.callback(Headsets(client, distributor, settings.agents.silent_s).close)
        client.arrivals()  # from the first instant on: a caller who comes while we look around is not missed
        await stack.enter_async_context(client)
        # Before the first caller is looked at: he must not be told that nobody is there.
        registrations = Registrations()
        elsewhere = partial(_agents_elsewhere, settings, editions)
        attendance = Attendance(client, distributor, keeper.tell, registrations, elsewhere)
        await attendance.take_stock()

        answers = AnswersAhead(settings.synthesis)
        stack.push_async_callback(answers.close)

        async def on_change(edition: Edition) -> None:
            distributor.regroup(edition.dialplan.groups, edition.dialplan.agents)
            await renew_queues(client, settings, edition.dialplan.groups)
            await attendance.take_stock()
            await answers.take(edition.articles.library)

        at_once = settings.speech.talks_transcribed
        transcribers = Transcribers(client, recognizer, settings.endpointing, at_once, now)
        stack.push_async_callback(transcribers.close)
        sounds = settings.synthesis.sounds
        yield Exchange(
            settings=settings,
            client=client,
            editions=editions,
            recognizer=recognizer,
            synthesizer=synthesizer,
            distributor=distributor,
            dialling=dialling,
            callbacks=Callbacks(store, now),
            registrations=registrations,
            talks=Talks(),
            switchboard=switchboard,
            store=store,
            messenger=Notifier(settings.notify, settings.tickets.region),
            probing=ProbeRunner(settings.diagnosis, now),
            transcribers=transcribers,
            hold_music=await asyncio.to_thread(read_mulaw, sounds / "any" / "hold-music.wav"),
            tone=await asyncio.to_thread(read_mulaw, sounds / "any" / "tone.wav"),
            now=now,
            queue_is_served=queue_is_served,
            answers=answers,
            watch=DialplanWatch(editions, history, loader, store, now, on_change),
        )


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


def _members_of_app_queue(settings: Settings) -> AppQueueMembers:
    secret = load_credentials(settings.asterisk_dir).ami_password
    return AppQueueMembers(settings.pbx.control_host, settings.pbx.ami_port, secret)


def _now(ahead: timedelta) -> datetime:
    return datetime.now(UTC) + ahead
