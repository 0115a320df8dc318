"""The controller process, `python -m ari_app.controller`: one event loop with the wire, all calls and the queue.

`hotline up` starts it and starts it again when it ends; it writes `controller.ready` once it can take calls. On SIGUSR1
it logs what it holds.
"""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import structlog

from ari_app.ari.client import AriClient
from ari_app.ari.errors import AriError
from ari_app.ari.settings import AriSettings
from ari_app.attendance import Attendance
from ari_app.distributor import Distributor
from ari_app.exchange import Exchange
from ari_app.logs import set_up_logging
from ari_app.pbx.configuration import STASIS_APPLICATION
from ari_app.pbx.credentials import ARI_USER, load_credentials
from ari_app.settings import Settings, SettingsError, load_settings
from ari_app.stasis import Reception
from ari_app.up import CONTROLLER_READY
from dialplan.loader import Dialplan, load_dialplan
from dialplan.problems import DialplanError
from ivr.library import SpokenLibrary, fit_open_question, vocabulary
from ivr.speech.prompt_speaker import PromptSpeaker
from ivr.speech.recognizer import RecognizerError
from ivr.speech.sounds import Recordings
from ivr.speech.synthesis.synthesizer import Synthesizer
from ivr.speech.vocabulary import compose_vocabulary
from ivr.speech.wav import read_mulaw
from ivr.speech.wording import Wording
from ivr.speech.workers import RecognizerPool, engine_specs
from knowledge.errors import KnowledgeError
from knowledge.library import Library, load_library
from tickets.store import StoreError, open_store

log = structlog.get_logger(__name__)


async def run_controller(settings: Settings) -> None:
    """Take calls until SIGTERM. Callers stay in Asterisk."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    loop.add_signal_handler(signal.SIGUSR1, _tell_load)
    async with open_exchange(settings) as exchange:
        serving = asyncio.create_task(Reception(exchange).serve())
        ready = settings.run_dir / CONTROLLER_READY
        await asyncio.to_thread(ready.touch)
        log.info("ready")
        await asyncio.wait([serving, asyncio.create_task(stopping.wait())], return_when=asyncio.FIRST_COMPLETED)
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving


@contextlib.asynccontextmanager
async def open_exchange(settings: Settings) -> AsyncIterator[Exchange]:
    """Everything that calls share, opened in order and closed in the reverse one.

    Raises:
        DialplanError, KnowledgeError, StoreError, RecognizerError, AriError: what is in the way.
    """
    dialplan = load_dialplan(settings.dialplan)
    library = load_library(settings.knowledge.articles)
    async with AsyncExitStack() as stack:
        store = await asyncio.to_thread(open_store, settings.tickets)
        stack.callback(store.close)
        pool = await _recognizer(settings, dialplan, library)
        # Both at once: after a crash callers are waiting for us, and the workers are processes of their own.
        recognizer, question = await asyncio.gather(
            stack.enter_async_context(pool),
            asyncio.to_thread(fit_open_question, dialplan, library, settings.knowledge),
        )
        synthesizer = Synthesizer(settings.synthesis)
        stack.push_async_callback(synthesizer.close)
        distributor = Distributor(dialplan.groups, _now)
        stack.callback(distributor.close)
        client = AriClient(_ari_settings(settings))
        client.arrivals()  # from the first instant on: a caller who comes while we look around is not missed
        await stack.enter_async_context(client)
        # Before the first caller is looked at: he must not be told that nobody is there.
        await Attendance(client, distributor).take_stock()
        sounds = settings.synthesis.sounds
        wording = Wording(dialplan.prompts)
        yield Exchange(
            settings=settings,
            client=client,
            dialplan=dialplan,
            wording=wording,
            matcher=question,
            articles=SpokenLibrary(library),
            recognizer=recognizer,
            speaker=PromptSpeaker(wording, Recordings(sounds), synthesizer),
            distributor=distributor,
            store=store,
            hold_music=await asyncio.to_thread(read_mulaw, sounds / "any" / "hold-music.wav"),
            tone=await asyncio.to_thread(read_mulaw, sounds / "any" / "tone.wav"),
            now=_now,
        )


def _tell_load() -> None:
    """What we hold: it must be the same before and after any number of calls."""
    log.info("holding", tasks=len(asyncio.all_tasks()), files=sum(1 for _ in Path("/proc/self/fd").iterdir()))


async def _recognizer(settings: Settings, dialplan: Dialplan, library: Library) -> RecognizerPool:
    vocabularies = {
        language: compose_vocabulary(language, vocabulary(dialplan, library, language))
        for language in dialplan.menus.languages
    }
    return RecognizerPool(await asyncio.to_thread(engine_specs, settings.speech, vocabularies), settings.speech)


def _ari_settings(settings: Settings) -> AriSettings:
    credentials = load_credentials(settings.asterisk_dir)
    url = settings.pbx.ari_url.removesuffix("/ari")
    return AriSettings(url, ARI_USER, credentials.ari_password, STASIS_APPLICATION)


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    set_up_logging()
    try:
        asyncio.run(run_controller(load_settings()))
    except (SettingsError, DialplanError, KnowledgeError, StoreError, RecognizerError, AriError) as error:
        log.error("the controller cannot start", reason=str(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
